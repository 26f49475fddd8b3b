"""Apps and their tokens. The pages on which people let an app in are `web.views.consent`."""

from typing import Any

from msgspec import Struct, field

from openrounds.api import addresses
from openrounds.api.call import Call, Reply
from openrounds.api.entities.application import (
    Application,
    CredentialApplication,
    ServerMetadata,
    Token,
    UserInfo,
)
from openrounds.api.routing import anyone, app, client, person, route
from openrounds.media.urls import MISSING_AVATAR, picture_url
from openrounds.oauth import scopes, server
from openrounds.oauth.actions import register_application
from openrounds.oauth.models import Application as Row
from openrounds.oauth.queries import get_account, get_application
from openrounds.push import vapid


class AppParams(Struct):
    """`redirect_uris` may be one URI, several lines, or a list."""

    client_name: str = ""
    redirect_uris: list[str] = field(default_factory=list)
    scopes: str = ""
    website: str = ""


@route("POST", "/api/v1/apps", client(), rate="apps", params=AppParams, returns=CredentialApplication)
def register(call: Call) -> CredentialApplication:
    sent = call.params(AppParams)
    row, secret = register_application(
        sent.client_name, sent.redirect_uris, scopes=sent.scopes, website=sent.website.strip()
    )
    return CredentialApplication(**_fields(row), client_id=row.client_id, client_secret=secret)


@route("GET", "/api/v1/apps/verify_credentials", app(), returns=Application)
def verify(call: Call) -> Application:
    assert call.viewer is not None
    return Application(**_fields(get_application(call.viewer.application_id)))


def _fields(row: Row) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "website": row.website or None,
        "scopes": row.scopes.split(),
        "redirect_uri": "\n".join(row.redirect_uris),
        "redirect_uris": row.redirect_uris,
        "vapid_key": vapid.public_key(),
    }


class TokenParams(Struct):
    """`grant_type` is `authorization_code` or `client_credentials`; the client may identify itself by HTTP Basic instead."""

    grant_type: str = ""
    client_id: str = ""
    client_secret: str = ""
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""
    scope: str = ""


@route("POST", "/oauth/token", client(), rate="token", params=TokenParams, returns=Token)
def token(call: Call) -> Reply:
    return _reply(server.token(_asked(call)))


class RevokeParams(Struct):
    """The token to give back, and who asks for it."""

    token: str = ""
    client_id: str = ""
    client_secret: str = ""


@route("POST", "/oauth/revoke", client(), rate="token", params=RevokeParams, returns=dict[str, str])
def revoke(call: Call) -> Reply:
    return _reply(server.revoke(_asked(call)))


def _asked(call: Call) -> server.Asked:
    """What is no text (JSON allows it) counts as absent, and so does what is empty."""
    sent = {name: value if isinstance(value, list) else [value] for name, value in call.given.items()}
    texts = {
        name: [text for text in values if isinstance(text, str) and text] for name, values in sent.items()
    }
    return server.Asked("POST", call.request.headers, texts)


def _reply(answer: server.Answer) -> Reply:
    return Reply(
        answer.body, answer.status, answer.headers | {"Cache-Control": "no-store", "Pragma": "no-cache"}
    )


@route("GET", "/oauth/userinfo", person("profile"), returns=UserInfo)
@route("POST", "/oauth/userinfo", person("profile"), returns=UserInfo)
def userinfo(call: Call) -> UserInfo:
    account = get_account(call.me)
    return UserInfo(
        iss=f"{call.base}/",
        sub=addresses.account_uri(call.base, account),
        name=account.display_name or account.username,
        preferred_username=account.username,
        profile=addresses.account_url(call.base, account),
        picture=picture_url(call.base, account.avatar, MISSING_AVATAR),
    )


@route("GET", "/.well-known/oauth-authorization-server", anyone(), returns=ServerMetadata)
def metadata(call: Call) -> ServerMetadata:
    base = call.base
    return ServerMetadata(
        issuer=f"{base}/",
        authorization_endpoint=f"{base}/oauth/authorize",
        token_endpoint=f"{base}/oauth/token",
        revocation_endpoint=f"{base}/oauth/revoke",
        userinfo_endpoint=f"{base}/oauth/userinfo",
        app_registration_endpoint=f"{base}/api/v1/apps",
        service_documentation="https://docs.joinmastodon.org/",
        scopes_supported=sorted(scopes.ALL),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        grant_types_supported=list(server.GRANT_TYPES),
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=server.CLIENT_AUTH,
    )
