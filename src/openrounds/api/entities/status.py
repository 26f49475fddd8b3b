"""Mastodon's Status (our Post) and what belongs to it."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from openrounds.api.entities.account import Account, CustomEmoji
from openrounds.api.entities.filter import FilterResult


class MediaAttachment(Struct):
    """A file shown with a status. `meta` holds original and small sizes, focus, duration (s)."""

    id: str
    type: str
    url: str | None
    preview_url: str | None
    remote_url: str | None
    preview_remote_url: str | None
    text_url: str | None
    meta: dict[str, Any]
    description: str | None
    blurhash: str | None


class StatusMention(Struct):
    """Somebody named in a status."""

    id: str
    username: str
    acct: str
    url: str


class StatusTag(Struct):
    """A hashtag of a status."""

    name: str
    url: str


class StatusApplication(Struct):
    """The app a status was written with."""

    name: str
    website: str | None


class CardAuthor(Struct):
    """Who wrote a linked page."""

    name: str
    url: str
    account: Account | None = None


class PreviewCard(Struct):
    """What a link shows of itself. Texts are "" when there is none."""

    url: str
    title: str
    description: str
    type: str
    authors: list[CardAuthor]
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    image: str | None
    image_description: str
    embed_url: str
    blurhash: str | None
    language: str | None
    published_at: str | None


class PollOption(Struct):
    """An answer; `votes_count` is null while the totals are hidden."""

    title: str
    votes_count: int | None


class Poll(Struct):
    """A question. `voters_count` is null for a single choice; `voted` and `own_votes` only for somebody signed in."""

    id: str
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: list[PollOption]
    emojis: list[CustomEmoji]
    voted: bool | UnsetType = UNSET
    own_votes: list[int] | UnsetType = UNSET


class Quote(Struct):
    """`quoted_status` is null but in the state "accepted"; the other states say why. Within a quoted status, the next quote is
    given by its `quoted_status_id` alone (Mastodon's ShallowQuote)."""

    state: str
    quoted_status: "Status | UnsetType | None" = UNSET
    quoted_status_id: str | UnsetType | None = UNSET


class QuoteApproval(Struct):
    """Who may quote a status at once (`automatic`) or upon consent (`manual`); whether the caller may:
    automatic, manual or denied."""

    automatic: list[str]
    manual: list[str]
    current_user: str


class StatusBody(Struct):
    """The part of a status that is the same for everyone until it is edited."""

    id: str
    uri: str
    url: str | None
    created_at: str
    edited_at: str | None
    content: str
    visibility: str
    sensitive: bool
    spoiler_text: str
    language: str | None
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    media_attachments: list[MediaAttachment]
    mentions: list[StatusMention]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    application: StatusApplication | UnsetType | None
    card: PreviewCard | None


class Status(StatusBody, kw_only=True):
    """Something said, or (with `reblog`) passed on. The flags are there for a signed-in caller only, `pinned` on one's own."""

    account: Account
    reblog: "Status | None"
    replies_count: int
    reblogs_count: int
    favourites_count: int
    quotes_count: int
    quote: Quote | None
    quote_approval: QuoteApproval
    poll: Poll | None
    favourited: bool | UnsetType = UNSET
    reblogged: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET
    bookmarked: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    filtered: list[FilterResult] | UnsetType = UNSET
    text: str | UnsetType = UNSET


class Context(Struct):
    """The thread around a status: what it answers, oldest first, and its replies, depth first."""

    ancestors: list[Status]
    descendants: list[Status]


class Translation(Struct):
    """A status in another language."""

    content: str
    spoiler_text: str
    language: str
    detected_source_language: str
    provider: str


class StatusSource(Struct):
    """A status as typed."""

    id: str
    text: str
    spoiler_text: str


class StatusEdit(Struct):
    """One wording of a status; the first is the original."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Account
    media_attachments: list[MediaAttachment]
    emojis: list[CustomEmoji]
    poll: Any | UnsetType = UNSET


class ScheduledStatusParams(Struct):
    """What was asked for."""

    text: str
    visibility: str
    poll: dict[str, Any] | None = None
    media_ids: list[str] | None = None
    sensitive: bool | None = None
    spoiler_text: str | None = None
    in_reply_to_id: str | None = None
    quoted_status_id: str | None = None
    quote_approval_policy: str | None = None
    language: str | None = None
    scheduled_at: None = None
    idempotency: str | None = None
    application_id: int | None = None
    with_rate_limit: bool = False


class ScheduledStatus(Struct):
    """A status that waits for its hour."""

    id: str
    scheduled_at: str
    params: ScheduledStatusParams
    media_attachments: list[MediaAttachment]
