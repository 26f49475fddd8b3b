"""What is swept away of codes, tokens, applications and browser sessions."""

from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import ago, now
from openrounds.jobs.models import Happening
from openrounds.jobs.registry import Tick
from openrounds.oauth.actions import issue_token, register_application
from openrounds.oauth.jobs import UNUSED_APPLICATION, forget_expired, forget_unused
from openrounds.oauth.models import AccessToken, Application, AuthorizationCode
from openrounds.posts.models import Post, ScheduledPost
from openrounds.push.models import PushSubscription

pytestmark = pytest.mark.django_db
LONG_AGO = now() - UNUSED_APPLICATION - timedelta(minutes=1)


def an_app(name: str, registered_at: datetime = LONG_AGO) -> Application:
    application, _ = register_application(name, ["app://"])
    Application.objects.filter(pk=application.pk).update(created_at=registered_at)
    return application


def a_token(of: Account | None, *, made: int, used: int | None, app: Application) -> AccessToken:
    """Days ago."""
    _, token = issue_token(of, of.user if of else None, "read", app)
    last_used_on = None if used is None else ago(days=used).date()
    AccessToken.objects.filter(pk=token.pk).update(created_at=ago(days=made), last_used_on=last_used_on)
    return token


def test_codes_are_kept_for_a_day_to_notice_a_reuse(alice: Account) -> None:
    application, _ = register_application("An app", ["app://"])
    for name, expires_at in [
        ("fresh", now() + timedelta(minutes=5)),
        ("late", ago(hours=20)),
        ("old", ago(hours=30)),
    ]:
        AuthorizationCode.objects.create(
            application=application, person=alice.user, account=alice, code_hash=name, expires_at=expires_at
        )
    forget_expired(Tick())
    assert set(AuthorizationCode.objects.values_list("code_hash", flat=True)) == {"fresh", "late"}


def test_browser_sessions_that_are_over_are_forgotten(alice: Account) -> None:
    for key in ("over", "good", "long gone"):
        UserSession.objects.create(user=alice.user, session_key=key, ip="::1", user_agent="A browser")
    Session.objects.create(session_key="over", session_data="", expire_date=ago(days=1))
    Session.objects.create(session_key="good", session_data="", expire_date=now() + timedelta(days=1))
    forget_expired(Tick())
    for kind in (Session, UserSession):
        assert list(kind.objects.values_list("session_key", flat=True)) == ["good"]


@pytest.mark.parametrize(
    ("by_person", "days"), [(True, 365), (False, 90)], ids=["of a person", "of an app alone"]
)
def test_token_that_nobody_used_for_long_is_taken_back(alice: Account, by_person: bool, days: int) -> None:
    app, of = an_app("An app"), alice if by_person else None
    kept = [
        a_token(of, made=days + 900, used=days - 1, app=app),
        a_token(of, made=days - 1, used=None, app=app),
    ]
    gone = [
        a_token(of, made=days + 900, used=days + 1, app=app),
        a_token(of, made=days + 1, used=None, app=app),
    ]
    forget_unused(Tick())
    assert set(AccessToken.objects.values_list("pk", flat=True)) == {token.pk for token in kept}
    told = Happening.objects.filter(kind="AccessEnded").values_list("payload", flat=True)
    assert [any(f'"token_id":{token.pk}' in each for each in told) for token in gone] == [True, True]


def test_push_goes_with_a_token_that_nobody_used(alice: Account) -> None:
    token = a_token(alice, made=800, used=400, app=an_app("An app"))
    PushSubscription.objects.create(access_token=token, endpoint="https://push.example", standard=True)
    forget_unused(Tick())
    assert not PushSubscription.objects.exists()


def test_application_that_nothing_belongs_to_is_forgotten(alice: Account) -> None:
    moment = now()
    an_app("never used")
    a_token(None, made=200, used=None, app=an_app("asked for a token once"))
    an_app("fresh", moment)
    a_token(alice, made=200, used=1, app=an_app("signed in"))
    AuthorizationCode.objects.create(application=an_app("signing in"), code_hash="x", expires_at=moment)
    Post.objects.create(account=alice, application=an_app("has posted"), visibility=Visibility.PUBLIC)
    ScheduledPost.objects.create(
        account=alice, application=an_app("will post"), scheduled_at=moment, params={}
    )
    forget_unused(Tick())
    left = {"fresh", "signed in", "signing in", "has posted", "will post"}
    assert set(Application.objects.values_list("name", flat=True)) == left


def test_very_many_go_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openrounds.oauth.actions._AT_ONCE", 2)
    for number in range(5):
        a_token(None, made=200, used=None, app=an_app(f"app {number}"))
    forget_unused(Tick())
    assert (AccessToken.objects.count(), Application.objects.count()) == (0, 0)
