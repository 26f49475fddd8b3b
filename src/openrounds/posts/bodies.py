"""What is written out of posts, read in plain SQL: every new post is read so by each process that shows it (see `lines`)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, field

from openrounds.core import db
from openrounds.core.drawn import Store
from openrounds.core.instances import columns, instance
from openrounds.media.models import MediaFile
from openrounds.posts.models import PreviewCard

KEPT = Store("posts_drawnpost", "posts_post")


class Who(Struct):
    """Somebody as far as his addresses go."""

    id: int
    username: str
    domain: str
    url: str
    uri: str | None

    @property
    def acct(self) -> str:
        """`name` here, `name@domain` elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username


class Original(Struct):
    """What a boost passes on."""

    id: int
    url: str
    author: Who


class Body(Struct):
    """A post without its counters. `application` is name and website; `hashtags` are pairs: as folded, as first written."""

    created_at: datetime
    edited_at: datetime | None
    author: Who
    boosted: Original | None
    application: tuple[str, str] | None
    id: int
    uri: str | None
    url: str
    text: str
    visibility: int
    sensitive: bool
    spoiler_text: str
    language: str
    in_reply_to_id: int | None
    in_reply_to_account_id: int | None
    card: PreviewCard | None = None
    mentioned: list[Who] = field(default_factory=list)
    hashtags: list[tuple[str, str]] = field(default_factory=list)
    media: list[MediaFile] = field(default_factory=list)


_SELECT = """SELECT p.created_at, p.edited_at, p.id, p.uri, p.url, p.text, p.visibility, p.sensitive, p.spoiler_text,
  p.language, p.in_reply_to_id, p.in_reply_to_account_id, a.id, a.username, a.domain, a.url, a.uri,
  o.id, o.url, b.id, b.username, b.domain, b.url, b.uri, x.name, x.website, p.card_id, p.has_media
FROM posts_post p JOIN accounts_account a ON a.id = p.account_id LEFT JOIN oauth_application x ON x.id = p.application_id
LEFT JOIN posts_post o ON o.id = p.boost_of_id LEFT JOIN accounts_account b ON b.id = o.account_id WHERE """
_NAMED = (
    "SELECT m.post_id, a.id, a.username, a.domain, a.url, a.uri FROM posts_mention m "
    "JOIN accounts_account a ON a.id = m.account_id WHERE NOT m.silent AND {among} ORDER BY m.id"
)
_TAGGED = (
    "SELECT t.post_id, h.name, h.display_name FROM posts_posthashtag t "
    "JOIN hashtags_hashtag h ON h.id = t.hashtag_id WHERE {among} ORDER BY t.id"
)


def read(ids: Sequence[int]) -> dict[int, Body]:
    """By id; one query, and one more each if there are mentions, hashtags, files or link previews. Whoever calls must know that
    they may be seen."""
    condition, wanted = db.among("p.id", ids)
    found = db.rows(_SELECT + condition, [wanted])
    bodies = {row[2]: _body(row) for row in found}
    _name(bodies)
    _show_cards(bodies, {row[2]: row[-2] for row in found if row[-2]})
    _show_files(bodies, [row[2] for row in found if row[-1]])
    return bodies


def _body(row: db.Row) -> Body:
    created_at = db.read_moment(row[0])
    assert created_at is not None
    author = Who(*row[12:17])
    boosted = Original(row[17], row[18], Who(*row[19:24])) if row[17] else None
    application = (row[24], row[25]) if row[24] is not None else None
    return Body(created_at, db.read_moment(row[1]), author, boosted, application, *row[2:12])


def _name(bodies: dict[int, Body]) -> None:
    """Only where the text has a sign for it: a query that finds nothing costs as much as one that does."""
    if calling := _with_sign("@", bodies):
        among, wanted = db.among("m.post_id", calling)
        for post_id, *who in db.rows(_NAMED.format(among=among), [wanted]):
            bodies[post_id].mentioned.append(Who(*who))
    if tagged := _with_sign("#＃", bodies):
        among, wanted = db.among("t.post_id", tagged)
        for post_id, name, display_name in db.rows(_TAGGED.format(among=among), [wanted]):
            bodies[post_id].hashtags.append((name, display_name))


def _with_sign(signs: str, bodies: dict[int, Body]) -> list[int]:
    """Posts of other servers are HTML, in which signs may be written otherwise."""
    return [i for i, body in bodies.items() if body.author.domain or any(sign in body.text for sign in signs)]


def _show_cards(bodies: dict[int, Body], of_posts: dict[int, int]) -> None:
    cards = PreviewCard.objects.in_bulk(of_posts.values()) if of_posts else {}
    for post_id, card_id in of_posts.items():
        bodies[post_id].card = cards.get(card_id)


def _show_files(bodies: dict[int, Body], with_files: Sequence[int]) -> None:
    if not with_files:
        return
    among, wanted = db.among("t.post_id", with_files)
    shown = db.rows(
        f"SELECT t.post_id, {columns(MediaFile, 'm')} FROM posts_attachment t JOIN media_mediafile m ON m.id = t.media_id "
        f"WHERE {among} ORDER BY t.position",
        [wanted],
    )
    for post_id, *file in shown:
        bodies[post_id].media.append(instance(MediaFile, file))
