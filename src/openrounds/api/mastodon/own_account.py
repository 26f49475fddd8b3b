"""The caller's own account: what it is, and editing it."""

from typing import Any, Literal

from msgspec import Struct

from openrounds.accounts import actions, queries
from openrounds.accounts.access import access_account
from openrounds.accounts.models import Account as AccountRow
from openrounds.accounts.models import QuotePolicy, Visibility
from openrounds.api.call import Call
from openrounds.api.entities.account import Account, Profile
from openrounds.api.entities.preferences import Preferences
from openrounds.api.render.people import PRIVACY, render_own_account, render_profile
from openrounds.api.render.quotes import POLICIES, POLICY_OF, QuotePolicyWord
from openrounds.api.routing import person, route
from openrounds.core.errors import Invalid, NotPermitted
from openrounds.media.actions import Picture, store_picture
from openrounds.media.rules import ImageShape

Privacy = Literal["public", "unlisted", "private"]
VISIBILITIES: dict[str, Visibility] = {word: visibility for visibility, word in PRIVACY.items()}
TEXTS = ("display_name", "note", "role", "specialty", "avatar_description", "header_description")
SWITCHES = ("locked", "bot", "discoverable", "indexable", "hide_collections")


class FieldParams(Struct):
    """A line of the profile."""

    name: str = ""
    value: str = ""


class SourceParams(Struct):
    """Defaults for new posts; `language` "" for none."""

    privacy: Privacy | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: QuotePolicyWord | None = None


class ProfileParams(Struct):
    """What is left out stays as it is; the pictures `avatar` and `header` come as multipart parts. `role` and
    `specialty` are ours."""

    display_name: str | None = None
    note: str | None = None
    role: str | None = None
    specialty: str | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    fields_attributes: list[FieldParams] | None = None
    attribution_domains: list[str] | None = None
    source: SourceParams | None = None


@route("GET", "/api/v1/accounts/verify_credentials", person(""), returns=Account)
def verify_credentials(call: Call) -> bytes:
    """CredentialAccount. The scope `profile` is enough."""
    if call.viewer and not (call.viewer.may("read:accounts") or call.viewer.may("profile")):
        raise NotPermitted("This action is outside the authorized scopes")
    return render_own_account(call, access_account(call.me, call.me))


@route(
    "PATCH",
    "/api/v1/accounts/update_credentials",
    person("write:accounts"),
    params=ProfileParams,
    returns=Account,
)
def update_credentials(call: Call) -> bytes:
    """All or nothing."""
    return render_own_account(call, _edit(call))


def _edit(call: Call) -> AccountRow:
    sent = call.params(ProfileParams)
    fields = sent.fields_attributes
    return actions.edit_profile(
        call.me,
        _changes(sent),
        fields=None if fields is None else [(line.name, line.value) for line in fields],
        avatar=_picture(call, "avatar", ImageShape.AVATAR),
        header=_picture(call, "header", ImageShape.HEADER),
    )


def _changes(sent: ProfileParams) -> dict[str, Any]:
    """Columns and their new values."""
    changes = {name: value for name in (*TEXTS, *SWITCHES) if (value := getattr(sent, name)) is not None}
    source = sent.source or SourceParams()
    own = {
        "default_visibility": VISIBILITIES[source.privacy] if source.privacy else None,
        "default_sensitive": source.sensitive,
        "default_language": source.language,
        "default_quote_policy": POLICY_OF.get(source.quote_policy),
        "attribution_domains": sent.attribution_domains,
    }
    return changes | {name: value for name, value in own.items() if value is not None}


def _picture(call: Call, name: str, shape: ImageShape) -> Picture | None:
    file = call.upload(name)
    if file is None and call.given.get(name):
        raise Invalid(f"Validation failed: {name.capitalize()} must be sent as a file")
    return store_picture(file, shape) if file else None


@route("GET", "/api/v1/profile", person("read:accounts"), returns=Profile)
def profile(call: Call) -> Profile:
    """The own profile as typed, to be edited."""
    return render_profile(call.base, access_account(call.me, call.me))


@route("PATCH", "/api/v1/profile", person("write:accounts"), params=ProfileParams, returns=Profile)
def update_profile(call: Call) -> Profile:
    """All or nothing."""
    return render_profile(call.base, _edit(call))


@route("DELETE", "/api/v1/profile/avatar", person("write:accounts"), returns=Account)
def delete_avatar(call: Call) -> bytes:
    return render_own_account(call, actions.delete_picture(call.me, "avatar"))


@route("DELETE", "/api/v1/profile/header", person("write:accounts"), returns=Account)
def delete_header(call: Call) -> bytes:
    return render_own_account(call, actions.delete_picture(call.me, "header"))


@route("GET", "/api/v1/preferences", person("read:accounts"), returns=Preferences)
def preferences(call: Call) -> Preferences:
    """Of the acting account; how to read, of the person."""
    account: AccountRow = access_account(call.me, call.me)
    reader = queries.user(call.viewer.user_id) if call.viewer and call.viewer.user_id else None
    return Preferences(
        visibility=PRIVACY[Visibility(account.default_visibility)],
        sensitive=account.default_sensitive,
        language=account.default_language or None,
        quote_policy=POLICIES[QuotePolicy(account.default_quote_policy)],
        media=reader.expand_media if reader else "default",
        spoilers=reader.expand_spoilers if reader else False,
    )
