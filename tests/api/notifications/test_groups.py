"""GET /api/v2/notifications"""

import msgspec
import pytest
from tests.conftest import make_person

from openrounds.accounts import actions as accounts
from openrounds.api.entities.notification import GroupedNotificationsResults, NotificationGroup
from openrounds.posts import actions as posts
from openrounds.posts.actions import Author
from openrounds.timelines.models import Notification

GROUPS = "/api/v2/notifications"
COUNT = "/api/v2/notifications/unread_count"


@pytest.fixture
def likers(db):
    return [make_person(f"liker{n}") for n in range(10)]


@pytest.fixture
def liked(alice, likers, post_as, run_jobs):
    """Ten people like Alice's post; in the middle Liker 0 mentions her."""
    post = post_as(alice, "A case")
    for n, liker in enumerate(likers):
        posts.favourite(liker.pk, post.pk)
        run_jobs()
        if n == 4:
            post_as(likers[0], "@alice splendid")
    Notification.objects.filter(type="favourite").update(group_key=f"favourite-{post.pk}-1")
    return post


def read(answer) -> GroupedNotificationsResults:
    assert answer.status_code == 200, answer.content
    return msgspec.json.decode(answer.content, type=GroupedNotificationsResults)


def shape(results: GroupedNotificationsResults) -> list[tuple[str, int]]:
    return [(group.type, group.notifications_count) for group in results.notification_groups]


def test_likes_of_one_post_are_told_once(alice, likers, liked, client_of):
    results = read(client_of(alice).get(GROUPS))
    assert shape(results) == [("favourite", 10), ("mention", 1)]
    likes, mention = results.notification_groups
    newest = Notification.objects.filter(type="favourite").order_by("-id").first()
    assert likes.most_recent_notification_id == newest.pk
    assert likes.page_max_id == str(newest.pk)
    assert likes.page_min_id == str(Notification.objects.filter(type="favourite").order_by("id").first().pk)
    assert likes.sample_account_ids == [str(a.pk) for a in reversed(likers)][:8]
    assert likes.group_key == f"favourite-{liked.pk}-1"
    assert mention.group_key.startswith("ungrouped-")
    assert {group.status_id for group in results.notification_groups} == {s.id for s in results.statuses}
    assert {a.id for a in results.accounts} == {*likes.sample_account_ids, *mention.sample_account_ids}


def test_charlie_sees_none_of_it(charlie, liked, client_of):
    answer = client_of(charlie).get(GROUPS)
    assert answer.json() == {"accounts": [], "statuses": [], "notification_groups": []}
    assert "Link" not in answer.headers


def test_pictures_come_short_when_asked_for(alice, likers, liked, client_of):
    results = read(client_of(alice).get(GROUPS, {"expand_accounts": "partial_avatars"}))
    assert {a.id for a in results.accounts} == {str(likers[9].pk), str(likers[0].pk)}
    assert {a.id for a in results.partial_accounts} == {str(a.pk) for a in likers[2:9]}


def test_only_kinds_asked_for_are_grouped(alice, liked, client_of):
    results = read(client_of(alice).get(GROUPS, {"grouped_types[]": "follow"}))
    assert len(results.notification_groups) == 11
    assert all(g.group_key.startswith("ungrouped-") for g in results.notification_groups)


def test_group_goes_on_on_the_next_page(alice, likers, liked, client_of):
    client = client_of(alice)
    mention = Notification.objects.get(type="mention").pk
    first = read(client.get(GROUPS, {"limit": 1}))
    assert shape(first) == [("favourite", 10)]
    assert first.notification_groups[0].page_min_id == first.notification_groups[0].page_max_id
    second = read(client.get(GROUPS, {"max_id": mention}))
    assert shape(second) == [("favourite", 5)]
    assert second.notification_groups[0].sample_account_ids[0] == str(likers[4].pk)
    above = read(client.get(GROUPS, {"min_id": mention, "limit": 5}))
    assert shape(above) == [("favourite", 10)]
    since = read(client.get(GROUPS, {"since_id": mention}))
    assert since.notification_groups[0].page_min_id == str(mention + 1)


def test_page_is_linked_by_its_ends(alice, liked, client_of):
    answer = client_of(alice).get(GROUPS, {"limit": 2})
    likes, mention = read(answer).notification_groups
    assert f"max_id={mention.page_max_id}" in answer.headers["Link"]
    assert f"min_id={likes.page_max_id}" in answer.headers["Link"]


def test_actor_who_is_blocked_leaves_the_group(alice, likers, liked, client_of):
    accounts.block(alice.pk, likers[9].pk)
    likes = read(client_of(alice).get(GROUPS)).notification_groups[0]
    assert likes.notifications_count == 9
    assert str(likers[9].pk) not in likes.sample_account_ids


def test_one_group_is_shown_with_its_people_and_dismissed(alice, charlie, likers, liked, client_of):
    client, key = client_of(alice), f"favourite-{liked.pk}-1"
    (group,) = read(client.get(f"/api/v2/notifications/{key}")).notification_groups
    assert isinstance(group, NotificationGroup)
    assert group.notifications_count == 10
    people = client.get(f"/api/v2/notifications/{key}/accounts", {"limit": 9})
    assert [a["id"] for a in people.json()] == [str(a.pk) for a in reversed(likers)][:9]
    assert 'rel="next"' in people.headers["Link"]
    for path in (f"/api/v2/notifications/{key}", f"/api/v2/notifications/{key}/accounts"):
        assert client_of(charlie).get(path).status_code == 404
    assert client_of(charlie).post(f"/api/v2/notifications/{key}/dismiss").status_code == 404
    assert client.post(f"/api/v2/notifications/{key}/dismiss").json() == {}
    assert shape(read(client.get(GROUPS))) == [("mention", 1)]


def test_lone_notification_is_a_group_by_itself(alice, liked, client_of):
    client, key = client_of(alice), f"ungrouped-{Notification.objects.get(type='mention').pk}"
    (group,) = read(client.get(f"/api/v2/notifications/{key}")).notification_groups
    assert (group.type, group.group_key) == ("mention", key)
    assert client.post(f"/api/v2/notifications/{key}/dismiss").json() == {}
    assert client.get(f"/api/v2/notifications/{key}").status_code == 404
    assert client.get("/api/v2/notifications/ungrouped-x").status_code == 404


def test_one_of_a_group_is_had_alone_and_dismissed_alone(alice, liked, client_of):
    client = client_of(alice)
    alone = read(client.get(GROUPS, {"grouped_types[]": "mention"})).notification_groups
    assert len(alone) == 11
    oldest = alone[-1]
    (shown,) = read(client.get(f"/api/v2/notifications/{oldest.group_key}")).notification_groups
    assert (shown.notifications_count, shown.most_recent_notification_id) == (
        1,
        oldest.most_recent_notification_id,
    )
    assert client.post(f"/api/v2/notifications/{oldest.group_key}/dismiss").json() == {}
    assert shape(read(client.get(GROUPS))) == [("favourite", 9), ("mention", 1)]


def test_unread_groups_are_counted_from_the_marker(alice, liked, client_of):
    client = client_of(alice)
    assert client.get(COUNT).json() == {"count": 2}
    assert client.get(COUNT, {"grouped_types[]": "follow"}).json() == {"count": 11}
    mention = Notification.objects.get(type="mention").pk
    client.post("/api/v1/markers", {"notifications": {"last_read_id": str(mention)}})
    assert client.get(COUNT).json() == {"count": 1}


def test_groups_are_read_in_a_fixed_number_of_queries(
    alice, likers, liked, client_of, post_as, run_jobs, django_assert_num_queries
):
    for n in range(5):
        other = post_as(alice, f"Case {n}")
        for liker in likers[:3]:
            posts.favourite(liker.pk, other.pk)
            posts.boost(Author(liker), other.pk)
        run_jobs()
    client = client_of(alice)
    assert len(read(client.get(GROUPS)).notification_groups) == 12
    with django_assert_num_queries(5):  # the token, groups, their samples, flags, the stamps of people
        client.get(GROUPS)
