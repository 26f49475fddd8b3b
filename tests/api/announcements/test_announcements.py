"""Announcements: who sees which, who has read them, and what people answer."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from openrounds.core.clock import ago, now
from openrounds.moderation.models import Announcement, AnnouncementReaction
from openrounds.moderation.rules import MOST_REACTIONS


@pytest.fixture
def api(client_of, alice):
    return client_of(alice)


@pytest.fixture
def told(db) -> Announcement:
    return Announcement.objects.create(text="Journal club moves to 8 pm #TwitJC")


def reactions(api) -> list[dict]:
    return api.get("/api/v1/announcements").json()[0]["reactions"]


def at(told: Announcement, name: str) -> str:
    return f"/api/v1/announcements/{told.pk}/reactions/{quote(name)}"


def test_alice_reads_an_announcement(api, told) -> None:
    (found,) = api.get("/api/v1/announcements").json()
    assert found["id"] == str(told.pk)
    assert 'class="mention hashtag"' in found["content"]
    assert found["tags"] == [{"name": "twitjc", "url": "http://testserver/tags/twitjc"}]
    assert (found["read"], found["all_day"], found["starts_at"], found["reactions"]) == (
        False,
        False,
        None,
        [],
    )


def test_stranger_without_an_account_reads_none(anonymous, client_of, told) -> None:
    assert anonymous.get("/api/v1/announcements").status_code == 401
    assert client_of(None).get("/api/v1/announcements").status_code == 422


def test_only_what_is_current_is_shown(api, told) -> None:
    Announcement.objects.create(text="Not yet", published_at=now() + timedelta(hours=1))
    Announcement.objects.create(text="No more", withdrawn_at=now())
    over = Announcement.objects.create(text="Over", starts_at=ago(days=3), ends_at=ago(days=1))
    coming = Announcement.objects.create(text="Congress", starts_at=now() + timedelta(days=3), all_day=True)
    assert [each["id"] for each in api.get("/api/v1/announcements").json()] == [str(told.pk), str(coming.pk)]
    assert api.post(f"/api/v1/announcements/{over.pk}/dismiss").status_code == 404
    assert api.put(at(over, "👍")).status_code == 404


def test_read_announcement_stays_read_for_its_reader_only(api, client_of, bob, told) -> None:
    for _ in range(2):
        assert api.post(f"/api/v1/announcements/{told.pk}/dismiss").json() == {}
    assert api.get("/api/v1/announcements").json()[0]["read"] is True
    assert client_of(bob).get("/api/v1/announcements").json()[0]["read"] is False


def test_people_react(api, client_of, bob, told) -> None:
    for _ in range(2):
        assert api.put(at(told, "👩‍⚕️")).json() == {}
    client_of(bob).put(at(told, "👩‍⚕️"))
    client_of(bob).put(at(told, "👍"))
    assert reactions(api) == [
        {"name": "👩‍⚕️", "count": 2, "me": True},
        {"name": "👍", "count": 1, "me": False},
    ]
    assert api.delete(at(told, "👩‍⚕️")).json() == {}
    assert reactions(api)[0] == {"name": "👩‍⚕️", "count": 1, "me": False}
    assert api.delete(at(told, "👩‍⚕️")).status_code == 404


@pytest.mark.parametrize("name", ["thumbsup", "1", "👍👍", "<b>", " "])
def test_what_is_no_emoji_is_refused(api, told, name) -> None:
    answer = api.put(at(told, name))
    assert answer.status_code == 422
    assert reactions(api) == []


def test_kinds_of_reactions_are_limited(api, client_of, alice, bob, told) -> None:
    names = [chr(0x1F600 + n) for n in range(MOST_REACTIONS)]
    AnnouncementReaction.objects.bulk_create(
        AnnouncementReaction(announcement=told, account=alice, name=name) for name in names
    )
    assert client_of(bob).put(at(told, "👍")).status_code == 422
    assert client_of(bob).put(at(told, names[0])).status_code == 200


def test_token_without_the_scope_is_refused(client_of, alice, told) -> None:
    reader = client_of(alice, "read")
    assert reader.post(f"/api/v1/announcements/{told.pk}/dismiss").status_code == 403
    assert reader.put(at(told, "👍")).status_code == 403
    assert reader.delete(at(told, "👍")).status_code == 403


def test_announcements_cost_the_same_however_many(api, alice, told, django_assert_num_queries) -> None:
    for n in range(10):
        more = Announcement.objects.create(text=f"{n}")
        AnnouncementReaction.objects.create(announcement=more, account=alice, name="👍")
    api.get("/api/v1/announcements")
    with django_assert_num_queries(4):
        assert len(api.get("/api/v1/announcements").json()) == 11
