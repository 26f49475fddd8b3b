"""Posts and accounts as JSON, fast: what is the same for everyone is rendered once per version and kept; counters, the
author and the viewer's own flags are spliced in.

`render_posts` is what every list endpoint uses. A post with its author and all counters is kept as a whole, under everything
that it was made of: as long as nothing changed, a list is a look-up and a few bytes of the viewer's own for each post. It makes
two queries when the bodies are known (lines, by the caller, and flags), two more when some are not, and a few when some must be
drawn (`api.drawing`), whatever the length. `tests/api` holds the spliced bytes against the `Status` and `Account` Structs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

import msgspec

from openrounds.accounts import lines as account_lines
from openrounds.accounts.lines import AccountLine
from openrounds.accounts.models import Visibility
from openrounds.api import drawing
from openrounds.api.call import ForWhom
from openrounds.api.entities.status import Poll
from openrounds.api.render import poll as poll_body
from openrounds.api.render.filters import Matcher
from openrounds.api.render.quotes import ACCEPTED, Quotes, approval, followed_for_quotes
from openrounds.core.cache import MEGABYTE, Kept
from openrounds.core.options import options
from openrounds.posts import lines as post_lines
from openrounds.posts.lines import BOOKMARKED, BOOSTED, FAVOURITED, MUTED, PINNED, Flags, Line, read_flags

encode = msgspec.json.encode
_ROOM = options().cache_megabytes * MEGABYTE
# By id, version and base, without what changes more often; then whole, by id, stamp (of posts their authors' too) and base.
_posts: Kept[tuple[int, int, str], bytes] = Kept(_ROOM // 4)
_accounts: Kept[tuple[int, int, str], bytes] = Kept(_ROOM // 16)
_people: Kept[tuple[int, int, str], bytes] = Kept(_ROOM // 8)
_wholes: Kept[tuple[int, int, int, str], bytes] = Kept(_ROOM * 7 // 16)


_COUNTERS = b',"replies_count":%d,"reblogs_count":%d,"favourites_count":%d,"quotes_count":%d'
OWN = 32  # beside the flags of `posts.lines`: the viewer is the author and may pin the post


def forget_everything() -> None:
    """Empties the caches; for tests, whose databases start anew."""
    post_lines.forget_everything()
    for kept in (_posts, _accounts, _people, _wholes):
        kept.clear()


def render_posts(
    whom: ForWhom, lines: Sequence[Line], *, context: str = "", flags: Flags | None = None
) -> bytes:
    """A JSON array of Statuses. `context` is where they are shown (home, notifications, public, thread, account), for the
    viewer's filters; posts that a "hide" filter of that place finds are left out of home and notifications."""
    return joined(Page(whom, lines, context, flags).all())


def joined(items: list[bytes], before: bytes = b"[", after: bytes = b"]") -> bytes:
    """A JSON array. Its ends are put to the first and the last: to copy all of it once more costs as much as to join it."""
    if not items:
        return before + after
    items[0] = before + items[0]
    items[-1] += after
    return b",".join(items)


def render_post(whom: ForWhom, line: Line, *, context: str = "") -> bytes:
    """One Status."""
    return Page(whom, [line], context, hiding=False).one(line)


class Page:
    """Everything needed to write out some posts for one viewer."""

    def __init__(
        self,
        whom: ForWhom,
        lines: Sequence[Line],
        context: str = "",
        flags: Flags | None = None,
        *,
        hiding: bool = True,
    ) -> None:
        self._base, self._viewer_id, self._lines = whom.base, whom.account_id, lines
        special = [line for line in lines if not line.plain]
        self._quotes = Quotes(self._viewer_id, special)
        quoted = self._quotes.lines
        within = [*(line.boosted for line in special if line.boosted), *quoted]
        self._followed = followed_for_quotes(self._viewer_id, [*special, *within])
        if flags is None and self._viewer_id:
            flags = read_flags(self._viewer_id, [*lines, *quoted])
        self._flags = flags or {}
        self._wholes = _read_wholes(self._base, [*lines, *within])
        polled = [line.id for line in (*special, *within) if line.has_poll]
        self._polls: dict[int, Poll] = poll_body.load(polled, self._viewer_id) if polled else {}
        self._matcher: Matcher | None = None
        if whom.has_filters and whom.account_id is not None:
            self._matcher = Matcher(whom.account_id, context, [line.shown for line in (*lines, *quoted)])
        self._hiding = hiding

    def all(self) -> list[bytes]:
        """Those that the viewer does not hide."""
        return self.each(line for line in self._lines if self._matcher is None or not self.hides(line))

    def each(self, lines: Iterable[Line]) -> list[bytes]:
        """Statuses. Most are plain posts of others that the viewer did nothing with, and are as they were kept."""
        if self._matcher or self._viewer_id is None:
            return [self.one(line) for line in lines]
        wholes, touched, me = self._wholes, self._flags, self._viewer_id
        return [
            wholes[line.id]
            if line.plain and line.id not in touched and line.thread not in touched and line.author.id != me
            else self.one(line)
            for line in lines
        ]

    def hides(self, line: Line) -> bool:
        """Whether the viewer asked never to be shown such a post here."""
        return bool(self._hiding and self._matcher and self._matcher.hides(line.shown.id))

    def one(self, line: Line, *, within: bool = False) -> bytes:
        """A Status: what is the same for all, then what is the viewer's. `within` another that quotes it, where quotes end."""
        written = self._wholes[line.id]
        if line.plain and self._matcher is None:
            done = self._done(line)
            return written if done == 0 else _without_end(line, written) + _end(line, done)
        shown = line.boosted or line
        follows = shown.author.id in self._followed
        own = _own(shown.visibility, shown.quote_policy, self._done(shown), follows, line.boosted is None)
        return _without_end(line, written) + own + self._special(line, within)

    def _special(self, line: Line, within: bool) -> bytes:
        poll = self._polls.get(line.id) if line.has_poll else None
        filtered = b"" if self._viewer_id is None else b',"filtered":[]'
        if self._matcher:
            filtered = b',"filtered":%b' % encode(self._matcher.results(line.shown.id))
        return b',"reblog":%b,"quote":%b,"poll":%b%b}' % (
            self.one(line.boosted) if line.boosted else b"null",
            self._quote(line, within) if line.quote_state else b"null",
            encode(poll) if poll else b"null",
            filtered,
        )

    def _quote(self, line: Line, within: bool) -> bytes:
        if within:
            return self._quotes.shallow(line)
        quoted = self._quotes.quoted(line)
        if quoted is None:
            return b'{"state":"%s","quoted_status":null}' % self._quotes.state(line).encode()
        return b'{"state":"%s","quoted_status":%s}' % (ACCEPTED.encode(), self.one(quoted, within=True))

    def _done(self, shown: Line) -> int | None:
        """What the viewer did with the post, as bits (`posts.lines`), OWN among them if he wrote it; None for a stranger."""
        if self._viewer_id is None:
            return None
        done = OWN if shown.author.id == self._viewer_id else 0
        if flags := self._flags:
            done |= flags.get(shown.id, 0) & ~MUTED | flags.get(shown.thread, 0) & MUTED
        return done


@cache
def _own(visibility: int, quote_policy: int, done: int | None, follows: bool, itself: bool) -> bytes:
    """Whether the viewer may quote a post and what he did with it: some hundred texts for all posts. `itself`: not in a boost
    of it, where it could not be pinned."""
    own = done is not None and bool(done & OWN)
    said = b',"quote_approval":' + approval(
        visibility, quote_policy, asked=done is not None, own=own, follows=follows
    )
    if done is None:
        return said
    marks = {"favourited": FAVOURITED, "reblogged": BOOSTED, "muted": MUTED, "bookmarked": BOOKMARKED}
    if own and itself and visibility < Visibility.DIRECT:
        marks["pinned"] = PINNED
    return said + b",%b" % encode({name: bool(done & mark) for name, mark in marks.items()})[1:-1]


def _end(line: Line, done: int | None) -> bytes:
    """How a plain post ends, for a viewer without filters who did that with it."""
    return _plain(line.visibility, line.quote_policy, done)


def _without_end(line: Line, written: bytes) -> bytes:
    """What was kept of the post, up to where it differs for this viewer."""
    return written.removesuffix(_end(line, 0)) if line.plain else written


@cache
def _plain(visibility: int, quote_policy: int, done: int | None) -> bytes:
    filtered = b"" if done is None else b',"filtered":[]'
    own = _own(visibility, quote_policy, done, follows=False, itself=True)
    return own + b',"reblog":null,"quote":null,"poll":null%b}' % filtered


def _read_wholes(base: str, lines: Sequence[Line]) -> dict[int, bytes]:
    """Body, author and counters of each post by its id, without the closing brace; a plain one to its end, as most read it who
    did nothing with it. The key says all that they are made of."""
    wholes: dict[int, bytes] = {}
    missing: list[Line] = []
    for line in lines:
        if (kept := _wholes.get((line.id, line.stamp, line.author.stamp, base))) is not None:
            wholes[line.id] = kept
        else:
            missing.append(line)
    if missing:
        wholes |= _write_wholes(base, missing)
    return wholes


def _write_wholes(base: str, lines: Sequence[Line]) -> dict[int, bytes]:
    bodies, authors = (
        _bodies(base, lines),
        _people_of(base, {line.author.id: line.author for line in lines}.values()),
    )
    wholes = {line.id: _whole(line, bodies[line.id], authors[line.author.id]) for line in lines}
    _wholes.put_all({(line.id, line.stamp, line.author.stamp, base): wholes[line.id] for line in lines})
    return wholes


def _whole(line: Line, body: bytes, author: bytes) -> bytes:
    counters = _COUNTERS % (line.replies, line.boosts, line.favourites, line.quotes)
    return b"".join((body, b',"account":', author, counters, _end(line, 0) if line.plain else b""))


def _bodies(base: str, lines: Iterable[Line]) -> dict[int, bytes]:
    return _drawn(_posts, drawing.POSTS, base, {line.id: line.version for line in lines})


def _drawn(
    cache: Kept[tuple[int, int, str], bytes], kind: drawing.Kind, base: str, wanted: dict[int, int]
) -> dict[int, bytes]:
    """The bytes of each id in its wanted version, without their closing brace; what is not cached is read together."""
    found = {i: kept for i, version in wanted.items() if (kept := cache.get((i, version, base))) is not None}
    if len(found) < len(wanted):
        missing = {i: version for i, version in wanted.items() if i not in found}
        drawn = drawing.read(kind, base, missing)
        cache.put_all({(i, missing[i], base): body for i, body in drawn.items()})
        found |= drawn
    return found


def render_account_parts(base: str, ids: Collection[int]) -> dict[int, bytes]:
    """Accounts as JSON objects, by id: one query when they are known."""
    return account_parts(base, account_lines.read_stamps(ids)) if ids else {}


def account_parts(base: str, stamps: Mapping[int, int]) -> dict[int, bytes]:
    """The same of accounts whose stamps were just read: no query when they are known."""
    parts = {i: kept for i, stamp in stamps.items() if (kept := _people.get((i, stamp, base))) is not None}
    missing = [i for i in stamps if i not in parts]
    return parts | _write_people(base, account_lines.read(missing).values()) if missing else parts


def _people_of(base: str, lines: Iterable[AccountLine]) -> dict[int, bytes]:
    """The same of what has been read as a whole."""
    parts: dict[int, bytes] = {}
    missing: dict[int, AccountLine] = {}
    for line in lines:
        if (kept := _people.get((line.id, line.stamp, base))) is not None:
            parts[line.id] = kept
        else:
            missing[line.id] = line
    return parts | _write_people(base, missing.values()) if missing else parts


def _write_people(base: str, lines: Collection[AccountLine]) -> dict[int, bytes]:
    bodies = _drawn(_accounts, drawing.PEOPLE, base, {line.id: line.version for line in lines})
    parts = {line.id: bodies[line.id] + _counters(line) for line in lines}
    _people.put_all({(line.id, line.stamp, base): parts[line.id] for line in lines})
    return parts


def _counters(line: AccountLine) -> bytes:
    last = f'"{line.last_post_on}"' if line.last_post_on else "null"
    suspended, limited = ',"suspended":true' * line.suspended, ',"limited":true' * line.limited
    text = (
        f',"statuses_count":{line.posts},"followers_count":{line.followers},"following_count":{line.following},'
        f'"last_status_at":{last}{suspended}{limited}}}'
    )
    return text.encode()


def render_accounts(whom: ForWhom, ids: Sequence[int]) -> bytes:
    """A JSON array of Accounts, in that order."""
    parts = render_account_parts(whom.base, ids)
    return b"[" + b",".join(parts[i] for i in ids if i in parts) + b"]"


def render_account(whom: ForWhom, account_id: int) -> bytes:
    """One Account."""
    return render_account_parts(whom.base, [account_id])[account_id]
