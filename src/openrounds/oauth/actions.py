"""Writes of applications and tokens, and the one way in which somebody's access ends."""

import logging
import secrets
from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.db import OperationalError, transaction
from django.db.models import QuerySet

from openrounds.accounts.facts import AccessEnded
from openrounds.accounts.models import Account, User
from openrounds.core.clock import now
from openrounds.core.errors import Invalid
from openrounds.jobs.actions import record
from openrounds.oauth import scopes as scope_rules
from openrounds.oauth.access import Viewer, hash_secret
from openrounds.oauth.models import AccessToken, Application, AuthorizationCode
from openrounds.oauth.rules import MOST_REDIRECT_URIS, is_redirect_uri, is_website, split_redirect_uris

logger = logging.getLogger(__name__)
LONGEST_NAME = 60
_AT_ONCE = 500


def register_application(
    name: str, redirect_uris: Sequence[str], *, scopes: str = "", website: str = ""
) -> tuple[Application, str]:
    """A new application and its secret, which is shown this once."""
    uris = split_redirect_uris(redirect_uris)
    _check(name, uris, scopes, website)
    secret = secrets.token_urlsafe(32)
    application = Application.objects.create(
        name=name.strip(),
        website=website,
        redirect_uris=uris,
        scopes=" ".join(scope_rules.split(scopes)) or "read",
        client_id=secrets.token_urlsafe(32),
        client_secret_hash=hash_secret(secret),
    )
    return application, secret


def _check(name: str, uris: list[str], scopes: str, website: str) -> None:
    if not name.strip():
        raise Invalid("Validation failed: Application Name can't be blank")
    if len(name.strip()) > LONGEST_NAME:
        raise Invalid(
            f"Validation failed: Application Name is too long (maximum is {LONGEST_NAME} characters)"
        )
    if not uris:
        raise Invalid("Validation failed: Redirect URI can't be blank")
    if len(uris) > MOST_REDIRECT_URIS or not all(map(is_redirect_uri, uris)):
        raise Invalid("Validation failed: Redirect URI must be an absolute URI without a fragment")
    if unknown := scope_rules.unknown(scopes):
        raise Invalid(f"Validation failed: Scopes doesn't match configured on the server: {unknown[0][:60]}")
    if website and not is_website(website):
        raise Invalid("Validation failed: Application website is invalid")


def issue_token(
    account: Account | None, person: User | None, scopes: str, application: Application
) -> tuple[str, AccessToken]:
    """A token with which the application may act for `account` on behalf of `person`, or (both None) for itself. The
    text is not kept anywhere."""
    token = secrets.token_urlsafe(32)
    row = AccessToken.objects.create(
        application=application, account=account, person=person, scopes=scopes, token_hash=hash_secret(token)
    )
    return token, row


def note_use(viewer: Viewer) -> Viewer:
    """Once a day: the token is in use, and so is its owner about. No more than a note: on a disk that is full nothing can be
    written, and whoever reads is answered all the same."""
    if viewer.last_used_on != str(now().date()):
        try:
            _write_use(viewer)
        except OperationalError as problem:
            logger.warning("cannot note that a token is in use: %s", problem)
    return viewer


def _write_use(viewer: Viewer) -> None:
    AccessToken.objects.filter(pk=viewer.token_id).update(last_used_on=now().date())
    if viewer.user_id:
        User.objects.filter(pk=viewer.user_id).update(last_seen_at=now())


def revoke_token(token: AccessToken, *, why: str) -> None:
    """The token is dead, and with it what hangs from it (streams, push)."""
    _revoke(AccessToken.objects.filter(pk=token.pk), why)


def revoke_tokens_of_code(code: AuthorizationCode) -> None:
    _revoke(AccessToken.objects.filter(code=code), "its code was used twice")


def revoke_use(person: User, application_id: int) -> None:
    """The person no longer lets the application in."""
    _revoke(AccessToken.objects.filter(person=person, application_id=application_id), "revoked by its owner")
    AuthorizationCode.objects.filter(person=person, application_id=application_id).delete()


def revoke_unused(tokens: QuerySet[AccessToken]) -> None:
    """Those of the tokens that are still idle when their turn comes; some hundred in each transaction."""
    while idle := list(tokens.values_list("pk", flat=True)[:_AT_ONCE]):
        _revoke(tokens.filter(pk__in=idle), "not used for long")


def revoke_tokens_for_team(team_id: int, member_id: int) -> None:
    """A person who left a team can no longer act as it. Both are account ids."""
    _revoke(AccessToken.objects.filter(account_id=team_id, person__account_id=member_id), "left the team")
    AuthorizationCode.objects.filter(account_id=team_id, person__account_id=member_id).delete()


@transaction.atomic
def _revoke(tokens: QuerySet[AccessToken], why: str) -> None:
    for token in tokens:
        record(AccessEnded(user_id=token.person_id, token_id=token.pk, why=why))
    tokens.delete()


@transaction.atomic
def end_access(person: User, why: str, *, except_session: str = "") -> None:
    """Ends everything that acts for a person: browser sessions (but for one), tokens, codes. Streams close on the fact."""
    for session in UserSession.objects.filter(user=person).exclude(session_key=except_session):
        session.end()
    AccessToken.objects.filter(person=person).delete()
    AuthorizationCode.objects.filter(person=person).delete()
    record(AccessEnded(user_id=person.pk, token_id=None, why=why))
