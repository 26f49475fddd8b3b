"""Reports: what may be reported, and that the moderators learn of it."""

import pytest
from tests.conftest import make_person

from openrounds.accounts.models import Rank, Visibility
from openrounds.moderation.models import Report, Rule


@pytest.fixture
def api(client_of, alice):
    return client_of(alice)


def test_alice_reports_a_post_that_breaks_a_rule(api, bob, post_as) -> None:
    rule, post = Rule.objects.create(text="No patients"), post_as(bob)
    sent = {
        "account_id": str(bob.pk),
        "status_ids": [str(post.pk)],
        "comment": "A patient can be recognised",
        "category": "violation",
        "rule_ids": [str(rule.pk)],
        "forward": "true",
    }
    report = api.post("/api/v1/reports", sent).json()
    assert report["target_account"]["id"] == str(bob.pk)
    assert (report["status_ids"], report["rule_ids"]) == ([str(post.pk)], [str(rule.pk)])
    assert (report["category"], report["comment"], report["forwarded"]) == (
        "violation",
        sent["comment"],
        True,
    )
    assert (report["action_taken"], report["action_taken_at"]) == (False, None)


def test_moderators_are_told_and_nobody_else(api, client_of, alice, bob, charlie, run_jobs) -> None:
    keeper = make_person("keeper")
    keeper.user.rank = Rank.MODERATOR
    keeper.user.save()
    report = api.post("/api/v1/reports", {"account_id": bob.pk}).json()
    run_jobs()
    (told,) = client_of(keeper).get("/api/v1/notifications").json()
    assert (told["type"], told["account"]["id"], told["report"]["id"]) == (
        "admin.report",
        str(alice.pk),
        report["id"],
    )
    for other in (bob, charlie):
        assert client_of(other).get("/api/v1/notifications").json() == []


def test_category_follows_from_what_is_sent(api, bob) -> None:
    rule = Rule.objects.create(text="No patients")
    assert api.post("/api/v1/reports", {"account_id": bob.pk}).json()["category"] == "other"
    sent = {"account_id": bob.pk, "rule_ids": [rule.pk]}
    assert api.post("/api/v1/reports", sent).json()["category"] == "violation"
    spam = api.post("/api/v1/reports", sent | {"category": "spam"}).json()
    assert (spam["category"], spam["rule_ids"]) == ("spam", [])


def test_post_of_somebody_else_cannot_be_reported_with_bob(api, bob, charlie, post_as) -> None:
    sent = {"account_id": bob.pk, "status_ids": [post_as(bob).pk, post_as(charlie).pk]}
    assert api.post("/api/v1/reports", sent).status_code == 404
    assert not Report.objects.exists()


def test_post_that_alice_may_not_see_cannot_be_reported(api, bob, post_as) -> None:
    secret = post_as(bob, visibility=Visibility.FOLLOWERS)
    assert api.post("/api/v1/reports", {"account_id": bob.pk, "status_ids": [secret.pk]}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"account_id": None}, 400),
        ({"account_id": 1}, 404),
        ({"account_id": "bob"}, 422),
        ({"comment": "x" * 1001}, 422),
        ({"category": "dislike"}, 422),
        ({"rule_ids": [999]}, 422),
        ({"status_ids": [1]}, 404),
        ({"status_ids": ["x"]}, 422),
    ],
)
def test_wrong_report_is_refused(api, bob, wrong, status) -> None:
    answer = api.post("/api/v1/reports", {"account_id": bob.pk, "comment": "x" * 1000} | wrong)
    assert (answer.status_code, set(answer.json())) == (status, {"error"})
    assert not Report.objects.exists()


def test_token_without_the_scope_is_refused(client_of, alice, bob, anonymous) -> None:
    assert client_of(alice, "read").post("/api/v1/reports", {"account_id": bob.pk}).status_code == 403
    assert anonymous.post("/api/v1/reports", {"account_id": bob.pk}).status_code == 401
