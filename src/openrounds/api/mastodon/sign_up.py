"""Joining from within an app."""

from msgspec import Struct

from openrounds.accounts.adapter import greet
from openrounds.accounts.registration import change_unconfirmed_address, sign_up
from openrounds.api.call import Call
from openrounds.api.entities.application import Token
from openrounds.api.routing import app, client, route
from openrounds.core.errors import NotPermitted
from openrounds.core.origin import client_ip
from openrounds.oauth.access import newcomer_of
from openrounds.oauth.actions import issue_token
from openrounds.oauth.queries import get_application


class SignUpParams(Struct):
    """`reason` is for the moderators, `agreement` says that the rules were read; `role` and `specialty` are our own."""

    username: str = ""
    email: str = ""
    password: str = ""
    agreement: bool = False
    locale: str = "en"
    reason: str = ""
    invite_code: str = ""
    role: str = ""
    specialty: str = ""


@route("POST", "/api/v1/accounts", app("write:accounts"), rate="sign_up", params=SignUpParams, returns=Token)
def create(call: Call) -> Token:
    """The token works at once, or as soon as the address is confirmed and a moderator has agreed."""
    if call.viewer is None or call.viewer.user_id is not None:
        raise NotPermitted("This method requires a client credentials authentication")
    sent = call.params(SignUpParams)
    account = sign_up(
        username=sent.username,
        email=sent.email,
        password=sent.password,
        ip=client_ip(call.request),
        role=sent.role,
        specialty=sent.specialty,
        reason=sent.reason,
        invite_code=sent.invite_code,
        agreement=sent.agreement,
        locale=sent.locale,
    )
    application = get_application(call.viewer.application_id)
    token, row = issue_token(account, account.user, application.scopes, application)
    if not account.user.confirmed_at:
        greet(account.user, sent.email, call.request)
    return Token(token, "Bearer", application.scopes, int(row.created_at.timestamp()))


class ConfirmationParams(Struct):
    """`email` replaces an address that was mistyped."""

    email: str = ""


@route(
    "POST",
    "/api/v1/emails/confirmations",
    client(),
    rate="mail",
    params=ConfirmationParams,
    returns=dict[str, str],
)
def send_again(call: Call) -> dict[str, str]:
    """The confirmation mail once more; for tokens that do not work yet because of it."""
    kind, _, token = call.request.headers.get("Authorization", "").partition(" ")
    user = newcomer_of(token.strip() if kind.lower() == "bearer" else "")
    sent = call.params(ConfirmationParams)
    if sent.email:
        change_unconfirmed_address(user, sent.email)
    greet(user, sent.email or user.email, call.request)
    return {}
