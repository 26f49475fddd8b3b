"""GET /api/v1/notifications and single ones"""

import msgspec
import pytest
from tests.conftest import follow, make_person

from openrounds.accounts.models import Account, Rank, Visibility
from openrounds.api.entities.notification import Notification
from openrounds.core.clock import now
from openrounds.moderation.models import Report
from openrounds.posts import actions as posts
from openrounds.posts.actions import Author
from openrounds.timelines.models import Filter, FilterAction, FilterKeyword
from openrounds.timelines.models import Notification as NotificationRow
from openrounds.timelines.notifying import notify_of_report

LIST = "/api/v1/notifications"


@pytest.fixture
def busy(alice, bob, charlie, post_as, run_jobs):
    """Alice's post is liked and boosted by Bob, answered by Charlie, and Bob follows her."""
    post = post_as(alice, "What is this?")
    posts.favourite(bob.pk, post.pk)
    run_jobs()
    posts.boost(Author(bob), post.pk)
    run_jobs()
    post_as(charlie, "@alice a blast", in_reply_to_id=post.pk)
    return post


def kinds(answer) -> list[str]:
    return [n["type"] for n in answer.json()]


def test_person_reads_what_she_was_told_newest_first(alice, bob, charlie, busy, client_of):
    answer = client_of(alice).get(LIST)
    mention, boost, favourite = msgspec.json.decode(answer.content, type=list[Notification])
    assert (mention.type, boost.type, favourite.type) == ("mention", "reblog", "favourite")
    assert mention.account.username == "charlie"
    assert mention.status.content.endswith("a blast</p>")
    assert mention.group_key == f"ungrouped-{mention.id}"
    assert boost.status.id == favourite.status.id == str(busy.pk)
    assert favourite.group_key.startswith(f"favourite-{busy.pk}-")
    assert int(mention.id) < 1 << 53
    assert mention.created_at.endswith("Z")
    assert kinds(client_of(charlie).get(LIST)) == []


def test_stranger_without_token_is_refused(anonymous):
    assert anonymous.get(LIST).status_code == 401


def test_pages_are_linked_and_meet(alice, busy, client_of):
    client = client_of(alice)
    first = client.get(LIST, {"limit": 2, "types[]": ["mention", "reblog", "favourite"]})
    assert kinds(first) == ["mention", "reblog"]
    last = first.json()[-1]["id"]
    assert f"max_id={last}" in first.headers["Link"]
    assert "types%5B%5D=mention" in first.headers["Link"]
    second = client.get(LIST, {"limit": 2, "max_id": last})
    assert kinds(second) == ["favourite"]
    assert 'rel="next"' not in second.headers["Link"]
    above = client.get(LIST, {"limit": 1, "min_id": second.json()[0]["id"]})
    assert kinds(above) == ["reblog"]
    assert "Link" not in client.get(LIST, {"max_id": 1}).headers


def test_list_is_narrowed_by_type_and_account(alice, bob, charlie, busy, client_of):
    client = client_of(alice)
    assert kinds(client.get(LIST, {"types[]": "mention"})) == ["mention"]
    assert kinds(client.get(LIST, {"exclude_types[]": ["mention", "reblog"]})) == ["favourite"]
    assert kinds(client.get(LIST, {"types[]": "severed_relationships"})) == []
    assert kinds(client.get(LIST, {"account_id": bob.pk})) == ["reblog", "favourite"]
    assert client.get(LIST, {"account_id": "x"}).status_code == 422


def test_held_back_ones_are_listed_only_when_asked_for(alice, bob, client_of, post_as):
    post_as(alice, "@bob hello", visibility=Visibility.DIRECT)
    client = client_of(bob)
    assert kinds(client.get(LIST)) == []
    assert kinds(client.get(LIST, {"include_filtered": "true"})) == ["mention"]


def test_notification_goes_with_its_post_its_audience_and_its_actor(alice, bob, client_of, post_as):
    follow(bob, alice)
    bob.following.update(notify=True)
    post_as(alice, "For followers", visibility=Visibility.FOLLOWERS)
    post = post_as(alice, "@bob hello")
    client = client_of(bob)
    assert kinds(client.get(LIST)) == ["mention", "status"]
    bob.following.all().delete()
    assert kinds(client.get(LIST)) == ["mention"]
    posts.delete_post(alice.pk, post.pk)
    assert kinds(client.get(LIST)) == []
    post_as(alice, "@bob again")
    Account.objects.filter(pk=alice.pk).update(suspended_at=now())
    assert kinds(client.get(LIST)) == []


def test_hide_filter_drops_and_warn_filter_marks(alice, bob, client_of, post_as):
    post_as(alice, "@bob politics")
    post_as(alice, "@bob medicine")
    rule = Filter.objects.create(
        account=bob, title="No politics", context=["notifications"], action=FilterAction.HIDE
    )
    FilterKeyword.objects.create(filter=rule, keyword="politics")
    client = client_of(bob)
    (shown,) = client.get(LIST).json()
    assert "medicine" in shown["status"]["content"]
    Filter.objects.update(action=FilterAction.WARN)
    _, marked = client.get(LIST).json()
    assert marked["status"]["filtered"][0]["keyword_matches"] == ["politics"]


def test_one_is_shown_and_dismissed_by_its_owner_alone(alice, bob, charlie, client_of, post_as):
    post_as(alice, "@bob hello")
    (row,) = NotificationRow.objects.all()
    assert client_of(charlie).get(f"/api/v1/notifications/{row.pk}").status_code == 404
    assert client_of(charlie).post(f"/api/v1/notifications/{row.pk}/dismiss").status_code == 404
    client = client_of(bob)
    assert client.get(f"/api/v1/notifications/{row.pk}").json()["type"] == "mention"
    assert client.post(f"/api/v1/notifications/{row.pk}/dismiss").json() == {}
    assert client.get(f"/api/v1/notifications/{row.pk}").status_code == 404


def test_old_app_dismisses_by_parameter(alice, bob, client_of, post_as):
    post_as(alice, "@bob hello")
    client = client_of(bob)
    assert client.post("/api/v1/notifications/dismiss").status_code == 400
    assert (
        client.post("/api/v1/notifications/dismiss", {"id": str(NotificationRow.objects.get().pk)}).json()
        == {}
    )
    assert not NotificationRow.objects.exists()


def test_clearing_empties_the_list_and_keeps_what_is_held_back(alice, bob, charlie, client_of, post_as):
    post_as(alice, "@bob and @charlie")
    post_as(alice, "@bob hello", visibility=Visibility.DIRECT)
    client = client_of(bob)
    assert client_of(bob, "read").post("/api/v1/notifications/clear").status_code == 403
    assert client.post("/api/v1/notifications/clear").json() == {}
    assert kinds(client.get(LIST)) == []
    assert kinds(client.get(LIST, {"include_filtered": True})) == ["mention"]
    assert kinds(client_of(charlie).get(LIST)) == ["mention"]


def test_unread_are_counted_from_the_marker(alice, busy, client_of):
    client, count = client_of(alice), "/api/v1/notifications/unread_count"
    assert client.get(count).json() == {"count": 3}
    assert client.get(count, {"limit": 2}).json() == {"count": 2}
    assert client.get(count, {"types[]": "mention"}).json() == {"count": 1}
    newest = client.get(LIST).json()[1]["id"]
    client.post("/api/v1/markers", {"notifications": {"last_read_id": newest}})
    assert client.get(count).json() == {"count": 1}


def test_moderator_reads_the_report_and_loses_it_with_the_rank(alice, bob, charlie, client_of):
    users = type(bob.user).objects.filter(account=bob)
    users.update(rank=Rank.MODERATOR)
    report = Report.objects.create(
        reporter=alice, target=charlie, comment="Names a patient", category="violation"
    )
    notify_of_report(report.pk, alice.pk)
    client = client_of(bob)
    (shown,) = msgspec.json.decode(client.get(LIST).content, type=list[Notification])
    assert (shown.type, shown.account.username) == ("admin.report", "alice")
    assert (shown.report.comment, shown.report.target_account.username) == ("Names a patient", "charlie")
    users.update(rank=Rank.MEMBER)
    assert kinds(client.get(LIST)) == []
    assert client.get(f"/api/v1/notifications/{shown.id}").status_code == 404


@pytest.mark.parametrize("likers", [1, 15])
def test_list_is_read_in_a_fixed_number_of_queries(
    alice, client_of, post_as, run_jobs, likers, django_assert_num_queries
):
    post = post_as(alice)
    for n in range(likers):
        liker = make_person(f"liker{n}")
        posts.favourite(liker.pk, post.pk)
        post_as(liker, f"@alice comment {n}", in_reply_to_id=post.pk)
    client = client_of(alice)
    assert len(client.get(LIST).json()) == 2 * likers
    with django_assert_num_queries(3):  # the token, notifications with the stamps of posts and people, flags
        client.get(LIST)
