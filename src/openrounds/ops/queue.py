"""What an operator sees of the queue, and does to it."""

from dataclasses import dataclass
from datetime import datetime

from openrounds.core.clock import now
from openrounds.jobs.actions import pause, release
from openrounds.jobs.models import Job, Pause

__all__ = ["State", "pause", "release", "state"]


@dataclass(frozen=True)
class State:
    """Numbers of jobs; `paused` is the reason, "" when the workers work."""

    due: int
    later: int
    running: int
    parked: int
    paused: str
    since: datetime | None


def state() -> State:
    waiting, moment, held = Job.objects.filter(parked_at=None), now(), Pause.objects.first()
    free = waiting.exclude(leased_until__gte=moment)
    return State(
        due=free.filter(run_at__lte=moment).count(),
        later=free.filter(run_at__gt=moment).count(),
        running=waiting.filter(leased_until__gte=moment).count(),
        parked=Job.objects.exclude(parked_at=None).count(),
        paused=held.reason if held else "",
        since=held.since if held else None,
    )
