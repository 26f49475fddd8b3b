"""Recording facts and queueing jobs, in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import transaction

from openrounds.core import bus, db
from openrounds.core.clock import now
from openrounds.jobs.models import Job, Pause
from openrounds.jobs.registry import Fact, Handler, run_at_once, subscribers

STREAMING = "streaming"  # the name by which the streaming process listens
BACKOFF = [timedelta(seconds=s) for s in (2, 10, 60, 300, 1800, 7200, 21600)]


def record(fact: Fact) -> None:
    """Writes the fact into the outbox and queues whatever follows from it. Must be called inside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{fact!r} must be recorded in the transaction that makes it true")
    payload = msgspec.json.encode(fact).decode()
    db.execute(_HAPPENED, [type(fact).__name__, payload, db.moment(now())])
    run_at_once(fact)
    handlers = subscribers(fact)
    _queue([_job(handler, payload) for handler in handlers])
    _wake({STREAMING, *(handler.queue for handler in handlers)})


def enqueue(
    handler: Handler, argument: Fact, *, run_at: datetime | None = None, unique_key: str | None = None
) -> None:
    """Queues one job; a job with that unique key which is still waiting makes this one unnecessary."""
    payload = msgspec.json.encode(argument).decode()
    _queue([_job(handler, payload, run_at=run_at, unique_key=unique_key)])
    _wake({handler.queue})


def withdraw(unique_key: str) -> None:
    """Takes back a job that waits; one that is being run (perhaps by the caller) runs to its end."""
    Job.objects.filter(unique_key=unique_key, lease=None).delete()


@transaction.atomic
def pause(reason: str) -> None:
    """No job is begun until `release`; what happens meanwhile waits in the queue."""
    Pause.objects.all().delete()
    Pause.objects.create(reason=reason)


@transaction.atomic
def release() -> bool:
    """Lets the workers go on; False when they were not paused."""
    released, _ = Pause.objects.all().delete()
    transaction.on_commit(_Ring(None))
    return bool(released)


class _Ring:
    """Wakes those who wait for something of these names; None: everybody."""

    def __init__(self, names: set[str] | None) -> None:
        self.names = names

    def __call__(self) -> None:
        bus.ring(settings.RUN / "bus", self.names)


def _wake(names: set[str]) -> None:
    """One ring when the transaction is committed, however much was recorded in it."""
    for _, waiting, *_ in transaction.get_connection().run_on_commit:
        if isinstance(waiting, _Ring) and waiting.names is not None:
            waiting.names |= names
            return
    transaction.on_commit(_Ring(names))


# In plain SQL, as every post comes by here some ten times.
_HAPPENED = "INSERT INTO jobs_happening (kind, payload, created_at) VALUES (%s, %s, %s)"
_QUEUED = "INSERT INTO jobs_job (handler, payload, queue, run_at, unique_key, attempts, last_error) VALUES "
_PLACES = "(%s, %s, %s, %s, %s, 0, '')"


def _queue(jobs: Sequence[tuple[object, ...]]) -> None:
    if jobs:
        places = ", ".join([_PLACES] * len(jobs))
        values = [value for job in jobs for value in job]
        db.execute(f"{_QUEUED}{places} ON CONFLICT (unique_key) DO NOTHING", values)


def _job(
    handler: Handler, payload: str, *, run_at: datetime | None = None, unique_key: str | None = None
) -> tuple[object, ...]:
    return handler.name, payload, handler.queue, db.moment(run_at or now()), unique_key
