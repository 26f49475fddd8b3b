"""What a client asks of the streams, and may it: tokens, scopes, lists. No sockets here."""

from collections.abc import Callable
from urllib.parse import urlsplit

from msgspec import Struct
from starlette.requests import HTTPConnection

from openrounds.core.errors import Gone, NotFound, NotSignedIn, Refusal
from openrounds.core.options import options
from openrounds.core.origin import nearest, network_of
from openrounds.oauth.access import Viewer, viewer_of
from openrounds.oauth.actions import note_use
from openrounds.oauth.tickets import is_ticket, viewer_of_ticket
from openrounds.rounds.access import access_round
from openrounds.streaming import channels
from openrounds.streaming.channels import SCOPES, Subscription, Unknown
from openrounds.streaming.feed import Feed
from openrounds.timelines.access import access_list

DOORS: dict[str, Callable[[int, int], object]] = {"list": access_list, "round": access_round}
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class Refused(Exception):
    """What is asked for is not to be had: an HTTP status and a text for the client."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Wish(Struct, frozen=True):
    """A stream as a client names it."""

    name: str
    tag: str = ""
    list_id: str = ""
    round_id: str = ""
    thread: str = ""


def token_of(connection: HTTPConnection) -> str:
    """The header wins over the query; browsers, which can set neither, send it as a subprotocol."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return token.strip()
    offered = connection.scope.get("subprotocols") or [""]
    return connection.query_params.get("access_token") or str(offered[0])


async def admit(feed: Feed, token: str) -> Viewer:
    """Whose token it is, or whose ticket (`oauth.tickets`). Raises Refused; every stream is a person's."""
    try:
        viewer = await feed.ask(viewer_of_ticket if is_ticket(token) else _user_of, token)
    except Refusal as refusal:
        raise Refused(refusal.status, refusal.message) from refusal
    if viewer.account_id is None:
        raise Refused(401, NotSignedIn().message)
    return viewer


def _user_of(token: str) -> Viewer:
    """Who only listens uses his token too."""
    return note_use(viewer_of(token))


def parsed(wish: Wish, account_id: int) -> Subscription:
    """Raises Unknown."""
    return channels.parse(
        wish.name,
        account_id,
        tag=wish.tag,
        list_id=wish.list_id,
        round_id=wish.round_id,
        thread=wish.thread,
    )


async def subscription(feed: Feed, viewer: Viewer, wish: Wish) -> Subscription:
    """What that client is to get. Raises Refused."""
    account_id = viewer.account_id or 0
    try:
        asked = parsed(wish, account_id)
    except Unknown as unknown:
        raise Refused(400, str(unknown)) from unknown
    if not viewer.may(SCOPES[wish.name]):
        raise Refused(401, "Access token does not have the required scopes")
    if (door := DOORS.get(wish.name)) is not None:
        try:
            await feed.ask(door, account_id, int(asked.channel.of))
        except (NotFound, Gone) as absent:
            raise Refused(absent.status, absent.message) from absent
    return asked


def base_of(connection: HTTPConnection, web_port: int) -> str:
    """Scheme and host of the links in what is sent: those of the web server, which on one's own machine has another port."""
    if options().base_url:
        return options().base_url
    name = urlsplit(f"//{connection.headers.get('host', '')}").hostname
    known = name if name in LOCAL_NAMES else LOCAL_NAMES[0]
    return f"http://[{known}]:{web_port}" if ":" in known else f"http://{known}:{web_port}"


def address_of(connection: HTTPConnection) -> str:
    """What limits count by."""
    peer = connection.client.host if connection.client else ""
    return network_of(nearest(peer, connection.headers.get("x-forwarded-for", "")))
