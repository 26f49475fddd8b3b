"""Blocks and mutes, looked at and taken back."""

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member, submit

from openrounds.accounts.actions import block, mute
from openrounds.accounts.models import Account, Block, DomainBlock, Mute

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> Account:
    return make_member()


def test_owner_sees_whom_she_blocks_and_unblocks(dana: Account, bob: Account) -> None:
    block(dana.pk, bob.pk)
    browser = browser_of()
    assert "@bob" in browser.get("/settings/blocks").content.decode()
    assert submit(browser, "/settings/blocks", account=str(bob.pk)).status_code == 302
    assert not Block.objects.exists()
    assert "Nobody." in browser.get("/settings/blocks").content.decode()


def test_owner_sees_until_when_she_mutes_and_unmutes(dana: Account, bob: Account) -> None:
    mute(dana.pk, bob.pk, seconds=3600)
    browser = browser_of()
    page = browser.get("/settings/mutes").content.decode()
    assert "@bob" in page
    assert "until" in page
    submit(browser, "/settings/mutes", account=str(bob.pk))
    assert not Mute.objects.exists()


@pytest.mark.parametrize("account", ["", "x", "-1", "9" * 40])
def test_nonsense_unblocks_nobody(dana: Account, bob: Account, account: str) -> None:
    block(dana.pk, bob.pk)
    assert submit(browser_of(), "/settings/blocks", account=account).status_code == 302
    assert Block.objects.exists()


def test_owner_blocks_a_server_and_takes_it_back(dana: Account) -> None:
    browser = browser_of()
    assert submit(browser, "/settings/domain_blocks", domain="Spam.Example").status_code == 302
    assert DomainBlock.objects.get().domain == "spam.example"
    assert "spam.example" in browser.get("/settings/domain_blocks").content.decode()
    submit(browser, "/settings/domain_blocks", domain="spam.example", undo="1")
    assert not DomainBlock.objects.exists()


def test_name_that_is_no_server_is_refused_and_kept_in_the_form(dana: Account) -> None:
    response = submit(browser_of(), "/settings/domain_blocks", domain="no server")
    assert response.status_code == 422
    assert "no server" in response.content.decode()


@pytest.mark.parametrize("path", ["blocks", "mutes", "domain_blocks"])
def test_stranger_sees_and_changes_nothing(dana: Account, bob: Account, path: str) -> None:
    block(dana.pk, bob.pk)
    mute(dana.pk, bob.pk)
    make_member("charlie")
    assert "@bob" not in browser_of("charlie").get(f"/settings/{path}").content.decode()
    submit(browser_of("charlie"), f"/settings/{path}", account=str(bob.pk), domain="a.example", undo="1")
    assert Block.objects.exists() and Mute.objects.exists()
    assert Client().get(f"/settings/{path}")["Location"].startswith("/auth/sign_in")
    assert browser_of().post(f"/settings/{path}", {"account": str(bob.pk)}).status_code == 403
