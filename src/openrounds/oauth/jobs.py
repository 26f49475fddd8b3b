"""What follows for tokens from what happens elsewhere, and what is swept away."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from openrounds.accounts.facts import LeftTeam
from openrounds.core.clock import ago
from openrounds.jobs.registry import Tick, handler
from openrounds.oauth.actions import revoke_tokens_for_team
from openrounds.oauth.models import AuthorizationCode


def take_back_tokens(fact: LeftTeam) -> None:
    """At once: who left a team does not post as it a second later."""
    revoke_tokens_for_team(fact.team_id, fact.member_id)


@handler()
def forget_expired(_: Tick) -> None:
    """Codes and browser sessions that are no longer good; codes a day later, so that a reuse is still noticed. With a session
    goes what is told of it (browser, address) to its owner."""
    AuthorizationCode.objects.filter(expires_at__lt=ago(days=1)).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    UserSession.objects.filter(~Exists(Session.objects.filter(session_key=OuterRef("session_key")))).delete()
