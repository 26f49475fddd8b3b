"""Posts (Mastodon's statuses): reading one, its thread, posting, editing, deleting."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Raw, Struct

from openrounds.api import rendering
from openrounds.api.call import Call, Reply
from openrounds.api.entities.account import Account
from openrounds.api.entities.status import Context, ScheduledStatus, Status, StatusEdit, StatusSource
from openrounds.api.params import Id, known_ids, read_focus
from openrounds.api.render import edits
from openrounds.api.render.quotes import POLICY_OF, QuotePolicyWord
from openrounds.api.render.scheduled import render_scheduled
from openrounds.api.routing import anyone, person, route
from openrounds.core.errors import Invalid
from openrounds.oauth.access import Viewer
from openrounds.posts import access, actions, lines, queries
from openrounds.posts.actions import Author, Draft, PollDraft
from openrounds.posts.actions.edit import MediaChange
from openrounds.posts.visibility import visible_ids

VISIBILITIES = {"public": 0, "unlisted": 1, "private": 2, "direct": 3}
MOST_AT_ONCE = 40
LONGEST_SECONDS = 10 * 365 * 24 * 3600


class PollParams(Struct):
    """A question: 2 to 8 options, open for `expires_in` seconds."""

    options: list[str]
    expires_in: Annotated[int, Meta(ge=1, le=LONGEST_SECONDS)]
    multiple: bool = False
    hide_totals: bool = False


class MediaChangeParams(Struct):
    """A new alt text or focal point ("x,y", each from -1 to 1) for an attached file."""

    id: Id
    description: str | None = None
    focus: str | None = None


class StatusParams(Struct):
    """What is posted. `scheduled_at` is at least 5 minutes ahead (ISO 8601)."""

    status: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    visibility: str | None = None
    in_reply_to_id: Id | None = None
    quoted_status_id: Id | None = None
    quote_approval_policy: QuotePolicyWord | None = None
    media_ids: list[Id] = []
    poll: PollParams | None = None
    scheduled_at: datetime | None = None
    allowed_mentions: list[Id] | None = None


class EditParams(Struct):
    """The new words, files and poll of a post."""

    status: str = ""
    spoiler_text: str = ""
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[Id] = []
    media_attributes: list[MediaChangeParams] = []
    quote_approval_policy: QuotePolicyWord | None = None
    poll: PollParams | None = None


class ManyParams(Struct):
    """Which ones."""

    id: list[str] = []


class BoostParams(Struct):
    """Who is to see the boost."""

    visibility: str | None = None


class PageParams(Struct):
    """A page of accounts: at most 80."""

    limit: int = 40
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


def author_of(call: Call) -> Author:
    """Who posts with this call: the acting account, and the person behind it."""
    viewer: Viewer | None = call.viewer
    return queries.author(
        call.me, viewer.user_id if viewer else None, viewer.application_id if viewer else None
    )


def one(call: Call, post_id: int, *, text: str | None = None) -> bytes:
    """A post that the caller may see, as JSON."""
    (line,) = lines.read_ids([post_id])
    body = rendering.render_post(call, line)
    return body if text is None else body[:-1] + b',"text":' + rendering.encode(text) + b"}"


@route(
    "POST",
    "/api/v1/statuses",
    person("write:statuses"),
    params=StatusParams,
    returns=Status | ScheduledStatus,
)
def create(call: Call) -> bytes | ScheduledStatus:
    """Posts, or keeps for later with `scheduled_at`. With an `Idempotency-Key` header a repeated call gives the same post."""
    asked, key = call.params(StatusParams), call.request.headers.get("Idempotency-Key")
    draft = _draft(asked)
    if asked.scheduled_at is None:
        return one(call, actions.create_post(author_of(call), draft, key=key).pk)
    at = asked.scheduled_at if asked.scheduled_at.tzinfo else asked.scheduled_at.replace(tzinfo=UTC)
    return render_scheduled(call.base, actions.schedule_post(author_of(call), draft, at, key=key))


def _draft(asked: StatusParams) -> Draft:
    return Draft(
        text=asked.status,
        spoiler_text=asked.spoiler_text,
        sensitive=asked.sensitive,
        language=asked.language,
        visibility=_visibility(asked.visibility),
        in_reply_to_id=asked.in_reply_to_id,
        quote_of_id=asked.quoted_status_id,
        quote_policy=POLICY_OF.get(asked.quote_approval_policy),
        media_ids=tuple(asked.media_ids),
        poll=_poll(asked.poll),
        allowed_mentions=None if asked.allowed_mentions is None else tuple(asked.allowed_mentions),
    )


def _poll(asked: PollParams | None) -> PollDraft | None:
    if asked is None:
        return None
    return PollDraft(
        tuple(asked.options), timedelta(seconds=asked.expires_in), asked.multiple, asked.hide_totals
    )


def _visibility(word: str | None) -> int | None:
    if not word:
        return None
    if word not in VISIBILITIES:
        raise Invalid(f"Validation failed: Visibility is one of {', '.join(VISIBILITIES)}")
    return VISIBILITIES[word]


@route("GET", "/api/v1/statuses", anyone("read:statuses"), params=ManyParams, returns=list[Status])
def many(call: Call) -> bytes:
    """Several posts at once; those one may not see are left out."""
    wanted = known_ids(call.params(ManyParams).id)[:MOST_AT_ONCE]
    seen = visible_ids(call.account_id, wanted)
    return rendering.render_posts(call, lines.read_ids([i for i in wanted if i in seen]))


@route("GET", "/api/v1/statuses/:id", anyone("read:statuses"), returns=Status)
def show(call: Call, id: int) -> bytes:
    """One post."""
    return one(call, access.access_post(call.account_id, id).pk)


@route("PUT", "/api/v1/statuses/:id", person("write:statuses"), params=EditParams, returns=Status)
def edit(call: Call, id: int) -> bytes:
    """Changes an own post; what it was is kept."""
    asked = call.params(EditParams)
    draft = Draft(
        text=asked.status,
        spoiler_text=asked.spoiler_text,
        sensitive=asked.sensitive,
        language=asked.language,
        media_ids=tuple(asked.media_ids),
        poll=_poll(asked.poll),
        quote_policy=POLICY_OF.get(asked.quote_approval_policy),
    )
    changes = [MediaChange(m.id, m.description, read_focus(m.focus)) for m in asked.media_attributes]
    return one(call, actions.edit_post(call.me, id, draft, media=changes).pk)


@route("DELETE", "/api/v1/statuses/:id", person("write:statuses"), rate="delete", returns=Status)
def delete(call: Call, id: int) -> bytes:
    """Deletes an own post or boost; the answer holds its text as typed, to be written anew."""
    post = access.access_deletable(call.me, id)
    last_seen = one(call, post.pk, text=post.text)
    actions.delete_post(call.me, post.pk)
    return last_seen


@route("GET", "/api/v1/statuses/:id/context", anyone("read:statuses"), returns=Context)
def context(call: Call, id: int) -> bytes:
    """The thread around a post."""
    thread = queries.thread_of(call.account_id, *access.access_place(call.account_id, id))
    page = rendering.Page(call, [*thread.ancestors, *thread.descendants], "thread")
    up, down = page.each(thread.ancestors), page.each(thread.descendants)
    return rendering.joined(down, b'{"ancestors":%b,"descendants":[' % rendering.joined(up), b"]}")


@route("GET", "/api/v1/statuses/:id/source", person("read:statuses"), returns=StatusSource)
def source(call: Call, id: int) -> StatusSource:
    """A post as typed, before an edit (or for whoever wants to know)."""
    post = access.access_original(call.me, id)
    return StatusSource(id=str(post.pk), text=post.text, spoiler_text=post.spoiler_text)


@route("GET", "/api/v1/statuses/:id/history", anyone("read:statuses"), returns=list[StatusEdit])
def history(call: Call, id: int) -> list[dict[str, object]]:
    """Every wording of a post, the first one first."""
    post = access.access_original(call.account_id, id)
    author = Raw(rendering.render_account(call, post.account_id))
    return edits.render(call.base, post, author)


@route(
    "GET",
    "/api/v1/statuses/:id/reblogged_by",
    anyone("read:accounts"),
    params=PageParams,
    returns=list[Account],
)
def boosted_by(call: Call, id: int) -> Reply:
    """Who passed a post on."""
    post = access.access_original(call.account_id, id)
    return _accounts(call, queries.boosters(call.account_id, post.pk, call.paging(40, 80)))


@route(
    "GET",
    "/api/v1/statuses/:id/favourited_by",
    anyone("read:accounts"),
    params=PageParams,
    returns=list[Account],
)
def favourited_by(call: Call, id: int) -> Reply:
    """Who favourited a post."""
    post = access.access_original(call.account_id, id)
    return _accounts(call, queries.favouriters(call.account_id, post.pk, call.paging(40, 80)))


def _accounts(call: Call, found: list[tuple[int, int]]) -> Reply:
    """A page of accounts from (cursor, account id) pairs."""
    body = rendering.render_accounts(call, [account_id for _, account_id in found])
    return call.paged(body, found[0][0] if found else None, found[-1][0] if found else None)


@route("POST", "/api/v1/statuses/:id/reblog", person("write:statuses"), params=BoostParams, returns=Status)
def reblog(call: Call, id: int) -> bytes:
    """Passes a post on; the answer is the boost, with the post inside."""
    boost = actions.boost(author_of(call), id, visibility=_visibility(call.params(BoostParams).visibility))
    return one(call, boost.pk)


@route("POST", "/api/v1/statuses/:id/unreblog", person("write:statuses"), rate="delete", returns=Status)
def unreblog(call: Call, id: int) -> bytes:
    """Takes a boost back; the answer is the post."""
    return one(call, actions.unboost(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/favourite", person("write:favourites"), returns=Status)
def favourite(call: Call, id: int) -> bytes:
    """Favourites a post."""
    return one(call, actions.favourite(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/unfavourite", person("write:favourites"), returns=Status)
def unfavourite(call: Call, id: int) -> bytes:
    """Takes a favourite back."""
    return one(call, actions.unfavourite(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/bookmark", person("write:bookmarks"), returns=Status)
def bookmark(call: Call, id: int) -> bytes:
    """Keeps a post for oneself."""
    return one(call, actions.bookmark(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/unbookmark", person("write:bookmarks"), returns=Status)
def unbookmark(call: Call, id: int) -> bytes:
    """No longer keeps it."""
    return one(call, actions.unbookmark(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/pin", person("write:accounts"), returns=Status)
def pin(call: Call, id: int) -> bytes:
    """Shows an own post at the top of the profile."""
    return one(call, actions.pin(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/unpin", person("write:accounts"), returns=Status)
def unpin(call: Call, id: int) -> bytes:
    """No longer shows it there."""
    return one(call, actions.unpin(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/mute", person("write:mutes"), returns=Status)
def mute(call: Call, id: int) -> bytes:
    """No more notifications from the thread of this post."""
    return one(call, actions.mute_thread(call.me, id).pk)


@route("POST", "/api/v1/statuses/:id/unmute", person("write:mutes"), returns=Status)
def unmute(call: Call, id: int) -> bytes:
    """Notifications from the thread again."""
    return one(call, actions.unmute_thread(call.me, id).pk)
