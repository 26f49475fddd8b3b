"""What lists show is kept under stamps, which the database itself raises: whoever changes something, and however."""

from importlib import import_module

import pytest
from django.db import transaction
from msgspec import structs

from openrounds.accounts.lines import AccountLine
from openrounds.accounts.models import Account
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.paging import Paging
from openrounds.posts import lines
from openrounds.posts.lines import Line, Source
from openrounds.posts.models import Post

OF_POST = import_module("openrounds.posts.migrations.0005_stamp").COLUMNS
OF_ACCOUNT = import_module("openrounds.accounts.migrations.0008_stamp").COLUMNS
# Which of them a plain statement may set to this, whatever the row holds.
OTHER_OF_POST = {
    "version": 7,
    "replies_count": 7,
    "boosts_count": 7,
    "favourites_count": 7,
    "quotes_count": 7,
    "visibility": 1,
    "thread": 7,
    "quote_state": 2,
    "quote_policy": 1,
}
OTHER_OF_ACCOUNT = {"version": 7, "followers_count": 7, "following_count": 7, "posts_count": 7}


def shown(post: Post) -> Line:
    (line,) = lines.read(Source("posts_post p", "p.id = %s", [post.pk]), Paging(1))
    return line


def field_of(column: str) -> str:
    """How a Line calls the column."""
    return column.removesuffix("_count").removesuffix("_id")


def test_every_field_of_a_line_that_may_change_raises_the_stamp():
    never_change = {"cursor", "id", "stamp", "author", "boost_of", "plain", "boosted"}
    assert {field.name for field in structs.fields(Line)} - never_change == {*map(field_of, OF_POST)}
    moments = {"limited_at": "limited", "suspended_at": "suspended"}
    of_account = {moments.get(column, field_of(column)) for column in OF_ACCOUNT}
    assert {field.name for field in structs.fields(AccountLine)} - {"id", "stamp"} == of_account


@pytest.mark.parametrize("column", OTHER_OF_POST)
def test_what_another_process_changes_in_a_post_is_read_at_once(column, alice, post_as):
    post = post_as(alice)
    before = shown(post)
    db.execute(f"UPDATE posts_post SET {column} = %s WHERE id = %s", [OTHER_OF_POST[column], post.pk])
    after = shown(post)
    assert getattr(after, field_of(column)) == OTHER_OF_POST[column] != getattr(before, field_of(column))
    assert after.stamp == before.stamp + 1


@pytest.mark.parametrize("column", OTHER_OF_ACCOUNT)
def test_what_another_process_changes_in_an_author_is_read_at_once(column, alice, post_as):
    post = post_as(alice)
    before = shown(post).author
    db.execute(
        f"UPDATE accounts_account SET {column} = %s WHERE id = %s", [OTHER_OF_ACCOUNT[column], alice.pk]
    )
    after = shown(post).author
    assert getattr(after, field_of(column)) == OTHER_OF_ACCOUNT[column] != getattr(before, field_of(column))
    assert after.stamp == before.stamp + 1


@pytest.mark.parametrize(
    ("column", "field", "moment"),
    [
        ("suspended_at", "suspended", now()),
        ("limited_at", "limited", now()),
        ("last_post_on", "last_post_on", "2026-01-01"),
    ],
    ids=["suspended", "limited", "posted"],
)
def test_when_something_happened_to_an_author_is_read_at_once(column, field, moment, alice, post_as):
    post = post_as(alice)
    Account.objects.filter(pk=alice.pk).update(**{column: None})
    before = shown(post).author
    Account.objects.filter(pk=alice.pk).update(**{column: moment})
    assert not getattr(before, field) and getattr(shown(post).author, field)


def test_row_that_is_saved_as_it_once_was_does_not_take_the_stamp_back(alice, post_as):
    post, former = post_as(alice), Account.objects.get(pk=alice.pk)
    Account.objects.filter(pk=alice.pk).update(followers_count=1)
    seen = shown(post).author
    former.save()
    after = shown(post).author
    assert after.stamp > seen.stamp and (seen.followers, after.followers) == (1, 0)


def test_known_posts_are_read_by_ids_and_stamps_alone(alice, post_as, django_assert_num_queries):
    post = post_as(alice)
    with django_assert_num_queries(2):
        first = shown(post)
    with django_assert_num_queries(1):
        assert shown(post) is first


class Undone(Exception):
    """What the test breaks off with."""


def read_and_break_off(post: Post) -> None:
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(favourites_count=100)
        assert shown(post).favourites == 100
        raise Undone


@pytest.mark.django_db(transaction=True)
def test_what_was_read_in_a_transaction_that_is_undone_is_forgotten(alice, post_as):
    post = post_as(alice)
    with pytest.raises(Undone):
        read_and_break_off(post)
    Post.objects.filter(pk=post.pk).update(favourites_count=1)
    assert shown(post).favourites == 1
