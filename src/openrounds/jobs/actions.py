"""Recording facts and queueing jobs, in the caller's transaction."""

from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import transaction

from openrounds.core import bus
from openrounds.core.clock import now
from openrounds.jobs.models import Happening, Job, Pause
from openrounds.jobs.registry import Fact, Handler, run_at_once, subscribers

BACKOFF = [timedelta(seconds=s) for s in (2, 10, 60, 300, 1800, 7200, 21600)]


def record(fact: Fact) -> None:
    """Writes the fact into the outbox and queues whatever follows from it. Must be called inside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{fact!r} must be recorded in the transaction that makes it true")
    payload = msgspec.json.encode(fact).decode()
    Happening.objects.create(kind=type(fact).__name__, payload=payload)
    run_at_once(fact)
    Job.objects.bulk_create([_job(h, payload) for h in subscribers(type(fact))])
    transaction.on_commit(wake)


def enqueue(
    handler: Handler, argument: Fact, *, run_at: datetime | None = None, unique_key: str | None = None
) -> None:
    """Queues one job; a job with that unique key which is still waiting makes this one unnecessary."""
    job = _job(handler, msgspec.json.encode(argument).decode(), run_at=run_at, unique_key=unique_key)
    Job.objects.bulk_create([job], ignore_conflicts=unique_key is not None)
    transaction.on_commit(wake)


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
    transaction.on_commit(wake)
    return bool(released)


def wake() -> None:
    """Tells the workers and the streaming process to look."""
    bus.ring(settings.RUN / "bus")


def _job(
    handler: Handler, payload: str, *, run_at: datetime | None = None, unique_key: str | None = None
) -> Job:
    return Job(
        handler=handler.name,
        payload=payload,
        queue=handler.queue,
        run_at=run_at or now(),
        unique_key=unique_key,
    )
