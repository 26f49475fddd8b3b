"""What a viewer did with the posts of a page: read from what he did in its time, or of each post where that is too much."""

import pytest

from openrounds.posts import lines
from openrounds.posts.actions import Author, bookmark, boost, favourite, mute_thread, pin, unboost
from openrounds.posts.lines import BOOKMARKED, BOOSTED, FAVOURITED, MUTED, PINNED


@pytest.fixture
def page(alice, bob, post_as):
    """Three posts of Alice's and one of Bob's, who favourited and boosted the first, bookmarked the second and muted it."""
    first, second, third = (post_as(alice, str(n)) for n in range(3))
    own = post_as(bob)
    favourite(bob.pk, first.pk)
    boost(Author(bob), first.pk)
    bookmark(bob.pk, second.pk)
    mute_thread(bob.pk, second.pk)
    pin(bob.pk, own.pk)
    return lines.read_ids([first.pk, second.pk, third.pk, own.pk])


def test_everything_that_the_viewer_did_is_told(bob, page):
    first, second, _, own = (line.id for line in page)
    expected = {first: FAVOURITED | BOOSTED, second: BOOKMARKED | MUTED, own: PINNED}
    assert lines.read_flags(bob.pk, page) == expected
    assert lines.read_flags(bob.pk, page[:1]) == {first: FAVOURITED | BOOSTED}


def test_others_did_nothing_by_it(alice, charlie, page):
    assert lines.read_flags(alice.pk, page) == {} == lines.read_flags(charlie.pk, page)


def test_boost_that_was_taken_back_is_none(bob, page):
    unboost(bob.pk, page[0].id)
    assert lines.read_flags(bob.pk, page[:1]) == {page[0].id: FAVOURITED}


def test_who_did_much_in_the_time_of_a_page_is_told_of_its_posts_alone(
    alice, bob, post_as, django_assert_num_queries
):
    oldest = post_as(alice)
    for n in range(8):
        favourite(bob.pk, post_as(alice, str(n)).pk)
    newest = post_as(alice)
    favourite(bob.pk, newest.pk)
    page = lines.read_ids([oldest.pk, newest.pk])
    with django_assert_num_queries(2):
        assert lines.read_flags(bob.pk, page) == {newest.pk: FAVOURITED}


def test_page_without_posts_asks_nothing(bob, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert lines.read_flags(bob.pk, []) == {}
