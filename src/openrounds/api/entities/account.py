"""Mastodon's Account and what belongs to it."""

from msgspec import UNSET, Struct, UnsetType


class CustomEmoji(Struct):
    """A picture that stands for `:shortcode:`."""

    shortcode: str
    url: str
    static_url: str
    visible_in_picker: bool
    category: str | None = None


class Field(Struct):
    """A line of a profile; `value` is HTML, `verified_at` an ISO date once the link was proven."""

    name: str
    value: str
    verified_at: str | None = None


class Role(Struct):
    """A role on this server; `permissions` is a decimal bit mask as text."""

    id: str
    name: str
    color: str = ""
    permissions: str = "0"
    highlighted: bool = False


class Source(Struct):
    """What the owner typed, and his defaults for new posts. `language` is "" for none.

    `role` and `specialty` are ours: what the person does in medicine.
    """

    note: str
    fields: list[Field]
    privacy: str
    sensitive: bool
    language: str
    follow_requests_count: int
    hide_collections: bool | None
    discoverable: bool | None
    indexable: bool
    attribution_domains: list[str]
    quote_policy: str
    role: str = ""
    specialty: str = ""


class Profile(Struct):
    """One's own profile as typed, to be edited: `note` and `fields` are plain text, a picture that was never chosen is null."""

    id: str
    display_name: str
    note: str
    fields: list[Field]
    avatar: str | None
    avatar_static: str | None
    avatar_description: str
    header: str | None
    header_static: str | None
    header_description: str
    locked: bool
    bot: bool
    hide_collections: bool
    discoverable: bool
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: list[str]


class Account(Struct, omit_defaults=False):
    """Somebody who posts. `note` is HTML; `created_at` is midnight of the day; pictures are never null."""

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
    last_status_at: str | None
    statuses_count: int
    followers_count: int
    following_count: int
    emojis: list[CustomEmoji]
    fields: list[Field]
    roles: list[Role] | UnsetType = UNSET
    moved: "Account | UnsetType" = UNSET
    suspended: bool | UnsetType = UNSET
    limited: bool | UnsetType = UNSET
    memorial: bool | UnsetType = UNSET
    mute_expires_at: str | UnsetType | None = UNSET
    source: Source | UnsetType = UNSET
    role: Role | UnsetType = UNSET


class Relationship(Struct):
    """What `id` and the caller are to each other."""

    id: str
    following: bool = False
    showing_reblogs: bool = False
    notifying: bool = False
    languages: list[str] | None = None
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: str | None = None
    requested: bool = False
    requested_by: bool = False
    domain_blocking: bool = False
    endorsed: bool = False
    note: str = ""


class FamiliarFollowers(Struct):
    """Whom of those the caller follows follow `id` too."""

    id: str
    accounts: list[Account]


class Suggestion(Struct):
    """An account one might follow; `sources` are Mastodon's words, `reason` ours for people."""

    source: str
    sources: list[str]
    account: Account
    reason: str = ""
