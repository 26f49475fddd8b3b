"""Django's admin: for admins alone, without secrets, and what is done there stands in the audit trail."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account, Rank, User
from openrounds.moderation.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> Client:
    make_member("olga")
    User.objects.filter(username="olga").update(rank=Rank.ADMIN)
    return browser_of("olga")


def send(browser: Client, path: str, **fields: object) -> int:
    token = str(browser.get(path).context["csrf_token"])
    return browser.post(path, {"csrfmiddlewaretoken": token, **fields}).status_code


def trail() -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.select_related("actor").order_by("pk")
    return [(entry.actor.username, entry.action, entry.target) for entry in entries]


@pytest.mark.parametrize("rank", [Rank.MEMBER, Rank.MODERATOR])
def test_nobody_below_an_admin_gets_in(rank: Rank) -> None:
    make_member("dana")
    User.objects.update(rank=rank)
    assert browser_of().get("/admin/", follow=True).status_code == 403


def test_every_list_opens_and_secrets_have_none(root: Client) -> None:
    page = root.get("/admin/")
    assert page.status_code == 200
    lists = [model["admin_url"] for app in page.context["app_list"] for model in app["models"]]
    assert [root.get(path).status_code for path in lists] == [200] * len(lists)
    assert "/admin/moderation/auditentry/" in lists
    for path in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress", "auth/group"):
        assert root.get(f"/admin/{path}/").status_code == 404


def test_person_is_found_and_given_a_rank_which_the_trail_tells(root: Client) -> None:
    dana = make_member()
    assert b"dana@example.org" in root.get("/admin/accounts/user/?q=dan").content
    path = f"/admin/accounts/user/{dana.user.pk}/change/"
    assert send(root, path, rank="10", locale="en", is_active="on") == 302
    assert send(root, path, rank="10", locale="en") == 302
    dana.user.refresh_from_db()
    assert (dana.user.rank, dana.user.is_active) == (Rank.MODERATOR, False)
    assert trail() == [("olga", "make moderator", "@dana"), ("olga", "disable account", "@dana")]
    assert b"disable account" in root.get("/admin/moderation/auditentry/?q=dana").content


def test_second_step_of_who_lost_it_is_taken_off(root: Client) -> None:
    dana, other = make_member(), make_member("charlie")
    for person in (dana.user, other.user):
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    chosen = {"action": "forget_second_step", "_selected_action": str(dana.user.pk)}
    assert send(root, "/admin/accounts/user/", **chosen) == 302
    assert [kept.user for kept in Authenticator.objects.all()] == [other.user]
    assert trail() == [("olga", "take second step off", "@dana")]
    assert browser_of().get("/home").status_code == 200


def test_nobody_is_deleted_and_no_trail_rewritten(root: Client) -> None:
    dana = make_member()
    entry = AuditEntry.objects.create(actor=None, action="x", target="y")
    for path in (
        f"accounts/account/{dana.pk}",
        f"accounts/user/{dana.user.pk}",
        f"moderation/auditentry/{entry.pk}",
    ):
        assert root.get(f"/admin/{path}/delete/").status_code == 403
    token = str(root.get("/admin/").context["csrf_token"])
    sent = {"csrfmiddlewaretoken": token, "action": "z", "target": "y"}
    assert root.post(f"/admin/moderation/auditentry/{entry.pk}/change/", sent).status_code == 403
    assert Account.objects.filter(pk=dana.pk).exists()
    assert trail_of_nobody() == ["x"]


def trail_of_nobody() -> list[str]:
    return list(AuditEntry.objects.filter(actor=None).values_list("action", flat=True))
