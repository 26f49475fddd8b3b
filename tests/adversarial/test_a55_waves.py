"""A55: waves of sign-ups: limited per network, and registrations close where nobody watches."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.factories.signing_in import PASSWORD, make_member

from openrounds.accounts.models import Account, Rank, User
from openrounds.accounts.registration import registrations
from openrounds.core.clock import ago

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]


def join(number: int, ip: str) -> int:
    sent = {"username": f"wave{number}", "email": f"wave{number}@example.org", "password": PASSWORD}
    sent |= {"reason": "spam", "agreement": "on"}
    return Client().post("/auth/sign_up", sent, REMOTE_ADDR=ip).status_code


def test_a55_thirty_sign_ups_from_one_network_are_too_many(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    answers = [join(number, f"203.0.113.{number + 1}") for number in range(30)]
    assert answers[:20] == [200] * 20
    assert answers[20:] == [422] * 10
    assert User.objects.count() == 20
    assert join(99, "198.51.100.1") == 200


@pytest.fixture
def moderator() -> Account:
    moderator = make_member("mona")
    User.objects.filter(pk=moderator.user.pk).update(rank=Rank.MODERATOR, created_at=ago(days=100))
    return moderator


@pytest.mark.parametrize("mode", ["open", "approval"])
def test_a55_registrations_close_when_no_moderator_was_seen_for_a_week(
    moderator: Account, choose: Callable[..., None], mode: str
) -> None:
    choose(registrations=mode)
    assert registrations() == "closed"
    assert join(1, "198.51.100.1") == 403
    for days, now_in_force in [(8, "closed"), (6, mode)]:
        User.objects.update(last_seen_at=ago(days=days))
        assert registrations() == now_in_force
    assert join(1, "198.51.100.1") == 200


@pytest.mark.parametrize("trace", ["last_login", "last_seen_at"])
def test_a55_moderator_is_seen_in_the_browser_and_in_apps(
    moderator: Account, choose: Callable[..., None], trace: str
) -> None:
    choose(registrations="open")
    User.objects.update(**{trace: ago(days=1)})
    assert registrations() == "open"


def test_a55_disabled_moderator_does_not_count(moderator: Account, choose: Callable[..., None]) -> None:
    choose(registrations="open")
    make_member("mike")
    User.objects.filter(username="mike").update(rank=Rank.MODERATOR, is_active=False)
    assert registrations() == "closed"


def test_a55_new_server_without_moderators_is_not_closed(choose: Callable[..., None]) -> None:
    choose(registrations="open")
    assert registrations() == "open"


def test_a55_invited_people_may_come_all_the_same(moderator: Account, choose: Callable[..., None]) -> None:
    choose(registrations="invite")
    assert registrations() == "invite"
