"""From what somebody did to a phone that rings: what is sent, to whom, and what the push service's answer means."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.db import transaction
from msgspec.structs import replace
from pytest_django import Settings
from tests.conftest import follow, make_person, make_token
from tests.factories.push import Phone
from tests.hostile_peer import HostilePeer, answer, drip, redirect

from openrounds.accounts.models import Account, Rank, User, Visibility
from openrounds.core.clock import ago, now
from openrounds.jobs.actions import record
from openrounds.jobs.models import Job
from openrounds.jobs.registry import Tick
from openrounds.oauth.access import hash_secret
from openrounds.oauth.actions import end_access, revoke_token
from openrounds.oauth.models import AccessToken
from openrounds.posts.actions import delete_post
from openrounds.posts.models import Post
from openrounds.push import jobs
from openrounds.push.actions import Place, subscribe
from openrounds.push.models import Ping, PingWishes, PushSubscription
from openrounds.timelines.facts import Notified
from openrounds.timelines.models import Filter, FilterAction, FilterKeyword, Notification

Posting = Callable[..., Post]


@pytest.fixture
def service(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostilePeer]:
    """The push service, which the operator lists."""
    monkeypatch.setattr(jobs, "_resting", {})  # a test before may have had the same port
    with HostilePeer({"/phone": answer(status=201)}) as playing:
        listed = [f"127.0.0.1:{playing.port}"]
        settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, private_hosts=listed)
        yield playing


@pytest.fixture
def phone() -> Phone:
    return Phone()


Subscribing = Callable[..., PushSubscription]


@pytest.fixture
def put_up(service: HostilePeer, phone: Phone) -> Subscribing:
    """The account's phone is told of everything, unless said otherwise."""

    def put_up(account: Account, **chosen: Any) -> PushSubscription:
        token = chosen.pop("token", None) or make_token(account)
        standard = chosen.pop("standard", True)
        place = Place(f"http://127.0.0.1:{service.port}/phone", **phone.keys, standard=standard)
        wanted = {
            "alerts": ("mention", "follow", "admin.report"),
            "policy": "all",
            "base_url": "http://rounds.test",
        }
        return subscribe(token, place, **wanted | chosen)

    return put_up


@pytest.mark.parametrize("standard", [True, False])
def test_mention_reaches_the_phone(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
    phone: Phone,
    standard: bool,
) -> None:
    token = make_token(bob)
    put_up(bob, token=token, standard=standard)
    post_as(alice, "@bob what do\nyou make   of this film?")
    (heard,) = service.requests
    assert phone.read(heard) == {
        "access_token": token,
        "preferred_locale": "en",
        "notification_id": Notification.objects.get().pk,
        "notification_type": "mention",
        "icon": "http://rounds.test/static/openrounds/avatars/missing.png",
        "title": "Alice mentioned you",
        "body": "@bob what do you make of this film?",
    }
    assert (heard.method, heard.headers["ttl"], heard.headers["urgency"]) == ("POST", "172800", "normal")
    kind = heard.headers["authorization"].partition(" ")[0]
    assert (kind, heard.headers["content-encoding"]) == (
        ("vapid", "aes128gcm") if standard else ("WebPush", "aesgcm")
    )
    if not standard:
        assert [part.partition("=")[0] for part in heard.headers["crypto-key"].split(";")] == [
            "dh",
            "p256ecdsa",
        ]


def test_long_post_of_many_bytes_fits(
    alice: Account, bob: Account, put_up: Subscribing, post_as: Posting, service: HostilePeer, phone: Phone
) -> None:
    Account.objects.filter(pk=alice.pk).update(display_name="𝕬" * 2000)
    put_up(bob)
    post_as(alice, "@bob " + "🩸" * 900)
    (heard,) = service.requests
    assert len(heard.body) <= 4096
    assert len(phone.read(heard)["body"]) == 140


def test_what_is_behind_a_warning_is_not_shown_on_a_locked_screen(
    alice: Account, bob: Account, put_up: Subscribing, post_as: Posting, service: HostilePeer, phone: Phone
) -> None:
    put_up(bob)
    post_as(alice, "@bob gory details", spoiler_text="Surgery")
    assert phone.read(service.requests[0])["body"] == "Surgery"


def test_follower_without_a_post_is_named(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    run_jobs: Callable[[], int],
    service: HostilePeer,
    phone: Phone,
) -> None:
    put_up(bob)
    _notify(bob, alice, "follow")
    run_jobs()
    found = phone.read(service.requests[0])
    assert (found["title"], found["body"]) == ("Alice follows you", "@alice")


def _notify(account: Account, actor: Account, kind: str, post: Post | None = None) -> Notification:
    told = Notification.objects.create(account=account, actor=actor, type=kind, post=post, group_key="")
    with transaction.atomic():
        record(Notified(((account.pk, told.pk),)))
    return told


@pytest.mark.parametrize(("alerts", "rings"), [(("mention",), 1), (("follow", "poll"), 0), ((), 0)])
def test_phone_rings_for_what_it_asked_for(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
    alerts: tuple[str, ...],
    rings: int,
) -> None:
    put_up(bob, alerts=alerts)
    post_as(alice, "@bob hello")
    assert len(service.requests) == rings
    assert Notification.objects.filter(account=bob).count() == 1


@pytest.mark.parametrize(
    ("policy", "heard_of"), [("all", "afs"), ("followed", "a"), ("follower", "f"), ("none", "")]
)
def test_phone_rings_for_whose_doings_it_asked_for(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
    phone: Phone,
    policy: str,
    heard_of: str,
) -> None:
    fan, stranger = make_person("fan"), make_person("stranger")
    follow(bob, alice)
    follow(fan, bob)
    put_up(bob, policy=policy)
    for account in (alice, fan, stranger):
        post_as(account, f"@bob {account.username[0]}")
    assert "".join(phone.read(heard)["body"][-1] for heard in service.requests) == heard_of


def test_every_phone_of_the_person_rings_and_no_strangers(
    alice: Account,
    bob: Account,
    charlie: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
    phone: Phone,
) -> None:
    tokens = {make_token(bob), make_token(bob)}
    for token in tokens:
        put_up(bob, token=token)
    put_up(charlie)
    post_as(alice, "@bob a secret", visibility=Visibility.DIRECT)
    assert Notification.objects.filter(filtered=True).count() == 1
    assert service.requests == [], "what the policy holds back does not ring"
    post_as(alice, "@bob hello")
    assert {phone.read(heard)["access_token"] for heard in service.requests} == tokens


def test_post_that_a_filter_hides_does_not_ring(
    alice: Account, bob: Account, put_up: Subscribing, post_as: Posting, service: HostilePeer
) -> None:
    put_up(bob)
    hiding = Filter.objects.create(
        account=bob, title="x", context=["notifications"], action=FilterAction.HIDE
    )
    FilterKeyword.objects.create(filter=hiding, keyword="exam")
    post_as(alice, "@bob the exam")
    assert service.requests == []
    Filter.objects.update(action=FilterAction.WARN)
    post_as(alice, "@bob the exam again")
    assert len(service.requests) == 1


@pytest.mark.parametrize("undo", ["post", "notification", "sender", "person", "subscription", "rank"])
def test_push_that_has_become_pointless_is_not_sent(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    run_jobs: Callable[[], int],
    service: HostilePeer,
    undo: str,
) -> None:
    """Between the notification and its sending, its ground goes."""
    User.objects.filter(account=bob).update(rank=Rank.MODERATOR)
    subscription = put_up(bob)
    post = Post.objects.create(account=alice, visibility=0, text="@bob x")
    told = _notify(
        bob, alice, "admin.report" if undo == "rank" else "mention", None if undo == "rank" else post
    )
    {
        "post": lambda: Post.objects.update(deleted_at=now()),
        "notification": lambda: Notification.objects.all().delete(),
        "sender": lambda: Account.objects.filter(pk=alice.pk).update(suspended_at=now()),
        "person": lambda: User.objects.filter(account=bob).update(is_active=False),
        "subscription": lambda: PushSubscription.objects.all().delete(),
        "rank": lambda: User.objects.filter(account=bob).update(rank=Rank.MEMBER),
    }[undo]()
    jobs.send(jobs.PushWanted(subscription.pk, told.pk))
    assert run_jobs() > 0
    assert service.connections == 0
    assert not Job.objects.exists()


def test_deleted_post_is_not_pushed(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    run_jobs: Callable[[], int],
    service: HostilePeer,
) -> None:
    put_up(bob)
    service.scripts["/phone"] = answer(status=503)
    post = post_as(alice, "@bob x")
    delete_post(alice.pk, post.pk)
    Job.objects.update(run_at=ago(seconds=1))
    run_jobs()
    assert service.connections == 1


def test_old_news_is_not_pushed(
    alice: Account, bob: Account, put_up: Subscribing, service: HostilePeer
) -> None:
    subscription = put_up(bob)
    told = _notify(bob, alice, "follow")
    Notification.objects.update(created_at=ago(days=2, seconds=1))
    jobs.send(jobs.PushWanted(subscription.pk, told.pk))
    assert service.connections == 0


def test_token_that_cannot_be_unsealed_ends_the_subscription(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
    settings: Settings,
) -> None:
    put_up(bob)
    settings.SECRET_KEY = "lost and made anew"
    post_as(alice, "@bob x")
    assert not PushSubscription.objects.exists()
    assert service.connections == 0


def test_sealed_token_that_was_moved_to_another_row_is_not_sent(
    alice: Account,
    bob: Account,
    charlie: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
) -> None:
    put_up(bob)
    other = put_up(charlie)
    PushSubscription.objects.exclude(pk=other.pk).update(sealed_token=other.sealed_token)
    post_as(alice, "@bob x")
    assert service.connections == 0
    assert list(PushSubscription.objects.all()) == [other]


# ------------------------------------------------------------------------------------------------- the service's answers
@pytest.mark.parametrize(
    "script", [answer(status=404), answer(status=410), answer(status=403), redirect("/elsewhere", 307)]
)
def test_subscription_that_takes_nothing_more_is_forgotten(
    alice: Account, bob: Account, put_up: Subscribing, post_as: Posting, service: HostilePeer, script: Any
) -> None:
    service.scripts["/phone"] = script
    put_up(bob)
    post_as(alice, "@bob x")
    assert not PushSubscription.objects.exists()
    assert not Job.objects.exists()
    assert service.connections == 1


def waiting() -> timedelta:
    return Job.objects.get().run_at - now()


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_trouble_is_waited_out_and_then_it_arrives(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    run_jobs: Callable[[], int],
    service: HostilePeer,
    phone: Phone,
    status: int,
) -> None:
    put_up(bob)
    service.scripts["/phone"] = answer(status=status)
    post_as(alice, "@bob x")
    assert timedelta() < waiting() <= timedelta(seconds=2)
    service.scripts["/phone"] = answer(status=201)
    Job.objects.update(run_at=ago(seconds=1))
    run_jobs()
    assert [phone.read(heard)["body"] for heard in service.requests] == ["@bob x"] * 2
    assert not Job.objects.exists()


def test_retry_after_is_heeded(
    alice: Account, bob: Account, put_up: Subscribing, post_as: Posting, service: HostilePeer
) -> None:
    put_up(bob)
    service.scripts["/phone"] = answer(status=429, headers={"Retry-After": "900"})
    post_as(alice, "@bob x")
    assert timedelta(seconds=890) < waiting() <= timedelta(seconds=900)


def test_pauses_grow_until_it_is_given_up_and_nothing_is_parked(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    run_jobs: Callable[[], int],
    service: HostilePeer,
) -> None:
    put_up(bob)
    service.scripts["/phone"] = answer(status=503)
    post_as(alice, "@bob x")
    pauses = []
    while Job.objects.exists():
        pauses.append(waiting())
        Job.objects.update(run_at=ago(seconds=1))
        run_jobs()
    assert pauses == sorted(pauses)
    assert (len(pauses), len(service.requests)) == (7, 8)
    assert PushSubscription.objects.exists()


def test_service_that_does_not_answer_holds_up_its_own_messages_only(
    alice: Account,
    bob: Account,
    charlie: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "LIMITS", replace(jobs.LIMITS, deadline_seconds=0.3))
    put_up(bob)
    with HostilePeer({"/phone": drip(b"", b"", 0.1)}) as silent:
        listed = [f"127.0.0.1:{peer.port}" for peer in (service, silent)]
        settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, private_hosts=listed)
        slow = put_up(charlie)
        PushSubscription.objects.filter(pk=slow.pk).update(endpoint=f"http://127.0.0.1:{silent.port}/phone")
        for _ in range(3):
            post_as(alice, "@charlie @bob x")
        assert silent.connections == 1, "after one wait in vain its origin rests"
        assert len(service.requests) == 3
    assert Job.objects.count() == 3
    assert not Job.objects.exclude(parked_at=None).exists()


# ----------------------------------------------------------------------------------------------------- the end of a token
def test_revoked_token_takes_its_subscription_along(
    alice: Account, bob: Account, put_up: Subscribing, post_as: Posting, service: HostilePeer
) -> None:
    token = make_token(bob)
    put_up(bob, token=token)
    stays = put_up(bob)
    revoke_token(AccessToken.objects.get(token_hash=hash_secret(token)), why="test")
    assert list(PushSubscription.objects.all()) == [stays]
    end_access(bob.user, "test")
    assert not PushSubscription.objects.exists()
    post_as(alice, "@bob x")
    assert service.connections == 0


def test_push_that_waits_dies_with_its_token(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    run_jobs: Callable[[], int],
    service: HostilePeer,
) -> None:
    put_up(bob)
    service.scripts["/phone"] = answer(status=503)
    post_as(alice, "@bob x")
    end_access(bob.user, "test")
    Job.objects.update(run_at=ago(seconds=1))
    run_jobs()
    assert service.connections == 1


# -------------------------------------------------------------------------------------------------------- left in peace
@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The hour, in UTC, today."""

    def at(hour: str) -> None:
        moment = now().replace(hour=int(hour[:2]), minute=int(hour[3:]))
        for module in ("openrounds.push.actions.now", "openrounds.push.queries.now"):
            monkeypatch.setattr(module, lambda: moment)

    return at


def test_quiet_hours_silence_the_phone_and_keep_the_notification(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    service: HostilePeer,
    at: Callable[[str], None],
) -> None:
    put_up(bob)
    PingWishes.objects.create(account=bob, quiet_from="22:00", quiet_until="07:00")
    at("23:30")
    post_as(alice, "@bob awake?")
    _notify(bob, alice, "follow")
    assert service.connections == 0
    assert Notification.objects.filter(account=bob).count() == 2
    at("07:00")
    post_as(alice, "@bob good morning")
    assert service.connections == 2, "the follow, told before and run now, and the second mention"


def test_push_that_waited_into_the_quiet_hours_is_not_sent(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    run_jobs: Callable[[], int],
    service: HostilePeer,
    at: Callable[[str], None],
) -> None:
    put_up(bob)
    PingWishes.objects.create(account=bob, quiet_from="22:00", quiet_until="07:00")
    at("21:59")
    service.scripts["/phone"] = answer(status=503)
    post_as(alice, "@bob x")
    at("22:00")
    Job.objects.update(run_at=ago(seconds=1))
    run_jobs()
    assert service.connections == 1


def test_cap_stops_mentions_and_nothing_else(
    alice: Account,
    bob: Account,
    put_up: Subscribing,
    post_as: Posting,
    run_jobs: Callable[[], int],
    service: HostilePeer,
) -> None:
    put_up(bob)
    PingWishes.objects.create(account=bob, weekly_cap=2)
    for number in range(4):
        post_as(alice, f"@bob {number}")
    assert len(service.requests) == 2
    assert Notification.objects.filter(account=bob, filtered=False).count() == 4
    _notify(bob, alice, "follow")
    run_jobs()
    assert len(service.requests) == 3


def test_cap_counts_the_last_seven_days(
    alice: Account, bob: Account, put_up: Subscribing, post_as: Posting, service: HostilePeer
) -> None:
    put_up(bob)
    PingWishes.objects.create(account=bob, weekly_cap=1)
    post_as(alice, "@bob 1")
    Ping.objects.update(created_at=ago(days=7, seconds=1))
    post_as(alice, "@bob 2")
    post_as(alice, "@bob 3")
    assert len(service.requests) == 2
    jobs.tidy_pings(Tick())
    assert Ping.objects.count() == 2


def test_notification_for_which_no_phone_waits_costs_two_queries(
    alice: Account, bob: Account, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    told = Notification.objects.create(account=bob, actor=alice, type="follow", group_key="")
    with django_assert_max_num_queries(2):
        jobs.ring(Notified(((bob.pk, told.pk),)))


@pytest.mark.parametrize("has", ["nothing", "a phone", "a cap"])
def test_only_those_with_a_phone_or_a_wish_are_looked_at(
    alice: Account, bob: Account, put_up: Subscribing, has: str
) -> None:
    if has == "a phone":
        put_up(bob)
    elif has == "a cap":
        PingWishes.objects.create(account=bob, weekly_cap=1)
    assert jobs.may_ring(Notified(((alice.pk, 1), (bob.pk, 2)))) is (has != "nothing")
