"""Contributions that say the same: folded under the first, never in circles, and free again."""

import pytest
from tests.conftest import step

from openrounds.core.errors import Invalid
from openrounds.posts.actions import Author, delete_post
from openrounds.rounds import actions
from openrounds.rounds.models import Contribution
from openrounds.rounds.rules import RUNNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(running, bob, charlie):
    """Contributions to the first stage."""
    return [said(who, running, f"Iron {n}") for n, who in enumerate((bob, charlie, bob))]


def said(who, round, text="Iron"):
    post = actions.speak(Author(who), who.pk, round, text)
    return Contribution.objects.select_related("post", "round").get(post=post)


def folds(*rows):
    return [Contribution.objects.get(pk=row.pk).same_as_id for row in rows]


def test_chain_is_flattened(three):
    a, b, c = three
    actions.merge(c, b)
    actions.merge(b, a)
    assert folds(a, b, c) == [None, a.pk, a.pk]


def test_what_is_folded_leads_to_the_first(three):
    a, b, c = three
    actions.merge(b, a)
    actions.merge(c, b)
    assert folds(a, b, c) == [None, a.pk, a.pk]


def test_there_are_no_circles(three):
    a, b, _ = three
    actions.merge(b, a)
    for one, into in ((a, b), (a, a), (b, b)):
        with pytest.raises(Invalid):
            actions.merge(one, into)
    assert folds(a, b) == [None, a.pk]


def test_it_can_be_undone(three):
    a, b, c = three
    actions.merge(b, a)
    actions.merge(c, a)
    b.refresh_from_db()
    actions.unmerge(b)
    assert folds(a, b, c) == [None, None, a.pk]


def test_announcement_and_what_is_gone_are_not_folded(three, running, alice, charlie):
    a, b, c = three
    announcement = Contribution.objects.get(way="host")
    actions.hide(c, alice, "Off topic")
    delete_post(charlie.pk, b.post_id)
    for one, into in ((announcement, a), (a, c), (a, b), (c, a), (b, a)):
        with pytest.raises(Invalid):
            actions.merge(one, into)


def test_both_belong_to_one_part_of_one_round(three, running, make_case, alice, bob):
    a = three[0]
    actions.release_step(step(running, 2), alice)
    later = said(bob, running, "A2 iron")
    other = make_case()
    actions.release_step(step(other, 1), alice)
    elsewhere = Contribution.objects.get(round=other, way="host")
    for into in (a, elsewhere):
        with pytest.raises(Invalid):
            actions.merge(later, into)
    assert running.state in RUNNING


@pytest.mark.parametrize("how", ["hidden", "deleted"])
def test_what_was_folded_follows_its_eldest_when_the_first_goes(three, alice, bob, how):
    a, b, c = three
    actions.merge(b, a)
    actions.merge(c, a)
    if how == "hidden":
        actions.hide(a, alice, "Off topic")
    else:
        delete_post(bob.pk, a.post_id)
    assert folds(a, b, c) == [None, None, b.pk]


def test_fold_moves_with_its_first_and_ends_when_one_moves_alone(three, running, alice):
    a, b, c = three
    actions.merge(b, a)
    actions.merge(c, a)
    actions.release_step(step(running, 2), alice)
    second = step(running, 2)
    c.refresh_from_db()
    actions.move(c, second)
    assert folds(a, b, c) == [None, a.pk, None]
    actions.move(a, second)
    assert [Contribution.objects.get(pk=row.pk).step_id for row in (a, b)] == [second.pk] * 2
    assert folds(a, b) == [None, a.pk]
