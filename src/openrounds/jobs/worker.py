"""Takes jobs from the queue and runs them: retried with growing pauses, parked after the last attempt.

A job is claimed by writing a lease into its row; only the holder of the lease can finish it, so a worker that was
thought dead and comes back changes nothing. Fresh jobs are claimed in batches, jobs that were tried before one at a
time: a job that kills its worker takes no others with it more than once.
"""

import logging
import os
import secrets
import threading
import time
import traceback
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, close_old_connections, connection, transaction
from msgspec import Struct

from openrounds.core import db
from openrounds.core.bus import Listener
from openrounds.core.clock import now
from openrounds.core.options import options
from openrounds.jobs.actions import BACKOFF, enqueue
from openrounds.jobs.models import Job, Pause
from openrounds.jobs.registry import HANDLERS, Handler, Tick, periodic

logger = logging.getLogger(__name__)
BATCH = 50
LONGEST_TRANSACTION = 0.03  # seconds
# Whoever waits for SQLite's lock looks for it now and then alone, and would never find it free between two transactions.
BREATH = 0.01  # seconds
SHORTEST_LEASE = timedelta(seconds=60)
# Each queue has a thread of its own, so that a film being re-encoded holds up no post, nor one post for a hundred thousand
# feeds ("bulk") all others.
QUEUES = ("default", "bulk", "media", "net", "mail")


class Claimed(Struct, frozen=True):
    """A job that this worker holds."""

    id: int
    handler: str
    payload: str
    attempts: int


class LeaseLost(Exception):
    """Somebody else holds the job by now; whatever this worker did is rolled back."""


class Fatal(Exception):
    """Every worker that began the job died of it, so it is not begun again."""


def new_lease() -> str:
    """Names this process, so that its leases can be told from those of the living after it died."""
    return f"{options().node}:{os.getpid()}:{secrets.token_hex(4)}"


def run_due(queues: tuple[str, ...] = QUEUES, lease: str | None = None) -> int:
    """Runs every job that is due now, in this thread; how many. What tests call instead of sleeping."""
    lease = lease or new_lease()
    done = 0
    while claimed := [job for queue in queues for job in claim(queue, lease)]:
        run_all(claimed, lease)
        done += len(claimed)
    return done


def claim(queue: str, lease: str) -> list[Claimed]:
    """Jobs of the queue that are due, now held under `lease`."""
    moment = db.moment(now())
    due = (
        "queue = %s AND parked_at IS NULL AND run_at <= %s AND (leased_until IS NULL OR leased_until < %s) "
        "AND NOT EXISTS (SELECT 1 FROM jobs_pause)"
    )
    values = [queue, moment, moment]
    oldest = db.row(f"SELECT attempts FROM jobs_job WHERE {due} ORDER BY run_at, id LIMIT 1", values)
    if oldest is None:
        return []
    alike, most = ("attempts > 0", 1) if oldest[0] else ("attempts = 0", BATCH)
    until = db.moment(now() + _lease_of(queue))
    found = f"SELECT id FROM jobs_job WHERE {due} AND {alike} ORDER BY run_at, id LIMIT %s"
    # An array is made once; PostgreSQL may run a subquery again for each row, and then lock more than `most`.
    chosen = f"id = ANY(ARRAY({found} FOR UPDATE SKIP LOCKED))" if db.is_postgres() else f"id IN ({found})"
    with transaction.atomic():
        taken = db.rows(
            f"UPDATE jobs_job SET lease = %s, leased_until = %s, attempts = attempts + 1 WHERE {chosen} "
            "RETURNING id, handler, payload, attempts",
            [lease, until, *values, most],
        )
    return sorted((Claimed(*job) for job in taken), key=lambda job: job.id)


def _lease_of(queue: str) -> timedelta:
    """As long as the slowest of the queue's handlers may take."""
    return max((h.lease for h in HANDLERS.values() if h.queue == queue), default=SHORTEST_LEASE)


def run_all(jobs: Sequence[Claimed], lease: str) -> None:
    """Runs jobs that are held, in order. Transactional ones share transactions, since a commit costs more than most of them;
    other writers wait for none longer than `LONGEST_TRANSACTION`."""
    waiting = deque(jobs)
    while waiting:
        if len(waiting) == 1 or not _transactional(waiting[0]):
            _attempt(waiting.popleft(), lease)
            continue
        for job in _share(waiting, lease):
            _attempt(job, lease)
        if waiting and not db.is_postgres():
            time.sleep(BREATH)


def _share(waiting: deque[Claimed], lease: str) -> list[Claimed]:
    """Runs some of the jobs in one transaction, all or none, without the savepoints that each would cost. When one of them
    fails nothing has happened, and they are given back to be run each by itself."""
    until = time.monotonic() + LONGEST_TRANSACTION
    begun: list[Claimed] = []
    try:
        with transaction.atomic():
            while waiting and _transactional(waiting[0]) and time.monotonic() < until:
                begun.append(waiting.popleft())
                _handle(_known(begun[-1]), begun[-1])
            _finish(begun, lease)
    except Exception as problem:
        _pass_on_lost_database(problem)
        return begun
    return []


def _transactional(job: Claimed) -> bool:
    handler = HANDLERS.get(job.handler)
    return handler is not None and handler.transactional


def _attempt(job: Claimed, lease: str) -> None:
    """One job; whatever it raises is written down and the job tried again later. A lost database is the caller's matter."""
    try:
        _perform(_known(job), job, lease)
    except LeaseLost:
        logger.warning("job %s (%s) was taken over by another worker", job.id, job.handler)
    except Exception as problem:
        _pass_on_lost_database(problem)
        _put_off(job, lease, problem)


def _pass_on_lost_database(problem: Exception) -> None:
    if isinstance(problem, OperationalError | InterfaceError) and not connection.is_usable():
        raise problem


def _known(job: Claimed) -> Handler:
    if (handler := HANDLERS.get(job.handler)) is None:
        raise LookupError(f"no handler is called {job.handler}")
    return handler


def _perform(handler: Handler, job: Claimed, lease: str) -> None:
    if handler.transactional:
        with transaction.atomic():
            _handle(handler, job)
            _finish([job], lease)
    else:
        _renew(handler, job, lease)
        _handle(handler, job)
        _finish([job], lease)


def _handle(handler: Handler, job: Claimed) -> None:
    if job.attempts > handler.attempts:
        raise Fatal
    handler.run(msgspec.json.decode(job.payload, type=handler.takes))


def _renew(handler: Handler, job: Claimed, lease: str) -> None:
    """The jobs before this one in its batch may have taken longer than the lease."""
    held = Job.objects.filter(pk=job.id, lease=lease)
    if held.update(leased_until=now() + handler.lease) != 1:
        raise LeaseLost


def _finish(jobs: Sequence[Claimed], lease: str) -> None:
    here, ids = db.among("id", [job.id for job in jobs])
    if db.execute(f"DELETE FROM jobs_job WHERE {here} AND lease = %s", [ids, lease]) != len(jobs):
        raise LeaseLost


def _put_off(job: Claimed, lease: str, problem: Exception) -> None:
    handler = HANDLERS.get(job.handler)
    last = handler is None or job.attempts >= handler.attempts
    logger.error(
        "job %s (%s) failed, attempt %s%s",
        job.id,
        job.handler,
        job.attempts,
        ": parked" if last else "",
        exc_info=problem,
    )
    changes: dict[str, Any] = {
        "lease": None,
        "leased_until": None,
        "run_at": now() + _pause_after(job.attempts),
        "last_error": "".join(traceback.format_exception(problem))[-4000:],
    }
    if last:  # without its key, since the next job of that key must not wait for a dead one
        changes |= {"parked_at": now(), "unique_key": None}
    Job.objects.filter(pk=job.id, lease=lease).update(**changes)


def _pause_after(attempts: int) -> timedelta:
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]


def release_dead_leases() -> None:
    """Frees what workers of this machine held when they died; called by a worker that holds nothing yet. A job that was
    alone with a worker when it died, and so may be what killed it, waits."""
    held = db.rows("SELECT id, lease, attempts FROM jobs_job WHERE lease IS NOT NULL")
    for job_id, lease, attempts in held:
        node, pid, _ = lease.split(":")
        if int(node) == options().node and not _alive(int(pid)):
            pause = _pause_after(attempts) if attempts > 1 else timedelta()
            freed = Job.objects.filter(pk=job_id, lease=lease)
            freed.update(lease=None, leased_until=None, run_at=now() + pause)


def _alive(pid: int) -> bool:
    if pid == os.getpid():  # in a container every first process has the same number
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Worker:
    """The job worker: a thread for each queue, and one that starts the periodic jobs."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        release_dead_leases()
        if pause := Pause.objects.first():
            logger.warning(
                "jobs are paused since %s: %s. Let them run with: openrounds jobs release", pause.since, pause
            )
        for queue in QUEUES:
            self._threads.append(threading.Thread(target=self._serve, args=(queue,), name=f"queue {queue}"))
        self._threads.append(threading.Thread(target=self._tick, name="clock"))
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 30) -> None:
        """No new jobs; those under way are finished."""
        self.stopping.set()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.1, deadline - time.monotonic()))

    def _serve(self, queue: str) -> None:
        lease, pause = new_lease(), 0.5
        with Listener(settings.RUN / "bus", queue) as bell:
            while not self.stopping.is_set():
                try:
                    worked = self._work_once(queue, lease)
                    pause = 0.5
                except Error:
                    logger.exception("the database does not answer; trying again in %.1f s", pause)
                    close_old_connections()
                    connection.close()
                    worked, pause = False, min(pause * 2, 10)
                    self.stopping.wait(pause)
                if not worked:
                    bell.wait(0.5)

    def _work_once(self, queue: str, lease: str) -> bool:
        """True when more may be due at once: whatever is queued from now on rings."""
        claimed = claim(queue, lease)
        run_all(claimed, lease)
        return len(claimed) == BATCH or any(job.attempts > 1 for job in claimed)

    def _tick(self) -> None:
        started: dict[str, int] = {}
        while not self.stopping.wait(1):
            for period, handler in periodic():
                slot = int(time.time() // period.total_seconds())
                if started.get(handler.name) == slot:
                    continue
                try:
                    enqueue(handler, Tick(), unique_key=f"periodic:{handler.name}")
                    started[handler.name] = slot
                except Error:
                    logger.exception("could not queue %s", handler.name)
                    connection.close()
