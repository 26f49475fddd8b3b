"""What follows for tokens from what happens elsewhere, and what is swept away."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet

from openrounds.accounts.facts import LeftTeam
from openrounds.core import db
from openrounds.core.clock import ago, now
from openrounds.jobs.registry import Tick, handler
from openrounds.oauth.actions import revoke_tokens_for_team, revoke_unused
from openrounds.oauth.models import AccessToken, Application, AuthorizationCode

# An application that has lost its token asks for the next; a person must sign in again.
UNUSED_BY_APPLICATION = timedelta(days=90)
UNUSED_BY_PERSON = timedelta(days=365)
# Apps keep what they were registered as for months, also while nobody is signed in.
UNUSED_APPLICATION = timedelta(days=90)


def take_back_tokens(fact: LeftTeam) -> None:
    """At once: who left a team does not post as it a second later."""
    revoke_tokens_for_team(fact.team_id, fact.member_id)


# None in one transaction, so that others can write in between.
@handler(queue="bulk", transactional=False)
def forget_expired(_: Tick) -> None:
    """Codes and browser sessions that are no longer good; codes a day later, so that a reuse is still noticed. With a session
    goes what is told of it (browser, address) to its owner."""
    db.forget(AuthorizationCode.objects.filter(expires_at__lt=ago(days=1)))
    db.forget(Session.objects.filter(expire_date__lt=now()))
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    db.forget(UserSession.objects.filter(~Exists(alive)))


@handler(queue="bulk", transactional=False, lease=timedelta(minutes=10))
def forget_unused(_: Tick) -> None:
    """Tokens that nobody has used for long, then applications that nothing belongs to. Anybody may register these, and
    each sign-in makes one of those."""
    revoke_unused(_idle(AccessToken.objects.filter(person=None), UNUSED_BY_APPLICATION))
    revoke_unused(_idle(AccessToken.objects.exclude(person=None), UNUSED_BY_PERSON))
    db.forget(_unused_applications())


def _idle(tokens: QuerySet[AccessToken], span: timedelta) -> QuerySet[AccessToken]:
    moment = now() - span
    never_used = Q(last_used_on=None, created_at__lt=moment)
    return tokens.filter(never_used | Q(last_used_on__lt=moment.date()))


def _unused_applications() -> QuerySet[Application]:
    """No token, no code, no post and whatever else the layers above let belong to one."""
    found = Application.objects.filter(created_at__lt=now() - UNUSED_APPLICATION)
    for relation in Application._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel):
            continue
        theirs = relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        found = found.filter(~Exists(theirs))
    return found
