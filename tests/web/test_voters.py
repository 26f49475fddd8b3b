"""Who voted: by role, and only in kinds of several people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account, Visibility
from openrounds.posts.actions import PollDraft, vote
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]
QUESTION = PollDraft(("Iron", "Folate"), timedelta(hours=1))


def asked_of(post_as: PostAs, roles: list[str]) -> Post:
    post = post_as(make_member("ann"), "Which?", poll=QUESTION)
    for number, role in enumerate(roles):
        voter = make_member(f"voter{number}")
        Account.objects.filter(pk=voter.pk).update(role=role)
        vote(voter.pk, post.poll.pk, [number % 2])
    return post


def test_roles_of_several_people_are_told_and_the_rest_together(post_as: PostAs) -> None:
    post = asked_of(post_as, ["nurse"] * 6 + ["student"] * 3 + ["patient", ""])
    page = " ".join(Client().get(f"/posts/{post.pk}/voters").content.decode().split())
    assert "Nurse </th> <td>6</td>" in page
    assert "Other roles, or none given </th> <td>5</td>" in page
    assert "<td>11</td>" in page
    assert "Patient" not in page and "Student" not in page


def test_poll_leads_to_who_voted(post_as: PostAs) -> None:
    post = asked_of(post_as, [])
    assert f'href="/posts/{post.pk}/voters"' in Client().get(f"/@ann/{post.pk}").content.decode()
    assert "Nobody has voted yet" in Client().get(f"/posts/{post.pk}/voters").content.decode()


def test_who_voted_is_for_those_who_may_read_the_poll(post_as: PostAs) -> None:
    ann = make_member("ann")
    make_member("ben")
    hidden = post_as(ann, "Which?", poll=QUESTION, visibility=Visibility.FOLLOWERS)
    plain = post_as(ann, "No poll")
    assert browser_of("ann").get(f"/posts/{hidden.pk}/voters").status_code == 200
    for post in (hidden, plain):
        assert browser_of("ben").get(f"/posts/{post.pk}/voters").status_code == 404
