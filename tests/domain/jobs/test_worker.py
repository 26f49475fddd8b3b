"""The queue: what is promised of a job when its worker, its handler or a second worker misbehaves."""

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import now
from openrounds.jobs import actions, registry, worker
from openrounds.jobs.actions import BACKOFF, enqueue, record, withdraw
from openrounds.jobs.jobs import trim_outbox
from openrounds.jobs.models import Happening, Job
from openrounds.jobs.registry import Fact, Tick, handler, of
from openrounds.posts.actions import Draft, create_post
from openrounds.posts.models import Post
from openrounds.timelines.models import HomeEntry

pytestmark = pytest.mark.django_db


class Wanted(Fact, frozen=True):
    name: str


class Broken(Exception):
    pass


@handler()
def make(wanted: Wanted) -> None:
    Account.objects.create(username=wanted.name)


@handler(attempts=2)
def make_and_fail(wanted: Wanted) -> None:
    Account.objects.create(username=wanted.name)
    raise Broken


@handler(queue="net", transactional=False, lease=timedelta(minutes=5))
def send(wanted: Wanted) -> None:
    SENT.append(wanted.name)
    LEASED.append(Job.objects.get().leased_until)


@handler(transactional=False)
def steal(wanted: Wanted) -> None:
    """What it does takes so long that another worker has the job by the end."""
    Job.objects.update(lease="1:1:other")
    SENT.append(wanted.name)


@handler()
def make_too_slowly(wanted: Wanted) -> None:
    Account.objects.create(username=wanted.name)
    Job.objects.update(lease="1:1:other")


SENT: list[str] = []
LEASED: list[datetime] = []


@pytest.fixture(autouse=True)
def _nothing_sent():
    SENT.clear()
    LEASED.clear()


def queue(function, name="dora", **more):
    enqueue(of(function), Wanted(name), **more)
    return Job.objects.latest("id")


def made() -> list[str]:
    return list(Account.objects.order_by("pk").values_list("username", flat=True))


def fall_due() -> None:
    Job.objects.update(run_at=now())


# ------------------------------------------------------------------------------------------------------------- once
def test_job_runs_once_and_is_gone():
    queue(make)
    assert worker.run_due() == 1 and worker.run_due() == 0
    assert made() == ["dora"] and not Job.objects.exists()


def test_job_waits_for_its_hour():
    queue(make, run_at=now() + timedelta(minutes=1))
    assert worker.run_due() == 0
    fall_due()
    assert worker.run_due() == 1


def test_second_worker_gets_nothing_of_what_the_first_holds():
    for n in range(3):
        queue(make, f"p{n}")
    first = worker.claim("default", "0:1:a")
    assert len(first) == 3 and worker.claim("default", "0:1:b") == []
    queue(make, "late")
    assert len(worker.claim("default", "0:1:b")) == 1


def test_late_worker_whose_lease_ran_out_changes_nothing():
    queue(make)
    late = worker.claim("default", "0:1:late")
    Job.objects.update(leased_until=now() - timedelta(seconds=1))
    quick = worker.claim("default", "0:1:quick")
    assert [job.id for job in quick] == [job.id for job in late]
    worker.run_all(quick, "0:1:quick")
    worker.run_all(late, "0:1:late")
    assert made() == ["dora"]


def test_lease_lost_while_at_work_rolls_the_work_back():
    queue(make_too_slowly)
    worker.run_due(lease="0:1:slow")
    assert made() == []
    assert Job.objects.get().lease == "0:1:slow"  # the theft was rolled back with the rest


def test_lease_lost_before_its_turn_is_not_begun_where_it_cannot_be_undone():
    queue(send)
    late = worker.claim("net", "0:1:late")
    Job.objects.update(lease="0:1:quick")
    worker.run_all(late, "0:1:late")
    assert SENT == [] and Job.objects.get().lease == "0:1:quick"


def test_lease_lost_in_a_job_that_cannot_be_undone_leaves_it_to_the_other():
    queue(steal)
    worker.run_due()
    assert SENT == ["dora"] and Job.objects.get().lease == "1:1:other"


def test_lease_is_renewed_when_a_batch_is_slow():
    queue(send)
    (job,) = worker.claim("net", "0:1:a")
    Job.objects.update(leased_until=now() - timedelta(seconds=1))
    worker.run_all([job], "0:1:a")
    assert LEASED[0] > now() + timedelta(minutes=4)


# -------------------------------------------------------------------------------------------------------- failures
def test_failed_job_leaves_nothing_and_is_tried_again_later():
    queue(make_and_fail)
    assert worker.run_due() == 1
    job = Job.objects.get()
    assert made() == [] and job.lease is None and job.parked_at is None
    assert now() + BACKOFF[0] - timedelta(seconds=1) < job.run_at <= now() + BACKOFF[0]
    assert "Broken" in job.last_error
    assert worker.run_due() == 0


def test_job_is_parked_after_its_last_attempt_and_others_flow():
    queue(make_and_fail, "bad")
    worker.run_due()
    fall_due()
    queue(make, "good")
    worker.run_due()
    assert made() == ["good"]
    assert Job.objects.get().parked_at is not None
    fall_due()
    assert worker.run_due() == 0


def test_pauses_grow():
    assert sorted(BACKOFF) == BACKOFF
    assert worker._pause_after(1) == BACKOFF[0] and worker._pause_after(99) == BACKOFF[-1]


def test_one_of_a_batch_fails_alone():
    for name, function in (("a", make), ("b", make_and_fail), ("c", make)):
        queue(function, name)
    worker.run_due()
    assert made() == ["a", "c"] and Job.objects.count() == 1


def test_job_that_another_worker_took_out_of_a_batch_takes_no_other_with_it():
    for name in "abc":
        queue(make, name)
    claimed = worker.claim("default", "0:1:late")
    Job.objects.filter(pk=claimed[1].id).update(lease="1:1:other")
    worker.run_all(claimed, "0:1:late")
    assert made() == ["a", "c"] and Job.objects.get().lease == "1:1:other"


@pytest.mark.parametrize(
    ("text", "queued"),
    [
        ("Fever and a new murmur", set()),
        ("See https://example.org/paper", {"posts.card_jobs.join_new_post"}),
        ("What do you think, @alice?", {"timelines.notification_jobs.announce_post"}),
    ],
    ids=["plain", "link", "mention"],
)
def test_what_has_nothing_to_do_is_not_queued(alice, bob, text, queued):
    create_post(bob, Draft(text=text))
    assert set(Job.objects.values_list("handler", flat=True)) == queued


@pytest.mark.parametrize(("name", "payload"), [("no.such.handler", "{}"), (None, "{"), (None, '{"name": 5}')])
def test_job_that_cannot_be_understood_is_not_lost(name, payload):
    Job.objects.create(handler=name or of(make).name, payload=payload, queue="default")
    worker.run_due()
    assert Job.objects.get().last_error


def test_queue_that_no_handler_is_of_does_not_stop_the_worker():
    Job.objects.create(handler="gone.with.the.update", payload="{}", queue="old")
    worker.run_due(("old",))
    assert Job.objects.get().parked_at is not None


# --------------------------------------------------------------------------------------------------------- deaths
def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_what_a_dead_worker_held_is_free_at_once():
    queue(make)
    worker.claim("default", f"0:{dead_pid()}:x")
    assert worker.run_due() == 0
    worker.release_dead_leases()
    assert worker.run_due() == 1 and made() == ["dora"]


def test_what_a_worker_with_the_number_of_this_one_held_is_free_at_once():
    queue(make)
    worker.claim("default", f"0:{os.getpid()}:of-the-container-before")
    worker.release_dead_leases()
    assert worker.run_due() == 1


def test_what_the_living_and_other_machines_hold_stays_theirs():
    for lease in (f"0:{os.getppid()}:x", f"3:{dead_pid()}:x"):
        queue(make)
        worker.claim("default", lease)
    worker.release_dead_leases()
    assert worker.run_due() == 0


def test_job_that_kills_every_worker_is_parked_and_the_others_run():
    """It takes the others of its first batch with it, and none after that."""
    queue(make_and_fail, "killer")
    queue(make, "innocent")
    pid = dead_pid()
    deaths = 0
    for _ in range(10):
        claimed = worker.claim("default", f"0:{pid}:x")
        killer = [job for job in claimed if "killer" in job.payload and job.attempts <= 2]
        if not killer:
            worker.run_all(claimed, f"0:{pid}:x")
            continue
        deaths += 1
        assert deaths == 1 or len(claimed) == 1
        worker.release_dead_leases()
        fall_due()
    assert made() == ["innocent"]
    assert deaths == 2
    assert "Fatal" in Job.objects.get(parked_at__isnull=False).last_error


def test_suspect_waits_before_it_is_begun_again():
    queue(make)
    for _ in range(2):
        fall_due()
        worker.claim("default", f"0:{dead_pid()}:x")
        worker.release_dead_leases()
    assert Job.objects.get().run_at > now() + timedelta(seconds=5)


def test_retries_do_not_wait_behind_an_endless_stream_of_fresh_jobs():
    old = queue(make, "old", run_at=now() - timedelta(seconds=5))
    Job.objects.filter(pk=old.pk).update(attempts=1)
    for n in range(5):
        queue(make, f"new{n}")
    assert [job.id for job in worker.claim("default", "0:1:a")] == [old.pk]


# ------------------------------------------------------------------------------------------------------ unique keys
def test_job_of_a_key_that_waits_makes_another_unnecessary():
    for name in ("a", "b"):
        enqueue(of(make), Wanted(name), unique_key="k")
    enqueue(of(make), Wanted("c"), unique_key="other")
    worker.run_due()
    assert made() == ["a", "c"]
    enqueue(of(make), Wanted("d"), unique_key="k")
    assert worker.run_due() == 1


def test_parked_job_does_not_block_the_next_of_its_key():
    queue(make_and_fail, "a", unique_key="k")
    for _ in range(2):
        fall_due()
        worker.run_due()
    assert Job.objects.get().parked_at
    queue(make, "b", unique_key="k")
    worker.run_due()
    assert made() == ["b"]


def test_job_is_taken_back_by_its_key():
    queue(make, unique_key="k")
    withdraw("k")
    assert worker.run_due() == 0


# ----------------------------------------------------------------------------------------------------------- outbox
def test_fact_and_post_come_together_or_not_at_all(alice, monkeypatch):
    monkeypatch.setattr(actions, "subscribers", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        create_post(alice, Draft("Hello"))
    assert not Post.objects.exists() and not Happening.objects.exists()
    assert not Job.objects.exists() and not HomeEntry.objects.exists()


def test_post_that_is_rolled_back_leaves_no_fact_and_no_job(alice):
    with pytest.raises(Broken):
        post_and_break(alice)
    assert not Post.objects.exists() and not Happening.objects.exists() and not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fact_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError):
        record(Wanted("x"))


def test_old_facts_are_forgotten():
    old = Happening.objects.create(kind="x", payload="{}", created_at=now() - timedelta(days=2))
    new = Happening.objects.create(kind="x", payload="{}")
    trim_outbox(Tick())
    assert list(Happening.objects.values_list("pk", flat=True)) == [new.pk] != [old.pk]


@transaction.atomic
def post_and_break(author):
    create_post(author, Draft("See https://example.org", visibility=Visibility.PUBLIC))
    assert Job.objects.exists() and Happening.objects.exists()
    raise Broken


# --------------------------------------------------------------------------------------------------------- periodic
def test_periodic_handlers_are_known_and_take_a_tick():
    listed = {h.name for _, h in registry.periodic()}
    assert "jobs.jobs.trim_outbox" in listed and "timelines.jobs.trim_feeds" in listed
    assert all(h.takes is Tick and period >= timedelta(seconds=1) for period, h in registry.periodic())


def test_every_periodic_job_runs_on_an_empty_server():
    for _, each in registry.periodic():
        enqueue(each, Tick(), unique_key=f"periodic:{each.name}")
    worker.run_due()
    assert list(Job.objects.values_list("handler", "last_error")) == []


def test_clock_queues_each_periodic_job_once_in_its_period(monkeypatch):
    one = worker.Worker()
    waits = iter([False, False, False, True])
    monkeypatch.setattr(one.stopping, "wait", lambda _: next(waits))
    monkeypatch.setattr(worker, "periodic", lambda: [(timedelta(hours=1), of(trim_outbox))])
    queued = []
    monkeypatch.setattr(worker, "enqueue", lambda each, _, unique_key: queued.append(unique_key))
    one._tick()
    assert 1 <= len(queued) <= 2 and set(queued) == {"periodic:jobs.jobs.trim_outbox"}
