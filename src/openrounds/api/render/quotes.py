"""What the posts of a page quote, as one viewer may see it.

Nothing of it is kept: it differs per viewer, and consent that is taken back ends at once.
"""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Literal

import msgspec

from openrounds.accounts.models import QuotePolicy
from openrounds.api.entities.status import Quote, QuoteApproval
from openrounds.posts import queries
from openrounds.posts.lines import Line, read_ids
from openrounds.posts.models import QuoteState
from openrounds.posts.rules import QUOTED_BY_FOLLOWERS, effective_policy, quotable
from openrounds.posts.visibility import Standing, standings

ACCEPTED = "accepted"
QuotePolicyWord = Literal["public", "followers", "nobody"]
POLICIES: dict[QuotePolicy, QuotePolicyWord] = {
    QuotePolicy.PUBLIC: "public",
    QuotePolicy.FOLLOWERS: "followers",
    QuotePolicy.NOBODY: "nobody",
}
POLICY_OF: dict[QuotePolicyWord | None, QuotePolicy] = {word: policy for policy, word in POLICIES.items()}
_STATES = {
    QuoteState.PENDING: "pending",
    QuoteState.REJECTED: "rejected",
    QuoteState.REVOKED: "revoked",
}
_STANDINGS = {
    Standing.GONE: "deleted",
    Standing.HIDDEN: "unauthorized",
    Standing.BLOCKED: "blocked_account",
    Standing.SERVER_BLOCKED: "blocked_domain",
    Standing.MUTED: "muted_account",
    Standing.SHOWN: ACCEPTED,
}


class Quotes:
    """Two queries if any of the posts quotes another, none otherwise. `lines` are the quoted posts that are shown."""

    def __init__(self, viewer_id: int | None, lines: Iterable[Line]) -> None:
        self.lines: list[Line] = []
        self._by_id: dict[int, Line] = {}
        self._standings: dict[int, Standing] = {}
        if wanted := _quoted(line.boosted or line for line in lines):
            self._load(viewer_id, wanted)

    def _load(self, viewer_id: int | None, wanted: Collection[int]) -> None:
        found = read_ids([*wanted])
        self._standings = standings(viewer_id, {*wanted, *_quoted(found)})
        self.lines = [line for line in found if self._standings[line.id] is Standing.SHOWN]
        self._by_id = {line.id: line for line in self.lines}

    def state(self, line: Line) -> str:
        """In which state the line's quote is for the viewer."""
        if line.quote_state != QuoteState.ACCEPTED:
            return _STATES[QuoteState(line.quote_state)]
        return _STANDINGS[self._standings.get(line.quote_of or 0, Standing.GONE)]

    def quoted(self, line: Line) -> Line | None:
        """The post to show within that one."""
        return self._by_id.get(line.quote_of or 0) if self.state(line) == ACCEPTED else None

    def shallow(self, line: Line) -> bytes:
        """Mastodon's ShallowQuote as JSON."""
        state = self.state(line)
        return msgspec.json.encode(
            Quote(state, quoted_status_id=str(line.quote_of) if state == ACCEPTED else None)
        )


def _quoted(lines: Iterable[Line]) -> set[int]:
    return {line.quote_of for line in lines if line.quote_of and line.quote_state == QuoteState.ACCEPTED}


def followed_for_quotes(viewer_id: int | None, lines: Iterable[Line]) -> set[int]:
    """Those of the authors whom the viewer follows, of posts that only followers may quote; a query if there are any."""
    authors = {line.author.id for line in lines if line.quote_policy == QUOTED_BY_FOLLOWERS} - {viewer_id}
    return queries.followed(viewer_id, authors) if viewer_id is not None and authors else set()


@cache
def approval(visibility: int, chosen: int, *, asked: bool, own: bool, follows: bool) -> bytes:
    """A QuoteApproval as JSON; `asked` by somebody who is signed in."""
    policy = effective_policy(visibility, chosen)
    may = asked and quotable(visibility, chosen, own=own, follows=follows)
    word = "automatic" if may else "denied"
    automatic: list[str] = [POLICIES[QuotePolicy(policy)]] if policy != QuotePolicy.NOBODY else []
    return msgspec.json.encode(QuoteApproval(automatic, [], word))
