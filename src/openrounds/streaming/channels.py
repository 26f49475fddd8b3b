"""The names of streams, and what one must hold to listen to them. Pure."""

from msgspec import Struct

from openrounds.hashtags.rules import fold

PUBLIC = frozenset(
    ["public", "public:local", "public:remote", "public:media", "public:local:media", "public:remote:media"]
)
SCOPES = {
    "user": "read:statuses",
    "user:notification": "read:notifications",
    "direct": "read:statuses",
    "list": "read:lists",
    "thread": "read:statuses",
    "hashtag": "read:statuses",
    "hashtag:local": "read:statuses",
    "round": "read:statuses",
    **dict.fromkeys(PUBLIC, "read:statuses"),
}


class Unknown(ValueError):
    """There is no such stream, or its hashtag or list is missing; the text is for the client."""


class Channel(Struct, frozen=True):
    """What is listened to: `name` as in the API, `of` whom or what (account id, folded hashtag, id of a list, round or thread,
    or "")."""

    name: str
    of: int | str = ""


class Subscription(Struct, frozen=True):
    """A channel with the words by which this client asked for it, which it wants to see again."""

    channel: Channel
    label: tuple[str, ...]


def parse(
    name: str, account_id: int, *, tag: str = "", list_id: str = "", round_id: str = "", thread: str = ""
) -> Subscription:
    """What a client asks for. Raises Unknown."""
    if name not in SCOPES:
        raise Unknown("Unknown stream type")
    if name in PUBLIC:
        return Subscription(Channel(name), (name,))
    if name.startswith("hashtag"):
        if not tag:
            raise Unknown("Missing tag name parameter")
        return Subscription(Channel(name, fold(tag)), (name, tag))
    if name == "list":
        return Subscription(Channel(name, _id(list_id, "Missing list name parameter")), (name, list_id))
    if name == "round":
        return Subscription(Channel(name, _id(round_id, "Missing round parameter")), (name, round_id))
    if name == "thread":
        return Subscription(Channel(name, _id(thread, "Missing thread parameter")), (name, thread))
    return Subscription(Channel(name, account_id), (name,))


def _id(text: str, otherwise: str) -> int:
    """The id as a number. Raises Unknown."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Unknown(otherwise)
    return int(text)


def from_path(path: str, *, only_media: bool) -> str:
    """The stream name behind a server-sent-events path such as `public/local`."""
    name = path.strip("/").replace("/", ":")
    return f"{name}:media" if only_media and name in PUBLIC else name
