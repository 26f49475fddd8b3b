"""Mastodon's Application, Token and what else OAuth answers."""

from msgspec import Struct


class Application(Struct):
    """An app. `website` is null where there is none, never ""; `redirect_uri` is the URIs, one a line."""

    id: str
    name: str
    website: str | None
    scopes: list[str]
    redirect_uri: str
    redirect_uris: list[str]
    vapid_key: str


class CredentialApplication(Application):
    """An app with its credentials, as it sees them once. The secret never expires (0)."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0


class Token(Struct):
    """What a client sends as `Authorization: Bearer …`; `created_at` is in seconds since 1970."""

    access_token: str
    token_type: str
    scope: str
    created_at: int


class UserInfo(Struct):
    """OpenID Connect's claims about the caller; `sub` is the account's ActivityPub id."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class ServerMetadata(Struct):
    """RFC 8414, with Mastodon's `app_registration_endpoint`."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    app_registration_endpoint: str
    service_documentation: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    code_challenge_methods_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
