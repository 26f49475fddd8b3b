"""The OAuth 2 server: authlib's, with our rows behind it (RFC 6749, 7009, 7636).

What is decided here is only where things are kept and how they are called; the protocol is authlib's. Codes, tokens and
client secrets are kept as hashes. Requests come as `Asked` and answers go as `Answer`, so that neither the API nor
the pages matter to it.
"""

import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749 import (
    AccessDeniedError,
    AuthorizationCodeMixin,
    ClientMixin,
    InvalidClientError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Payload,
    OAuth2Request,
    UnauthorizedClientError,
    grants,
)
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from django.db import transaction
from msgspec import Struct, field

from openrounds.accounts.models import Account, User
from openrounds.core.clock import now
from openrounds.oauth import scopes
from openrounds.oauth.access import hash_secret
from openrounds.oauth.actions import issue_token, revoke_token, revoke_tokens_of_code
from openrounds.oauth.models import AccessToken, Application, AuthorizationCode
from openrounds.oauth.queries import find_application, find_code, find_token
from openrounds.oauth.rules import CODE_SECONDS, with_query

CLIENT_AUTH = ["client_secret_basic", "client_secret_post"]
GRANT_TYPES = ("authorization_code", "client_credentials")
UNKNOWN_CLIENT = (
    "Client authentication failed due to unknown client, no client authentication, or a wrong client secret."
)


class Answer(Struct, frozen=True):
    """What goes back: a JSON body, or (302) the `location` to send the browser to."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")


class Consent(Struct, frozen=True):
    """Who said yes: `person`, for `account` (his own, or a team's)."""

    person: User
    account: Account


class Asked(OAuth2Request):  # type: ignore[misc]  # authlib has no types
    """One request. `values` maps each parameter to everything that was sent under its name."""

    def __init__(self, method: str, headers: Mapping[str, str], values: Mapping[str, Sequence[str]]) -> None:
        # Whether https is needed is the front door's matter (settings); authlib would refuse http on loopback.
        super().__init__(method, "https://localhost/", headers=headers)
        self.payload = _Payload(values)

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class _Payload(OAuth2Payload):  # type: ignore[misc]
    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        self._datalist = defaultdict(list, {name: list(sent) for name, sent in values.items()})
        self._data = {name: sent[-1] for name, sent in values.items() if sent}

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._datalist


class Client(ClientMixin):  # type: ignore[misc]
    """An application as authlib asks about it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def get_default_redirect_uri(self) -> str | None:
        """Where only one is registered, it need not be named."""
        uris: list[str] = self.application.redirect_uris
        return uris[0] if len(uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        asked = " ".join(scopes.split(scope or "")) or "read"
        return asked if scopes.within(asked, self.application.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.application.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(self.application.client_secret_hash, hash_secret(client_secret))

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method in CLIENT_AUTH

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANT_TYPES


class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code as authlib asks about it."""

    def __init__(self, row: AuthorizationCode) -> None:
        self.row = row
        self.code_challenge = row.code_challenge

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return self.row.scopes


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_AUTH

    @staticmethod
    def validate_authorization_redirect_uri(request: Asked, client: Client) -> str:
        """As authlib's, whose message repeats the URI and fails over what may not stand in one."""
        redirect_uri = request.payload.redirect_uri or client.get_default_redirect_uri()
        if not redirect_uri or not client.check_redirect_uri(redirect_uri):
            raise InvalidRequestError("The redirect URI is not one that the application has registered.")
        return str(redirect_uri)

    def create_authorization_response(self, redirect_uri: str, grant_user: Consent | None) -> Any:
        if grant_user is None:
            raise AccessDeniedError(redirect_uri=redirect_uri)
        status, body, headers = super().create_authorization_response("", grant_user)
        # authlib would parse the URI and write it anew, which turns `app://` into `app:`.
        return (
            status,
            body,
            [(name, with_query(redirect_uri, value.removeprefix("?"))) for name, value in headers],
        )

    def save_authorization_code(self, code: str, request: Asked) -> None:
        consent: Consent = request.user
        AuthorizationCode.objects.create(
            application=request.client.application,
            person=consent.person,
            account=consent.account,
            scopes=request.scope,
            code_hash=hash_secret(code),
            redirect_uri=request.payload.redirect_uri or request.client.get_default_redirect_uri(),
            code_challenge=request.payload.data.get("code_challenge", ""),
            expires_at=now() + timedelta(seconds=CODE_SECONDS),
        )

    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        """A code that comes a second time has leaked: what it bought the first time is taken back (RFC 6749 §4.1.2)."""
        row = find_code(hash_secret(code), client.application)
        if row is None or row.expires_at <= now():
            return None
        if row.used_at:
            revoke_tokens_of_code(row)
            return None
        return Code(row)

    def authenticate_user(self, authorization_code: Code) -> Consent | None:
        """Marks the code used; of two requests at once, one finds it so."""
        row = authorization_code.row
        if not AuthorizationCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now()):
            revoke_tokens_of_code(row)
            return None
        assert row.person is not None
        assert row.account is not None
        return Consent(row.person, row.account)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Stays, marked as used, to be known when it is tried again."""


class S256(CodeChallenge):  # type: ignore[misc]
    """PKCE, hashed only: who sees a plain challenge could redeem the code."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        super().validate_code_challenge(grant, redirect_uri)
        data = grant.request.payload.data
        if data.get("code_challenge") and data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("The code_challenge_method must be S256.")

    def get_authorization_code_challenge_method(self, _authorization_code: Code) -> str:
        return "S256"


class Credentials(grants.ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = CLIENT_AUTH


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = CLIENT_AUTH

    def authenticate_token(self, request: Asked, client: Client) -> AccessToken | None:
        """Unknown tokens are as good as revoked; another application's are none of the caller's business."""
        self.check_params(request, client)
        token = find_token(request.form["token"])
        if token and token.application_id != client.application.pk:
            raise UnauthorizedClientError("You are not authorized to revoke this token", status_code=403)
        return token

    def revoke_token(self, token: AccessToken, _request: Asked) -> None:
        revoke_token(token, why="revoked by its application")


class Server(AuthorizationServer):  # type: ignore[misc]
    """All of it together."""

    def query_client(self, client_id: str) -> Client | None:
        application = find_application(client_id)
        return Client(application) if application else None

    def validate_requested_scope(self, scope: str | None) -> None:
        if scopes.unknown(scope or ""):
            raise InvalidScopeError

    def get_authorization_grant(self, request: Asked) -> Any:
        try:
            return super().get_authorization_grant(request)
        except ValueError as problem:  # authlib's own message repeated what may not stand in one
            raise InvalidRequestError("The request is malformed.") from problem

    def generate_token(
        self, *, client: Client, user: Consent | None = None, scope: str | None = None, **_: Any
    ) -> dict[str, Any]:
        """Issues and keeps the token. No expiry and no refresh token: apps hold on to theirs until they are revoked."""
        allowed = client.get_allowed_scope(scope)
        if allowed is None:
            raise InvalidScopeError
        account, person = (user.account, user.person) if user else (None, None)
        token, row = issue_token(account, person, allowed, client.application)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "scope": allowed,
            "created_at": int(row.created_at.timestamp()),
        }

    def save_token(self, token: dict[str, Any], request: Asked) -> None:
        """Joins the token to the code that it was bought with."""
        if request.authorization_code:
            row = AccessToken.objects.filter(token_hash=hash_secret(token["access_token"]))
            row.update(code=request.authorization_code.row)

    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Answer:
        return Answer(status, body or {}, dict(headers))

    def handle_error_response(self, request: Asked, error: OAuth2Error) -> Answer:
        if error.redirect_uri:
            return Answer(302, {}, {"Location": with_query(error.redirect_uri, urlencode(error.get_body()))})
        body = dict(error.get_body())
        if isinstance(error, InvalidClientError):
            challenge = (
                {"WWW-Authenticate": 'Basic realm="OpenRounds"'} if "Authorization" in request.headers else {}
            )
            return Answer(401, {"error": error.error, "error_description": UNKNOWN_CLIENT}, challenge)
        return Answer(error.status_code, body)


def _build() -> Server:
    server = Server()
    server.register_grant(CodeGrant, [S256()])
    server.register_grant(Credentials)
    server.register_endpoint(Revocation)
    return server


_server = _build()


def token(asked: Asked) -> Answer:
    """The token endpoint (RFC 6749 §3.2)."""
    with transaction.atomic():
        return _server.create_token_response(asked)  # type: ignore[no-any-return]


def revoke(asked: Asked) -> Answer:
    """The revocation endpoint (RFC 7009)."""
    with transaction.atomic():
        return _server.create_endpoint_response("revocation", asked)  # type: ignore[no-any-return]


class Wish(Struct, frozen=True):
    """What an application asks a person for, found to be in order."""

    application: Application
    scopes: str
    redirect_uri: str
    grant: Any


def read_wish(asked: Asked) -> Wish | Answer:
    """The authorization request (RFC 6749 §4.1.1), or the refusal: one with a location goes back to the application, one
    without must be shown to the person, since where it would go to cannot be trusted."""
    try:
        grant = _server.get_consent_grant(asked)
    except OAuth2Error as error:
        return _server.handle_error_response(asked, error)
    return Wish(grant.client.application, asked.scope, grant.redirect_uri, grant)


def answer_wish(asked: Asked, wish: Wish, consent: Consent | None) -> Answer:
    """Yes with a code, or no (`consent` None); either way a location."""
    with transaction.atomic():
        return _server.create_authorization_response(asked, consent, wish.grant)  # type: ignore[no-any-return]
