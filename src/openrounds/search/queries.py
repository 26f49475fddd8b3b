"""What is found, and what trends."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from msgspec import Struct

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.core.names import Acct
from openrounds.core.text import find_links, plain_text
from openrounds.hashtags import queries as hashtags
from openrounds.posts.visibility import visible, wanted
from openrounds.rounds.models import Round, State, Step, StepPicture, Summary
from openrounds.rounds.rules import LISTED
from openrounds.search import index
from openrounds.search.rules import Condition, From, Mark, Place, Query, Run, Under, document

FARTHEST = 2000
ROUND = "round"


# ------------------------------------------------------------------------------------------------------- what is indexed
_POST = """
SELECT p.account_id, a.domain, p.text, p.spoiler_text, p.language, p.sensitive, p.in_reply_to_id, p.has_media, p.has_poll
FROM posts_post p JOIN accounts_account a ON a.id = p.account_id
WHERE p.id = %s AND p.deleted_at IS NULL AND p.boost_of_id IS NULL
"""
_MEDIA = "SELECT m.kind, m.description FROM posts_attachment t JOIN media_mediafile m ON m.id = t.media_id WHERE t.post_id = %s"
_OPTIONS = "SELECT o.title FROM posts_polloption o JOIN posts_poll q ON q.id = o.poll_id WHERE q.post_id = %s ORDER BY position"
_HASHTAGS = "SELECT hashtag_id FROM posts_posthashtag WHERE post_id = %s"


def document_of(post_id: int) -> list[str] | None:
    """What a post is found by; None for one that is gone, or a boost. Two queries, one more each for files and a poll."""
    found = db.row(_POST, [post_id])
    if found is None:
        return None
    account_id, domain, text, spoiler, language, sensitive, parent, has_media, has_poll = found
    words = plain_text(text) if domain else text
    media = db.rows(_MEDIA, [post_id]) if has_media else []
    answers = [row[0] for row in db.rows(_OPTIONS, [post_id])] if has_poll else []
    marks = [Mark.author(account_id)]
    marks += [Mark.hashtag(row[0]) for row in db.rows(_HASHTAGS, [post_id])]
    marks += [Mark.language(language)] if language else []
    marks += [Mark.being("reply")] if parent else []
    marks += [Mark.being("sensitive")] if sensitive else []
    marks += [Mark.having("poll")] if has_poll else []
    marks += [Mark.having("link")] if find_links(words) else []
    marks += [Mark.having(kind) for kind in _kinds(row[0] for row in media)]
    return document([spoiler, words, *(row[1] for row in media), *answers], marks)


def _kinds(kinds: Iterable[str]) -> set[str]:
    """A silent loop is a film to whoever looks for one."""
    found = {"video" if kind == "gifv" else kind for kind in kinds}
    return found | {"media"} if found else found


def document_of_round(round_id: int) -> list[str] | None:
    """What a round is found by: what is released of it, and at the end what was learned. Four queries; None for one that is
    no longer or not yet public."""
    round = Round.objects.filter(pk=round_id, state__in=LISTED).first()
    if round is None:
        return None
    words = [round.title, round.intro, round.specialty, round.presentation]
    for step in Step.objects.filter(round=round, released_at__isnull=False):
        words += [step.title, step.text, *step.questions]
        words += [f"{row.get('test', '')} {row.get('value', '')}" for row in step.results]
    shown = StepPicture.objects.filter(step__round=round, step__released_at__isnull=False)
    for kind, description in shown.values_list("kind", "media__description"):
        words += [kind, description]
    if round.state == State.CLOSED:
        words += [*Summary.objects.filter(round=round).values_list("text", flat=True), *round.diagnoses]
    marks = [Mark.being(ROUND), Mark.author(round.host_id), Mark.hashtag(round.hashtag_id)]
    return document(words, [*marks, Mark.language(round.language)])


# ------------------------------------------------------------------------------------------------------------ what is found
# Opting out holds from the moment it is said, since it is asked here and not when a post is indexed. Limited
# accounts are found by their followers.
_FINDABLE = """EXISTS (SELECT 1 FROM accounts_account a WHERE a.id = p.account_id AND (a.id = %s OR (a.indexable AND (
  a.limited_at IS NULL OR EXISTS (SELECT 1 FROM accounts_follow f WHERE f.followee_id = a.id AND f.follower_id = %s)))))"""
# Unlisted posts are for those who were given the link, or follow: strangers come upon public ones alone.
_FINDABLE_BY_STRANGER = (
    f"(p.visibility = {Visibility.PUBLIC.value} AND EXISTS (SELECT 1 FROM accounts_account a "
    "WHERE a.id = p.account_id AND a.indexable AND a.limited_at IS NULL))"
)
# Gathered once and then looked up; with the `+` SQLite does not search the index anew for each of them.
_LIBRARY = """SELECT COALESCE(boost_of_id, id) AS id FROM posts_post WHERE account_id = %s AND deleted_at IS NULL
  UNION ALL SELECT post_id FROM posts_favourite WHERE account_id = %s
  UNION ALL SELECT post_id FROM posts_bookmark WHERE account_id = %s
  UNION ALL SELECT post_id FROM posts_mention WHERE account_id = %s"""
_IN_LIBRARY = f"+{{key}} IN ({_LIBRARY})"
SMALL = 1_000  # posts, which are looked at sooner than all that have a common word
ROUGH = 3  # times as many as are wanted: half of what begins a little like an open ending often is meant
_EVERYWHERE: Final = ("1 = 1", ())


class Range(Struct, frozen=True):
    """Part of a list, by place (`offset`, `limit`) and by id (exclusive)."""

    limit: int
    offset: int = 0
    max_id: int | None = None
    min_id: int | None = None


def find_posts(
    viewer_id: int | None,
    query: Query,
    part: Range,
    *,
    author_id: int | None = None,
    own_domains: Collection[str] = (),
) -> list[int]:
    """Ids of the posts that the query finds among those the viewer may see, newest first. One query, and one each where
    authors, hashtags and the library are named. `own_domains`: what this server is called in `from:name@domain`."""
    if query.empty or part.offset > FARTHEST:
        return []
    if (runs := _resolve(viewer_id, query, own_domains)) is None:
        return []
    required, excluded = runs
    if author_id is not None:
        required = [*required, Run((Mark.author(author_id),))]
    few = _few(viewer_id, query, part, required)
    if few is not None:
        here, ids = db.among(index.key(), few.ids)
        where = [(here, [ids]), index.holding(required, excluded), few.place]
        found = _found(viewer_id, query, part, where)
        if few.complete or len(found) == part.limit:
            return found
    match, expression = index.matching(required, excluded)
    return _found(viewer_id, query, part, [(match, [expression]), _placed(viewer_id, query.place)])


Part = tuple[str, Sequence[object]]  # of a WHERE, with its parameters


def _found(viewer_id: int | None, query: Query, part: Range, searched: Sequence[Part]) -> list[int]:
    conditions = [*searched, _between(query, part), _allowed(viewer_id)]
    # CROSS JOIN: SQLite then starts from the index, which gives its ids newest first and can stop early.
    return _ids(
        f"SELECT p.id FROM search_document CROSS JOIN posts_post p WHERE p.id = {index.key()} AND "
        + " AND ".join(sql for sql, _ in conditions)
        + f" ORDER BY {index.key()} DESC LIMIT %s OFFSET %s",
        [*(value for _, values in conditions for value in values), part.limit, part.offset],
    )


class Few(Struct, frozen=True):
    """Posts to be looked at one by one, however common the words are elsewhere. `complete`: no others can be found."""

    ids: Sequence[int]
    complete: bool
    place: Part


def _few(viewer_id: int | None, query: Query, part: Range, required: Sequence[Run]) -> Few | None:
    """A small library; else, for an open ending, the newest with words that begin a little like it."""
    if query.place is Place.LIBRARY:
        library = _ids(f"SELECT id FROM ({_LIBRARY}) l LIMIT %s", [*[viewer_id] * 4, SMALL + 1])
        if len(library) <= SMALL:
            return Few(library, True, _EVERYWHERE)
    if part.offset or (rough := index.roughly(required)) is None:
        return None
    match, expression = index.matching(rough, [])
    most = ROUGH * part.limit
    between, bounds = _between(query, part)
    newest = f"SELECT {index.key()} FROM search_document WHERE {match} AND {between} ORDER BY {index.key()} DESC LIMIT %s"
    ids = _ids(newest, [expression, *bounds, most])
    return Few(ids, len(ids) < most, _placed(viewer_id, query.place))


def find_rounds(viewer_id: int | None, query: Query, *, most: int = FARTHEST) -> list[int]:
    """Ids of the rounds that the query finds, newest first. One query, and one each where authors and hashtags are named.

    Whether they may be listed is asked by whoever lists them (`rounds.queries.catalogue`).
    """
    if (runs := _resolve(viewer_id, query, ())) is None:
        return []
    match, expression = index.matching([*runs[0], Run((Mark.being(ROUND),))], runs[1])
    between, bounds = _between(query, Range(most))
    return _ids(
        f"SELECT {index.key()} FROM search_document WHERE {match} AND {between} ORDER BY {index.key()} DESC LIMIT %s",
        [expression, *bounds, most],
    )


def _ids(sql: str, params: Sequence[object]) -> list[int]:
    return [row[0] for row in db.rows(sql, params)]


def _allowed(viewer_id: int | None) -> tuple[str, list[object]]:
    readable, readable_params = visible(viewer_id)
    if viewer_id is None:
        return f"{readable} AND {_FINDABLE_BY_STRANGER}", readable_params
    liked, liked_params = wanted(viewer_id)
    return f"{readable} AND {liked} AND {_FINDABLE}", [*readable_params, *liked_params, viewer_id, viewer_id]


def _placed(viewer_id: int | None, place: Place) -> tuple[str, list[object]]:
    if place is Place.PUBLIC:
        return f"p.visibility = {Visibility.PUBLIC.value}", []
    if place is Place.LIBRARY:
        return _IN_LIBRARY.format(key=index.key()), [viewer_id] * 4
    return "1 = 1", []


def _between(query: Query, part: Range) -> tuple[str, list[object]]:
    key = index.key()
    bounds = [
        (f"{key} >= %s", query.at_least),
        (f"{key} < %s", query.below),
        (f"{key} < %s", part.max_id),
        (f"{key} > %s", part.min_id),
    ]
    given = [(sql, value) for sql, value in bounds if value is not None]
    return " AND ".join(sql for sql, _ in given) or "1 = 1", [value for _, value in given]


def _resolve(
    viewer_id: int | None, query: Query, own_domains: Collection[str]
) -> tuple[list[Run], list[Run]] | None:
    """The query in terms of the index; None when it asks for an author or hashtag that nobody knows."""
    asked = [*query.required, *query.excluded]
    authors = _account_ids({_handle(c.who, own_domains) for c in asked if isinstance(c, From) and c.who})
    names = {c.name for c in asked if isinstance(c, Under)}
    tags = hashtags.ids_of(names) if names else {}

    def run(condition: Condition) -> Run | None:
        if isinstance(condition, Run):
            return condition
        if isinstance(condition, Under):
            return Run((Mark.hashtag(tags[condition.name]),)) if condition.name in tags else None
        who = authors.get(_handle(condition.who, own_domains)) if condition.who else viewer_id
        return Run((Mark.author(who),)) if who is not None else None

    required, excluded = ([run(c) for c in conditions] for conditions in (query.required, query.excluded))
    if not all(required):
        return None
    return [r for r in required if r], [r for r in excluded if r]


def _handle(acct: Acct, own_domains: Collection[str]) -> tuple[str, str]:
    domain = acct.domain or ""
    return acct.username.lower(), "" if domain in own_domains else domain


def _account_ids(handles: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """(username, domain) -> id; one query, off the index of handles."""
    if not handles:
        return {}
    condition = " OR ".join(["(LOWER(username) = %s AND domain = %s)"] * len(handles))
    sql = f"SELECT LOWER(username), domain, id FROM accounts_account WHERE {condition}"
    found = db.rows(sql, [part for handle in handles for part in handle])
    return {(username, domain): account_id for username, domain, account_id in found}
