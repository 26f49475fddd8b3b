"""Accounts as Mastodon's Account, without the counters."""

from collections.abc import Collection

from msgspec import Struct

from openrounds.accounts import profiles
from openrounds.accounts.profiles import Profile
from openrounds.api import addresses
from openrounds.api.entities.account import CustomEmoji, Field, Role
from openrounds.core.clock import iso, midnight
from openrounds.core.html import clean_remote
from openrounds.core.text import render_html, render_line
from openrounds.media.urls import MISSING_AVATAR, MISSING_HEADER, picture_url


class AccountBody(Struct):
    """The part of an Account that changes only with its version."""

    id: str
    username: str
    acct: str
    url: str
    uri: str
    display_name: str
    note: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    locked: bool
    bot: bool
    group: bool
    discoverable: bool | None
    indexable: bool
    noindex: bool
    hide_collections: bool | None
    created_at: str
    emojis: list[CustomEmoji]
    fields: list[Field]
    roles: list[Role]


def render(base: str, ids: Collection[int]) -> dict[int, Struct]:
    """By account id; one query."""
    return {account_id: body(base, profile) for account_id, profile in profiles.read(ids).items()}


def body(base: str, account: Profile) -> AccountBody:
    suspended = account.suspended
    return AccountBody(
        id=str(account.id),
        username=account.username,
        acct=account.acct,
        url=addresses.account_url(base, account),
        uri=addresses.account_uri(base, account),
        display_name="" if suspended else account.display_name,
        note="" if suspended else note_html(base, account),
        avatar=picture_url(base, account.avatar, MISSING_AVATAR),
        avatar_static=picture_url(base, account.avatar_static or account.avatar, MISSING_AVATAR),
        avatar_description=account.avatar_description,
        header=picture_url(base, account.header, MISSING_HEADER),
        header_static=picture_url(base, account.header_static or account.header, MISSING_HEADER),
        header_description=account.header_description,
        locked=account.locked,
        bot=account.bot,
        group=account.is_team,
        discoverable=account.discoverable,
        indexable=account.indexable,
        noindex=not account.indexable,
        hide_collections=account.hide_collections,
        created_at=iso(midnight(account.created_at)),
        emojis=[],
        fields=[] if suspended else [_field(base, account, f) for f in account.fields],
        roles=[],
    )


def note_html(base: str, account: Profile) -> str:
    """The profile's text as HTML. Nobody is looked up for it: a mention in a profile stays text."""
    if account.domain:
        return clean_remote(account.note)
    return (
        render_html(account.note, mentions={}, tag_url=lambda name: addresses.tag_url(base, name))
        if account.note
        else ""
    )


def _field(base: str, account: Profile, field: dict[str, str | None]) -> Field:
    text = field.get("value") or ""
    html = (
        clean_remote(text)
        if account.domain
        else render_line(text, mentions={}, tag_url=lambda n: addresses.tag_url(base, n))
    )
    return Field(name=field.get("name") or "", value=html, verified_at=field.get("verified_at"))
