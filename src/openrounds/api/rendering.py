"""Posts and accounts as JSON, fast: what is the same for everyone is rendered once per version and kept; counters, the
author and the viewer's own flags are spliced in.

`render_posts` is what every list endpoint uses. It makes three queries when the bodies are known (lines, flags, authors;
the first by the caller), a few more when some must be rendered first, whatever the length. `tests/api` holds the spliced
bytes against the `Status` and `Account` Structs.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

import msgspec

from openrounds.accounts import lines as account_lines
from openrounds.accounts.lines import AccountLine
from openrounds.api.call import ForWhom
from openrounds.api.entities.status import Poll
from openrounds.api.render import account as account_body
from openrounds.api.render import poll as poll_body
from openrounds.api.render import post as post_body
from openrounds.api.render.filters import Matcher
from openrounds.api.render.quotes import ACCEPTED, Approvals, Quotes
from openrounds.core.cache import MEGABYTE, Kept
from openrounds.core.options import options
from openrounds.posts.lines import Flags, Line, read_flags

encode = msgspec.json.encode
_ROOM = options().cache_megabytes * MEGABYTE
_posts: Kept[tuple[int, int, str], bytes] = Kept(_ROOM * 3 // 4)
_accounts: Kept[tuple[int, int, str], bytes] = Kept(_ROOM // 4)


_STATUS = (
    b'%b,"account":%b,"reblog":%b,"replies_count":%d,"reblogs_count":%d,"favourites_count":%d,"quotes_count":%d,'
    b'"quote":%b,"quote_approval":%b,"poll":%b%b}'
)


def forget_everything() -> None:
    """Empties the caches; for tests, whose databases start anew."""
    _posts.clear()
    _accounts.clear()


def render_posts(
    whom: ForWhom, lines: Sequence[Line], *, context: str = "", flags: Flags | None = None
) -> bytes:
    """A JSON array of Statuses. `context` is where they are shown (home, notifications, public, thread, account), for the
    viewer's filters; posts that a "hide" filter of that place finds are left out of home and notifications."""
    return b"[" + b",".join(Page(whom, lines, context, flags).all()) + b"]"


def render_post(whom: ForWhom, line: Line, *, context: str = "") -> bytes:
    """One Status."""
    return Page(whom, [line], context, hiding=False).one(line)


class Page:
    """Everything needed to write out some posts for one viewer; and the accounts `also`, read with their authors."""

    def __init__(
        self,
        whom: ForWhom,
        lines: Sequence[Line],
        context: str = "",
        flags: Flags | None = None,
        *,
        hiding: bool = True,
        also: Collection[int] = (),
    ) -> None:
        self._base, self._viewer_id, self._lines = whom.base, whom.account_id, lines
        self._quotes = Quotes(self._viewer_id, lines)
        quoted = self._quotes.lines
        everything = [*lines, *(line.boosted for line in lines if line.boosted), *quoted]
        self._approvals = Approvals(self._viewer_id, everything)
        self._flags = flags or (
            read_flags(self._viewer_id, [*lines, *quoted]) if self._viewer_id else Flags()
        )
        self._accounts = render_account_parts(self._base, {*also, *(line.account_id for line in everything)})
        self._bodies = _bodies(self._base, everything)
        polled = [line.id for line in everything if line.has_poll]
        self._polls: dict[int, Poll] = poll_body.load(polled, self._viewer_id) if polled else {}
        self._matcher: Matcher | None = None
        if whom.has_filters and whom.account_id is not None:
            self._matcher = Matcher(whom.account_id, context, [line.shown for line in (*lines, *quoted)])
        self._hiding = hiding

    def all(self) -> Iterable[bytes]:
        for line in self._lines:
            if not self.hides(line):
                yield self.one(line)

    def hides(self, line: Line) -> bool:
        """Whether the viewer asked never to be shown such a post here."""
        return bool(self._hiding and self._matcher and self._matcher.hides(line.shown.id))

    def account(self, account_id: int) -> bytes:
        """The author of a post, or one of those asked for `also`."""
        return self._accounts[account_id]

    def one(self, line: Line, *, within: bool = False) -> bytes:
        """`{body, account, reblog, counters, quote, poll, flags}`; `within` another that quotes it, where quotes end."""
        poll = self._polls.get(line.id) if line.has_poll else None
        return _STATUS % (
            self._bodies[line.id],
            self._accounts[line.account_id],
            self.one(line.boosted) if line.boosted else b"null",
            line.replies,
            line.boosts,
            line.favourites,
            line.quotes,
            self._quote(line, within) if line.quote_state else b"null",
            self._approvals.of(line.shown),
            encode(poll) if poll else b"null",
            self._own(line) if self._viewer_id is not None else b"",
        )

    def _quote(self, line: Line, within: bool) -> bytes:
        if within:
            return self._quotes.shallow(line)
        quoted = self._quotes.quoted(line)
        if quoted is None:
            return b'{"state":"%s","quoted_status":null}' % self._quotes.state(line).encode()
        return b'{"state":"%s","quoted_status":%s}' % (ACCEPTED.encode(), self.one(quoted, within=True))

    def _own(self, line: Line) -> bytes:
        shown, flags = line.shown, self._flags
        own = line.account_id == self._viewer_id and line.boosted is None and line.visibility < 3
        return b"%b%b" % (
            _marks(
                shown.id in flags.favourited,
                shown.id in flags.boosted,
                shown.thread in flags.muted_threads,
                shown.id in flags.bookmarked,
                line.id in flags.pinned if own else None,
            ),
            encode(self._matcher.results(shown.id)) if self._matcher else b"[]",
        )


@cache
def _marks(favourited: bool, boosted: bool, muted: bool, bookmarked: bool, pinned: bool | None) -> bytes:
    """What a viewer did with a post; `pinned` None where nobody else's could be. There are 48 of them."""
    said = {"favourited": favourited, "reblogged": boosted, "muted": muted, "bookmarked": bookmarked}
    if pinned is not None:
        said["pinned"] = pinned
    return b',%b,"filtered":' % encode(said)[1:-1]


def _bodies(base: str, lines: Iterable[Line]) -> dict[int, bytes]:
    wanted = {line.id: (line.id, line.version, base) for line in lines}
    return _kept(_posts, wanted, lambda missing: post_body.render(base, missing))


def _kept(
    cache: Kept[tuple[int, int, str], bytes],
    wanted: dict[int, tuple[int, int, str]],
    render: Callable[[list[int]], dict[int, msgspec.Struct]],
) -> dict[int, bytes]:
    """The cached bytes of each id, without their closing brace; what is missing is rendered together."""
    found = {i: kept for i, key in wanted.items() if (kept := cache.get(key)) is not None}
    if len(found) < len(wanted):
        missing = [i for i in wanted if i not in found]
        for i, struct in render(missing).items():
            found[i] = encode(struct)[:-1]
            cache.put(wanted[i], found[i])
    return found


def render_account_parts(base: str, ids: Collection[int]) -> dict[int, bytes]:
    """Accounts as JSON objects, by id: one query when their profiles are known."""
    lines = account_lines.read(ids)
    wanted = {line.id: (line.id, line.version, base) for line in lines.values()}
    bodies = _kept(_accounts, wanted, lambda missing: account_body.render(base, missing))
    return {i: bodies[i] + _counters(line) for i, line in lines.items()}


def _counters(line: AccountLine) -> bytes:
    last = b'"%s"' % line.last_post_on.encode() if line.last_post_on else b"null"
    text = b',"statuses_count":%d,"followers_count":%d,"following_count":%d,"last_status_at":%s' % (
        line.posts,
        line.followers,
        line.following,
        last,
    )
    if line.suspended:
        text += b',"suspended":true'
    return text + (b',"limited":true}' if line.limited else b"}")


def render_accounts(whom: ForWhom, ids: Sequence[int]) -> bytes:
    """A JSON array of Accounts, in that order."""
    parts = render_account_parts(whom.base, ids)
    return b"[" + b",".join(parts[i] for i in ids if i in parts) + b"]"


def render_account(whom: ForWhom, account_id: int) -> bytes:
    """One Account."""
    return render_account_parts(whom.base, [account_id])[account_id]
