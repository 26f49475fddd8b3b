"""The moderators' desk: letting in, turning away, reports, measures; all of it written down."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from tests.factories.signing_in import browser_of, make_member, submit

from openrounds.accounts.models import Account, Rank, User, Visibility
from openrounds.moderation.models import AuditEntry, Report
from openrounds.moderation.report_actions import Complaint, create_report
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db


def make_moderator(username: str = "mona", rank: Rank = Rank.MODERATOR) -> Client:
    account = make_member(username)
    User.objects.filter(account=account).update(rank=rank)
    return browser_of(username)


def post(browser: Client, path: str, **fields: Any) -> Any:
    token = str(browser.get("/moderation").context["csrf_token"])
    return browser.post(path, {"csrfmiddlewaretoken": token, **fields})


def audited() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("actor__username", "action", "target"))


@pytest.fixture
def erin() -> User:
    return make_member("erin", approved=False, reason="I teach").user


def test_moderators_find_their_desk_from_every_page_and_nobody_else_does() -> None:
    link = '<a href="/moderation"'
    assert link in make_moderator().get("/home").content.decode()
    make_member("ben")
    assert link not in browser_of("ben").get("/home").content.decode()
    assert link not in Client().get("/").content.decode()


def test_newcomer_is_let_in_and_told_by_mail(erin: User, run_jobs: Callable[[], int]) -> None:
    browser = make_moderator()
    assert "I teach" in browser.get("/moderation").content.decode()
    path = f"/moderation/newcomers/{erin.pk}/approve"
    assert browser.get(path).status_code == 405
    assert post(browser, path).status_code == 302
    run_jobs()
    erin.refresh_from_db()
    assert erin.may_act
    assert mail.outbox[-1].to == ["erin@example.org"]
    assert audited() == [("mona", "approve account", "erin")]
    assert post(browser, path).status_code == 404


def test_newcomer_is_turned_away_with_the_reason_by_mail(erin: User, run_jobs: Callable[[], int]) -> None:
    browser = make_moderator()
    path = f"/moderation/newcomers/{erin.pk}/reject"
    unsure = submit(browser, path, reason="No reason to join")
    assert unsure.status_code == 422
    assert "No reason to join" in unsure.content.decode()
    assert User.objects.filter(pk=erin.pk).exists()
    assert submit(browser, path, reason="No reason to join", sure="on").status_code == 302
    run_jobs()
    assert not Account.objects.filter(username="erin").exists()
    assert "No reason to join" in mail.outbox[-1].body
    assert audited() == [("mona", "reject account", "erin")]


def test_reported_posts_are_shown_and_the_report_resolved(
    alice: Account, bob: Account, post_as: Callable[..., Post]
) -> None:
    said = post_as(alice, "Mr Smith of ward 7", visibility=Visibility.PUBLIC)
    report = create_report(bob.pk, Complaint(alice.pk, "other", "A patient", [said.pk]))
    browser = make_moderator()
    assert "reported by @bob" in browser.get("/moderation").content.decode()
    path = f"/moderation/reports/{report.pk}"
    assert f'href="{path}"' in browser.get("/moderation").content.decode()
    page = browser.get(path).content.decode()
    assert "ward 7" in page
    assert "A patient" in page
    assert submit(browser, path, reason="").status_code == 422
    assert submit(browser, path, reason="Asked to delete").status_code == 302
    report.refresh_from_db()
    assert report.resolved_by == User.objects.get(username="mona")
    assert audited() == [("mona", "resolve report", "@alice")]
    assert "reported by" not in browser.get("/moderation").content.decode()


def test_account_is_limited_suspended_and_restored(alice: Account) -> None:
    browser, path = make_moderator(), f"/moderation/accounts/{alice.pk}"
    for measure in ("limit", "unlimit", "suspend", "restore"):
        assert submit(browser, path, measure=measure, reason="Because", sure="on").status_code == 302
    assert [action for _, action, _ in audited()] == [
        "limit account",
        "lift limit",
        "suspend account",
        "lift suspension",
    ]
    alice.refresh_from_db()
    assert (alice.limited_at, alice.suspended_at) == (None, None)
    assert browser.get(path).content.decode().count("Because") == 4
    assert "Because" in browser.get("/moderation/audit").content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("measure", "restore"), ("measure", ""), ("reason", " "), ("sure", "")]
)
def test_measure_needs_sense_reason_and_confirmation(alice: Account, field: str, value: str) -> None:
    sent = {"measure": "suspend", "reason": "Because", "sure": "on"} | {field: value}
    response = submit(make_moderator(), f"/moderation/accounts/{alice.pk}", **sent)
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    alice.refresh_from_db()
    assert alice.suspended_at is None


def test_moderator_judges_neither_himself_nor_his_like() -> None:
    browser = make_moderator()
    make_moderator("other")
    sent = {"measure": "suspend", "reason": "Because", "sure": "on"}
    for name in ("mona", "other"):
        account = Account.objects.get(username=name)
        assert post(browser, f"/moderation/accounts/{account.pk}", **sent).status_code == 403
    own = browser.get(f"/moderation/accounts/{Account.objects.get(username='mona').pk}").content.decode()
    assert "their own case" in own
    assert not Account.objects.exclude(suspended_at=None).exists()


def test_moderator_does_not_resolve_a_report_about_himself(bob: Account) -> None:
    browser = make_moderator()
    report = create_report(bob.pk, Complaint(Account.objects.get(username="mona").pk, "other"))
    assert submit(browser, f"/moderation/reports/{report.pk}", reason="Nothing").status_code == 403
    assert Report.objects.get().resolved_at is None


def test_measure_without_a_token_is_refused(alice: Account) -> None:
    sent = {"measure": "suspend", "reason": "Because", "sure": "on"}
    assert make_moderator().post(f"/moderation/accounts/{alice.pk}", sent).status_code == 403
    alice.refresh_from_db()
    assert alice.suspended_at is None


@pytest.mark.parametrize("path", ["newcomers/9/reject", "reports/9", "accounts/9", f"accounts/{10**30}"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert make_moderator().get(f"/moderation/{path}").status_code == 404


def test_older_entries_are_a_link_away() -> None:
    AuditEntry.objects.bulk_create(AuditEntry(action="note", target=f"entry {n};") for n in range(51))
    browser = make_moderator()
    page = browser.get("/moderation/audit").content.decode()
    assert "entry 0;" not in page
    older = page.partition('href="?max_id=')[2].partition('"')[0]
    assert "entry 0;" in browser.get(f"/moderation/audit?max_id={older}").content.decode()
