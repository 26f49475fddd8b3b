"""A39 over the API: the corpus in everything that people write, as clients get it back."""

from datetime import timedelta

import pytest
from tests.adversarial.test_a39_a40_xss import assert_allowed
from tests.adversarial.xss_corpus import CORPUS

from openrounds.accounts.models import Account
from openrounds.api import rendering
from openrounds.hashtags.models import Hashtag
from openrounds.media.models import Kind, MediaFile, State
from openrounds.posts.actions import PollDraft
from openrounds.posts.models import DrawnPost, Poll, PollOption, Post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
ITEMS = [
    item for item in CORPUS if item.strip() and len(item) <= 900 and "\x00" not in item and item.isprintable()
]


def assert_is_json(answer) -> None:
    """A browser that opens it shows text, whatever is in it."""
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a39_post_and_warning(alice, client_of):
    client = client_of(alice)
    assert len(ITEMS) > 150
    for item in ITEMS:
        answer = client.post("/api/v1/statuses", {"status": item, "spoiler_text": item[:50]})
        if answer.status_code == 422:  # it reads as a crowd of mentions, or is too long
            continue
        assert answer.status_code == 200, item
        assert_is_json(answer)
        assert_allowed(answer.json()["content"], own=True)
        assert answer.json()["spoiler_text"] == item[:50].strip()
    assert Post.objects.count() > 150


def test_a39_profile(alice, client_of, anonymous):
    client = client_of(alice)
    taken = 0
    for item in ITEMS:
        sent = {
            "note": item,
            "display_name": item[:30],
            "fields_attributes": [{"name": item[:200], "value": item[:200]}],
        }
        answer = client.patch("/api/v1/accounts/update_credentials", sent)
        if answer.status_code == 422:
            continue
        taken += 1
        assert_is_json(answer)
        shown = anonymous.get(f"/api/v1/accounts/{alice.pk}").json()
        assert_allowed(shown["note"], own=True)
        for field in shown["fields"]:
            assert_allowed(field["value"], own=True)
    assert taken > 150


def test_a39_profile_from_elsewhere(alice, anonymous):
    for item in ITEMS:
        Account.objects.filter(pk=alice.pk).update(
            domain="far.test", uri="https://far.test/a", note=item, display_name=item
        )
        rendering.forget_everything()
        shown = anonymous.get(f"/api/v1/accounts/{alice.pk}")
        assert_is_json(shown)
        assert_allowed(shown.json()["note"], own=True)


def test_a39_words_that_clients_show_as_text_stay_as_typed(alice, anonymous, post_as):
    media = MediaFile.objects.create(owner=alice, kind=Kind.IMAGE, state=State.READY, name="x.png")
    shown = post_as(alice, media_ids=(media.pk,))
    asked = post_as(alice, poll=PollDraft(("a", "b"), timedelta(hours=1)))
    for item in ITEMS:
        MediaFile.objects.update(description=item)
        PollOption.objects.filter(poll=Poll.objects.get(), position=0).update(title=item[:500])
        DrawnPost.objects.all().delete()
        rendering.forget_everything()
        answer = anonymous.get(f"/api/v1/statuses?id[]={shown.pk}&id[]={asked.pk}")
        assert_is_json(answer)
        first, second = answer.json()
        assert first["media_attachments"][0]["description"] == item
        assert second["poll"]["options"][0]["title"] == item[:500]


def test_a39_hashtag_is_letters_and_digits(alice, client_of):
    client = client_of(alice)
    for item in ITEMS:
        client.post("/api/v1/statuses", {"status": f"#x{item} #{item}"[:990]})
    assert Hashtag.objects.exists()
    for name in Hashtag.objects.values_list("display_name", flat=True):
        assert not set(name) & set("<>\"'&/:=`; ")
