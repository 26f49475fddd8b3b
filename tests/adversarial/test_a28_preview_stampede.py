"""A28: the same link posted two hundred times in a minute is looked at once."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from tests.hostile_peer import HostilePeer, answer

from openrounds.accounts.models import Account
from openrounds.jobs.models import Job
from openrounds.posts import card_jobs
from openrounds.posts.actions import Draft, create_post
from openrounds.posts.models import Post, PreviewCard


@pytest.fixture
def peer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostilePeer]:
    monkeypatch.setattr(card_jobs, "LONGEST_DELAY_SECONDS", 0.0)
    with HostilePeer({"/page": answer(b"<title>A page</title>")}) as playing:
        listed = [f"127.0.0.1:{playing.port}"]
        settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, private_hosts=listed)
        yield playing


def test_a28_link_of_200_posts_is_fetched_once_and_shown_with_all(
    alice: Account, run_jobs: Callable[[], int], peer: HostilePeer
) -> None:
    for number in range(100):
        create_post(alice, Draft(f"{number} http://127.0.0.1:{peer.port}/page"))
    run_jobs()
    for number in range(100):
        create_post(alice, Draft(f"{number} again http://127.0.0.1:{peer.port}/page#part-{number}"))
    run_jobs()
    assert peer.connections == 1
    assert Post.objects.filter(card=PreviewCard.objects.get(), card__title="A page").count() == 200


def test_a28_link_that_fails_is_not_tried_again_by_the_next_post(
    alice: Account, run_jobs: Callable[[], int], peer: HostilePeer
) -> None:
    for number in range(50):
        create_post(alice, Draft(f"{number} http://127.0.0.1:{peer.port}/gone"))
        run_jobs()
    assert peer.connections == 1
    assert not Job.objects.exists()


def test_a28_two_workers_with_the_same_job_make_one_visit(
    alice: Account, run_jobs: Callable[[], int], peer: HostilePeer
) -> None:
    create_post(alice, Draft(f"http://127.0.0.1:{peer.port}/page"))
    run_jobs()
    PreviewCard.objects.update(fetched_at=None)
    wanted = card_jobs.CardWanted(PreviewCard.objects.get().pk)
    card_jobs.fetch_card(wanted)
    card_jobs.fetch_card(wanted)
    assert peer.connections == 2


def test_a28_visits_of_many_servers_are_spread() -> None:
    assert card_jobs.LONGEST_DELAY_SECONDS >= 2
