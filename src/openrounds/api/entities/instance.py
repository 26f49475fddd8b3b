"""Mastodon's Instance (version 2 and 1) and what belongs to it: what a client asks a server about itself."""

from typing import Literal

from msgspec import Struct, field

from openrounds.api.entities.account import Account


class Rule(Struct):
    """A rule of the house; `translations` maps a language to a text and a hint."""

    id: str
    text: str
    hint: str
    translations: dict[str, dict[str, str]]


class ExtendedDescription(Struct):
    """What there is to say about the server, as HTML; `updated_at` is null when it comes from the settings."""

    updated_at: str | None
    content: str


class PrivacyPolicy(Struct):
    """What becomes of people's data, as HTML."""

    updated_at: str
    content: str


class TermsOfService(Struct):
    """What people agree to, as HTML; `effective_date` is a date."""

    effective_date: str
    effective: bool
    content: str
    succeeded_by: str | None


class Activity(Struct):
    """One week: when it began in seconds since 1970, and what happened in it. All numbers are text."""

    week: str
    statuses: str
    logins: str
    registrations: str


class Language(Struct):
    """A language that a post may be in (ISO 639-1, or with a region or script) and its name in English."""

    code: str
    name: str


class DomainBlock(Struct):
    """A server that this one refuses; `digest` is the SHA-256 of its name."""

    domain: str
    digest: str
    severity: str
    comment: str


class AccountLimits(Struct):
    """How much a profile holds; lengths in characters."""

    max_featured_tags: int
    max_pinned_statuses: int
    max_profile_fields: int
    profile_field_name_limit: int
    profile_field_value_limit: int
    max_display_name_length: int
    max_note_length: int


class StatusLimits(Struct):
    """How much a status holds; every link counts as `characters_reserved_per_url`."""

    max_characters: int
    max_media_attachments: int
    characters_reserved_per_url: int


class MediaAttachmentLimits(Struct):
    """What may be uploaded: sizes in bytes, matrices in pixels, the frame rate per second."""

    supported_mime_types: list[str]
    description_limit: int
    image_size_limit: int
    image_matrix_limit: int
    video_size_limit: int
    video_frame_rate_limit: int
    video_matrix_limit: int


class PollLimits(Struct):
    """How large a poll is and, in seconds, how long it may run."""

    max_options: int
    max_characters_per_option: int
    min_expiration: int
    max_expiration: int


class Configuration(Struct):
    """What a composer must know."""

    accounts: AccountLimits
    statuses: StatusLimits
    media_attachments: MediaAttachmentLimits
    polls: PollLimits


class InstanceUrls(Struct):
    """`streaming` is scheme and host only; the others are pages for people, null where there is none."""

    streaming: str
    about: str
    privacy_policy: str | None = None
    terms_of_service: str | None = None
    status: str | None = None


class Vapid(Struct):
    """The key that push messages are signed with; "" as long as there is no Web Push."""

    public_key: str


class Translation(Struct):
    """Whether statuses can be translated here."""

    enabled: bool


Openness = Literal["public", "authenticated", "disabled"]


class FeedAccess(Struct):
    """Who may read the posts of this server, and those of others."""

    local: Openness = "public"
    remote: Openness = "public"


class TimelinesAccess(Struct):
    """Who may read which public timeline."""

    live_feeds: FeedAccess = field(default_factory=FeedAccess)
    hashtag_feeds: FeedAccess = field(default_factory=FeedAccess)
    trending_link_feeds: FeedAccess = field(default_factory=FeedAccess)


class ConfigurationV2(Configuration, kw_only=True):
    """What a client must know."""

    urls: InstanceUrls
    vapid: Vapid
    translation: Translation
    timelines_access: TimelinesAccess
    limited_federation: bool


class Thumbnail(Struct):
    """The server's picture."""

    url: str
    blurhash: str | None
    versions: dict[str, str]
    description: str


class Icon(Struct):
    """The server's icon; `size` is like "36x36"."""

    src: str
    size: str


class ActiveUsers(Struct):
    """People seen in the last four weeks."""

    active_month: int


class Usage(Struct):
    """How much the server is used."""

    users: ActiveUsers


class Registrations(Struct):
    """Who may sign up; `message` is HTML for those who may not, `url` the page where it is done."""

    enabled: bool
    approval_required: bool
    reason_required: bool
    message: str | None
    min_age: int | None
    url: str | None


class Contact(Struct):
    """Whom to write to; the address may be ""."""

    email: str
    account: Account | None


class ApiVersions(Struct):
    """Up to where this server keeps to Mastodon's API."""

    mastodon: int


class Instance(Struct):
    """The server about itself. `domain` has no scheme; `version` is `<Mastodon's>+openrounds-<ours>`."""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    usage: Usage
    thumbnail: Thumbnail
    icon: list[Icon]
    languages: list[str]
    configuration: ConfigurationV2
    registrations: Registrations
    api_versions: ApiVersions
    contact: Contact
    rules: list[Rule]


class UrlsV1(Struct):
    """Where streams are."""

    streaming_api: str


class Stats(Struct):
    """People here, what they posted, and how many other servers are known."""

    user_count: int
    status_count: int
    domain_count: int


class InstanceV1(Struct):
    """The server about itself, as version 1 of the API had it; `uri` is a bare domain."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: UrlsV1
    stats: Stats
    thumbnail: str | None
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: Configuration
    contact_account: Account | None
    rules: list[Rule]


class NodeInfoLink(Struct):
    """Where the document of one version of NodeInfo is."""

    rel: str
    href: str


class NodeInfoLinks(Struct):
    """Where the NodeInfo documents are."""

    links: list[NodeInfoLink]


class NodeInfoSoftware(Struct):
    """What runs here."""

    name: str
    version: str


class NodeInfoServices(Struct):
    """Other networks that posts are taken from or passed on to."""

    inbound: list[str]
    outbound: list[str]


class NodeInfoUsers(Struct):
    """People here, and those seen in the last half year and month."""

    total: int
    activeHalfyear: int  # noqa: N815 - the name in the NodeInfo schema
    activeMonth: int  # noqa: N815


class NodeInfoUsage(Struct):
    """How much the server is used."""

    users: NodeInfoUsers
    localPosts: int  # noqa: N815


class NodeInfo(Struct):
    """NodeInfo 2.0 (nodeinfo.diaspora.software/schema): what a server is, for those who count servers."""

    version: str
    software: NodeInfoSoftware
    protocols: list[str]
    services: NodeInfoServices
    openRegistrations: bool  # noqa: N815
    usage: NodeInfoUsage
    metadata: dict[str, str]
