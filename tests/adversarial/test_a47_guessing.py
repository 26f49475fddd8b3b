"""A47: guessing is limited per account and per address, whatever a header claims."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.factories.signing_in import PASSWORD, make_member

from openrounds.accounts.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits", "fast_hashes")]


@pytest.fixture
def fast_hashes(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def dana() -> Account:
    return make_member()


def sign_in(login: str, password: str, *, ip: str = "198.51.100.7", forwarded: str = "") -> HttpResponse:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    sent = {"login": login, "password": password}
    return Client().post("/auth/sign_in", sent, REMOTE_ADDR=ip, headers=headers)


def let_in(response: HttpResponse) -> bool:
    return response.status_code == 302


def test_a47_right_password_works_after_a_few_wrong_ones(dana: Account) -> None:
    for _ in range(3):
        sign_in("dana", "wrong")
    assert let_in(sign_in("dana", PASSWORD))


def test_a47_forged_header_does_not_help_against_one_account(dana: Account) -> None:
    for guess in range(100):
        assert not let_in(sign_in("dana", f"guess {guess}", forwarded=f"203.0.113.{guess}"))
    assert not let_in(sign_in("dana", PASSWORD, forwarded="203.0.113.200"))


def test_a47_many_addresses_do_not_help_against_one_account(dana: Account) -> None:
    for guess in range(6):
        sign_in("dana", f"guess {guess}", ip=f"203.0.113.{guess}")
    assert not let_in(sign_in("dana", PASSWORD, ip="203.0.113.99"))


def test_a47_one_ipv6_network_counts_as_one_address(dana: Account) -> None:
    for guess in range(12):
        sign_in(f"nobody{guess}", "wrong", ip=f"2001:db8:1:2::{guess + 1}")
    assert not let_in(sign_in("dana", PASSWORD, ip="2001:db8:1:2:ffff::1"))
    assert let_in(sign_in("dana", PASSWORD, ip="2001:db8:1:3::1"))


def test_a47_header_of_a_trusted_proxy_is_believed(dana: Account, choose: Callable[..., None]) -> None:
    choose(trusted_proxies=["10.0.0.0/8"])
    for guess in range(12):
        sign_in(f"nobody{guess}", "wrong", ip="10.0.0.1", forwarded="203.0.113.5")
    assert not let_in(sign_in("dana", PASSWORD, ip="10.0.0.1", forwarded="203.0.113.5"))
    assert let_in(sign_in("dana", PASSWORD, ip="10.0.0.1", forwarded="203.0.113.6"))


def test_a47_one_address_gets_so_many_tries_with_secrets_of_apps() -> None:
    sent = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "guess"}
    answers = [Client().post("/oauth/token", sent, REMOTE_ADDR="198.51.100.9").status_code for _ in range(61)]
    assert answers == [401] * 60 + [429]
