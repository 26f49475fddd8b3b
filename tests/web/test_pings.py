"""When a phone may ring is set in the browser, and who asks in vain is told whom to try."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member, submit

from openrounds.accounts.models import Account
from openrounds.posts.models import Post
from openrounds.push.actions import Wishes, set_wishes
from openrounds.push.models import Ping
from openrounds.push.queries import wishes_of

pytestmark = pytest.mark.django_db
SENT = {"quiet_from": "22:30", "quiet_until": "07:00", "time_zone": "Europe/Berlin", "weekly_cap": "3"}


@pytest.fixture
def dana() -> Account:
    return make_member()


def test_wishes_are_kept_and_shown_again(dana: Account) -> None:
    browser = browser_of()
    assert submit(browser, "/settings/pings", **SENT, on_call="on")["Location"] == "/settings/pings"
    own = wishes_of(dana.pk)
    assert (f"{own.quiet_from:%H:%M}", own.time_zone, own.weekly_cap, own.on_call) == (
        "22:30",
        "Europe/Berlin",
        3,
        True,
    )
    text = browser.get("/settings/pings").content.decode()
    assert 'value="22:30"' in text
    assert "Your phone rang for 0 mentions" in text


def test_empty_fields_take_the_wishes_away(dana: Account) -> None:
    set_wishes(dana.pk, Wishes(quiet_from="22:00", quiet_until="06:00", weekly_cap=2, on_call=True))
    submit(browser_of(), "/settings/pings", time_zone="UTC")
    own = wishes_of(dana.pk)
    assert (own.quiet_from, own.quiet_until, own.weekly_cap, own.on_call) == (None, None, None, False)


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_until": ""}, {"quiet_from": "25:00"}, {"weekly_cap": "-1"}, {"time_zone": "Nowhere/Land"}],
    ids=["half", "no hour", "negative", "no zone"],
)
def test_what_cannot_be_is_said_and_nothing_kept(dana: Account, wrong: dict[str, str]) -> None:
    assert submit(browser_of(), "/settings/pings", **(SENT | wrong)).status_code == 422
    assert wishes_of(dana.pk).weekly_cap is None


def test_stranger_is_sent_to_sign_in() -> None:
    assert Client().get("/settings/pings")["Location"].startswith("/auth/sign_in")


def test_author_alone_is_told_who_was_not_reached_and_whom_to_try(
    dana: Account, alice: Account, bob: Account, post_as: Callable[..., Any]
) -> None:
    Account.objects.filter(pk__in=(alice.pk, bob.pk)).update(specialty="Haematology")
    set_wishes(alice.pk, Wishes(weekly_cap=1))
    set_wishes(bob.pk, Wishes(on_call=True))
    post: Post = post_as(dana, "@alice may I ask you?")
    path = f"/@dana/{post.pk}"
    own = browser_of()
    assert "has been asked often" not in own.get(path).content.decode()
    Ping.objects.update_or_create(account=alice, post=post, defaults={"rang": False})
    text = own.get(path).content.decode()
    assert "Alice has been asked often this week" in text
    assert ">Bob</a>" in text
    make_member("erin")
    for other in (Client(), browser_of("erin")):
        assert "has been asked often" not in other.get(path).content.decode()
