"""Where a reader stands in a round: how far he was shown it and has read, what he committed to, what concerns him alone."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, field

from openrounds.core import db
from openrounds.rounds.models import Round, State, Step
from openrounds.rounds.rules import Gate, Moment, commit_refusal, open_to


class Place(NamedTuple):
    """A step that is out."""

    id: int
    position: int
    commit_first: bool


class Thought(NamedTuple):
    """A line of a ranked differential; `confidence` in per cent."""

    text: str
    confidence: int


class Reader(Struct, frozen=True):
    """`steps` are all that are out, `upto` the last that he is shown. `own`: by step what he committed to, best first, empty
    for a choice in a question.

    `asks` and `hidden` count what he asked privately and what was taken out of the room of his. For a host `waiting` counts
    private questions that nobody has answered, and `more` says whether there is a step to release.
    """

    round: Round
    steps: Sequence[Place]
    upto: int
    hosting: bool = False
    own: dict[int, list[Thought]] = field(default_factory=dict)
    seen_step: int = 0
    read_post: int = 0
    asks: int = 0
    hidden: int = 0
    waiting: int = 0
    more: bool = False

    @property
    def held_back(self) -> bool:
        """There are released steps that he is not shown yet."""
        return _last(self.steps) > self.upto

    def may_commit(self, step: Step) -> bool:
        """Whether an answer of his to a released step would come in time."""
        after = any(place.position == step.position + 1 for place in self.steps)
        moment = Moment(
            state=self.round.state,
            released=True,
            next_released=after,
            gated=step.commit_first,
            seen=max(self.seen_step, self.upto),
            position=step.position,
        )
        return step.pk not in self.own and not commit_refusal(moment)


_OUT = "SELECT id, position, commit_first FROM rounds_step WHERE round_id = %s AND released_at IS NOT NULL ORDER BY position"
_OF_READER = (
    "SELECT COALESCE(p.seen_step, 0), COALESCE(p.read_post, 0), "
    "(SELECT COUNT(*) FROM rounds_ask a WHERE a.round_id = %s AND a.asker_id = %s), "
    "(SELECT COUNT(*) FROM rounds_contribution c WHERE c.round_id = %s AND c.hidden_at IS NOT NULL AND EXISTS "
    "(SELECT 1 FROM posts_post o WHERE o.id = c.post_id AND o.account_id = %s AND o.deleted_at IS NULL)) "
    "FROM (SELECT 1) one LEFT JOIN rounds_progress p ON p.round_id = %s AND p.account_id = %s"
)
_OF_HOST = (
    "SELECT (SELECT COUNT(*) FROM rounds_ask WHERE round_id = %s AND answered_at IS NULL AND post_id IS NULL), "
    "EXISTS (SELECT 1 FROM rounds_step WHERE round_id = %s AND released_at IS NULL)"
)


_OWN = (
    "SELECT c.step_id, g.text, g.confidence FROM rounds_step s "
    "JOIN rounds_commitment c ON c.step_id = s.id AND c.account_id = %s "
    "LEFT JOIN rounds_guess g ON g.commitment_id = c.id WHERE s.round_id = %s ORDER BY g.rank"
)


def reader(round: Round, account_id: int | None, *, hosting: bool) -> Reader:
    """One query for a stranger, three for a member, four for a host."""
    steps = [Place(pk, position, bool(first)) for pk, position, first in db.rows(_OUT, [round.pk])]
    if account_id is None:
        return Reader(round, steps, _last(steps))
    seen_step, read_post, asks, hidden = db.row(_OF_READER, [round.pk, account_id] * 3) or (0, 0, 0, 0)
    waiting, more = (db.row(_OF_HOST, [round.pk] * 2) if hosting else None) or (0, False)
    own = _own(round.pk, account_id)
    everything = hosting or round.state == State.CLOSED
    gates = [Gate(place.position, place.commit_first, place.id in own) for place in steps]
    return Reader(
        round,
        steps,
        _last(steps) if everything else open_to(gates, seen=seen_step),
        hosting=hosting,
        own=own,
        seen_step=seen_step,
        read_post=read_post,
        asks=asks,
        hidden=hidden,
        waiting=waiting,
        more=bool(more),
    )


def _last(steps: Sequence[Place]) -> int:
    return steps[-1].position if steps else 0


def _own(round_id: int, account_id: int) -> dict[int, list[Thought]]:
    found: dict[int, list[Thought]] = defaultdict(list)
    for step_id, text, confidence in db.rows(_OWN, [account_id, round_id]):
        found[step_id] += [Thought(text, confidence)] if text is not None else []
    return dict(found)
