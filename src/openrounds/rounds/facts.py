"""What happens to rounds."""

from openrounds.jobs.registry import Fact


class RoundChanged(Fact, frozen=True):
    """Scheduled, opened, closing, closed, paused or edited: whoever looks at it should look again. `state` is the new one."""

    round_id: int
    state: str


class StepReleased(Fact, frozen=True):
    """A step is a secret no longer; `post_id` announces it."""

    round_id: int
    step_id: int
    position: int
    post_id: int


class Contributed(Fact, frozen=True):
    """A post has come into a room."""

    round_id: int
    post_id: int
    step_id: int | None = None


class ContributionChanged(Fact, frozen=True):
    """A facilitator has marked, pinned, moved or hidden a contribution, or its post has left the room."""

    round_id: int
    post_id: int


class Committed(Fact, frozen=True):
    """A learner has committed to an answer to a step; `total` have by now."""

    round_id: int
    step_id: int
    total: int


class StepDue(Fact, frozen=True):
    """A step's hour."""

    step_id: int


class RoundDue(Fact, frozen=True):
    """An hour of a round: it opens, it closes, or it is announced."""

    round_id: int


class ReferenceAdded(Fact, frozen=True):
    """A reference waits to be looked up."""

    reference_id: int


class PaperCited(Fact, frozen=True):
    """A paper that was not asked for yet, or not lately, waits to be looked up."""

    paper_id: int


class ContributionHidden(Fact, frozen=True):
    """A facilitator took a post out of the room; its author is to be told why."""

    round_id: int
    post_id: int
    reason: str


class Asked(Fact, frozen=True):
    """Somebody has asked the facilitators privately."""

    round_id: int
    ask_id: int


class AskAnswered(Fact, frozen=True):
    """A private question was answered or published."""

    round_id: int
    ask_id: int
