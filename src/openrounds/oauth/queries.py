"""Reads of applications and tokens."""

from msgspec import Struct

from openrounds.accounts.models import Account, User
from openrounds.core import db
from openrounds.oauth.access import hash_secret
from openrounds.oauth.models import AccessToken, Application, AuthorizationCode


def find_application(client_id: str) -> Application | None:
    if "\x00" in client_id:  # PostgreSQL takes no NUL, not even to look for
        return None
    return Application.objects.filter(client_id=client_id).first()


def get_application(application_id: int) -> Application:
    return Application.objects.get(pk=application_id)


def get_account(account_id: int) -> Account:
    """The account that a token acts as."""
    return Account.objects.get(pk=account_id)


def find_code(code_hash: str, application: Application) -> AuthorizationCode | None:
    """A code that was given to this application."""
    codes = AuthorizationCode.objects.select_related("person", "account")
    return codes.filter(code_hash=code_hash, application=application).first()


def find_token(token: str) -> AccessToken | None:
    return AccessToken.objects.filter(token_hash=hash_secret(token)).first()


class Use(Struct, frozen=True):
    """An application that may act for somebody: `tokens` are what he gave it."""

    application: Application
    tokens: list[AccessToken]


def list_uses(person: User) -> list[Use]:
    """The applications that a person has let in, newest first."""
    found: dict[int, Use] = {}
    tokens = (
        AccessToken.objects.filter(person=person).select_related("application", "account").order_by("-id")
    )
    for token in tokens:
        found.setdefault(token.application_id, Use(token.application, [])).tokens.append(token)
    return list(found.values())


def list_actors(person: User) -> list[Account]:
    """The accounts that a person may act as: his own first, then his teams by name. One query, and one more where he has
    any: every page with a composer asks, and most people have none."""
    found = db.rows(
        "SELECT a.id FROM accounts_teammembership m JOIN accounts_account a ON a.id = m.team_id "
        "WHERE m.member_id = %s AND a.suspended_at IS NULL ORDER BY a.username",
        [person.account_id],
    )
    teams = Account.objects.in_bulk([row[0] for row in found]) if found else {}
    return [person.account, *(teams[row[0]] for row in found if row[0] in teams)]
