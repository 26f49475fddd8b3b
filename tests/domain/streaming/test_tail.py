"""The outbox is read as it grows, each row once."""

import threading

import pytest
from django.db import connection, transaction

from openrounds.jobs.actions import record
from openrounds.jobs.models import Happening
from openrounds.posts.facts import PostChanged
from openrounds.streaming.tail import BATCH, Tail


def happen(*numbers: int) -> None:
    with transaction.atomic():
        for number in numbers:
            record(PostChanged(number))


def payloads(tail: Tail) -> list[str]:
    return [payload for _, payload in tail.read()]


@pytest.mark.django_db
def test_what_was_there_before_is_not_told() -> None:
    happen(1, 2)
    tail = Tail()
    assert tail.read() == []
    happen(3)
    assert tail.read() == [("PostChanged", '{"post_id":3}')]
    assert tail.read() == []


@pytest.mark.django_db
def test_more_than_a_batch_comes_in_order() -> None:
    tail = Tail()
    happen(*range(BATCH + 1))
    assert [len(tail.read()) for _ in range(3)] == [BATCH, 1, 0]


@pytest.mark.django_db
def test_outbox_that_was_trimmed_is_read_on() -> None:
    tail = Tail()
    happen(1)
    tail.read()
    Happening.objects.all().delete()
    happen(2)
    assert payloads(tail) == ['{"post_id":2}']


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_row_that_is_committed_late_is_told_late() -> None:
    tail = Tail()
    written, commit = threading.Event(), threading.Event()

    def dawdle() -> None:
        with transaction.atomic():
            record(PostChanged(1))
            written.set()
            commit.wait(10)
        connection.close()

    slow = threading.Thread(target=dawdle)
    slow.start()
    written.wait(10)
    happen(2)
    assert payloads(tail) == ['{"post_id":2}']
    happen(3)
    assert payloads(tail) == ['{"post_id":3}']
    commit.set()
    slow.join()
    assert payloads(tail) == ['{"post_id":1}']
    assert payloads(tail) == []
