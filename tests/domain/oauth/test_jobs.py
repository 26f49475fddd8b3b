"""What is swept away of codes and browser sessions."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from openrounds.accounts.models import Account
from openrounds.core.clock import ago, now
from openrounds.jobs.registry import Tick
from openrounds.oauth.actions import register_application
from openrounds.oauth.jobs import forget_expired
from openrounds.oauth.models import AuthorizationCode

pytestmark = pytest.mark.django_db


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
