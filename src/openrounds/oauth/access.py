"""The only door from a bearer token to who is calling."""

import hashlib
from collections.abc import Collection
from functools import lru_cache

from msgspec import Struct

from openrounds.accounts.models import Rank, User
from openrounds.core import db
from openrounds.core.errors import NotPermitted, NotSignedIn
from openrounds.oauth import scopes
from openrounds.oauth.models import AccessToken


class Viewer(Struct, frozen=True):
    """Who is calling: `account_id` acts (perhaps a team), `user_id` is the person behind it. None: nobody signed in.

    An application's own token (client credentials) has neither.
    """

    token_id: int
    application_id: int
    scopes: frozenset[str]
    account_id: int | None
    user_id: int | None
    rank: int
    has_filters: bool
    last_used_on: str = ""

    @property
    def is_moderator(self) -> bool:
        return self.rank >= Rank.MODERATOR

    def may(self, scope: str) -> bool:
        return scope in self.scopes


@lru_cache(maxsize=512)
def _expand(text: str) -> frozenset[str]:
    return scopes.expand(text)


def hash_secret(secret: str) -> str:
    """How tokens, codes and client secrets are kept: they are random and long, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


_VIEWER = """
SELECT t.id, t.application_id, t.scopes, t.account_id, t.person_id, u.rank, u.is_active, u.confirmed_at IS NOT NULL,
       u.approved_at IS NOT NULL, a.suspended_at IS NOT NULL,
       EXISTS (SELECT 1 FROM timelines_filter f WHERE f.account_id = t.account_id), CAST(t.last_used_on AS TEXT)
FROM oauth_accesstoken t
LEFT JOIN accounts_user u ON u.id = t.person_id
LEFT JOIN accounts_account a ON a.id = t.account_id
WHERE t.token_hash = %s
"""


def viewer_of(token: str) -> Viewer:
    """One query. Raises NotSignedIn for an unknown token, NotPermitted when its person may not act."""
    found = db.row(_VIEWER, [hash_secret(token)])
    if found is None:
        raise NotSignedIn
    (
        token_id,
        application_id,
        scope_text,
        account_id,
        user_id,
        rank,
        active,
        confirmed,
        approved,
        suspended,
        filters,
        used_on,
    ) = found
    if user_id is not None:
        if not active or suspended:
            raise NotPermitted("Your login is currently disabled")
        if not confirmed:
            raise NotPermitted("Your login is missing a confirmed e-mail address")
        if not approved:
            raise NotPermitted("Your login is currently pending approval")
    return Viewer(
        token_id,
        application_id,
        _expand(scope_text),
        account_id,
        user_id,
        rank or 0,
        bool(filters),
        used_on or "",
    )


def living_tokens(token_ids: Collection[int]) -> set[int]:
    """Which of these tokens `viewer_of` would still let in; one query."""
    condition, ids = db.among("t.id", token_ids)
    sql = (
        "SELECT t.id FROM oauth_accesstoken t LEFT JOIN accounts_user u ON u.id = t.person_id "
        f"LEFT JOIN accounts_account a ON a.id = t.account_id WHERE {condition} AND (t.person_id IS NULL OR "
        "(u.is_active AND u.confirmed_at IS NOT NULL AND u.approved_at IS NOT NULL AND a.suspended_at IS NULL))"
    )
    return {row[0] for row in db.rows(sql, [ids])}


def newcomer_of(token: str) -> User:
    """Whoever holds the token and has not confirmed his address yet; viewer_of turns him away."""
    row = AccessToken.objects.select_related("person").filter(token_hash=hash_secret(token)).first()
    if row is None or row.person is None or not row.person.is_active:
        raise NotSignedIn
    if row.person.confirmed_at:
        raise NotPermitted("This method is only available while the e-mail is awaiting confirmation")
    return row.person
