"""A list reads the newest of what its members said, however much they have said in all."""

from datetime import timedelta
from typing import Any

import pytest
from tests.conftest import follow
from tests.factories.plans import plans_of

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.ids import id_at
from openrounds.core.paging import Paging
from openrounds.posts import lines
from openrounds.posts.models import Post
from openrounds.timelines import list_actions, queries
from openrounds.timelines.models import List

pytestmark = pytest.mark.django_db


@pytest.fixture
def chosen(alice: Account, bob: Account) -> List:
    follow(alice, bob)
    made = list_actions.create_list(alice.pk, "Colleagues", replies_policy=None, exclusive=False)
    list_actions.add_members(alice.pk, made.pk, [bob.pk])
    return made


def said(by: Account, *days_ago: float) -> list[int]:
    """The ids of posts that were written so long ago."""
    ids = [id_at(now() - timedelta(days=days)) for days in days_ago]
    Post.objects.bulk_create(Post(pk=i, account=by, text="Hello", thread=i, visibility=0) for i in ids)
    return ids


def read(chosen: List, **where: int) -> list[int]:
    return [line.id for line in lines.read(queries.list_timeline(chosen), Paging(**{"limit": 3} | where))]


def test_old_posts_are_found_when_there_are_no_newer_ones(chosen: List, bob: Account) -> None:
    ids = said(bob, 0.1, 5, 30, 200, 900)
    assert read(chosen) == ids[:3]
    assert read(chosen, max_id=ids[1]) == ids[2:]
    assert read(chosen, min_id=ids[4]) == ids[1:4]
    assert read(chosen, since_id=ids[2]) == ids[:2]


def test_what_was_said_today_is_read_without_the_rest(
    chosen: List, bob: Account, django_assert_num_queries: Any
) -> None:
    said(bob, 0.1, 0.2, 0.3, 400, 500)
    with django_assert_num_queries(2):  # which they are, and the posts
        assert len(read(chosen)) == 3


@pytest.mark.sqlite_only  # PostgreSQL weighs the ways by how many posts there are
def test_of_each_member_only_those_of_that_time_are_read(chosen: List, bob: Account) -> None:
    said(bob, 0.1, 0.2, 0.3)
    plan = plans_of(lambda: read(chosen))
    assert any("SEARCH p " in line and "(account_id=? AND id>?)" in line for line in plan)
