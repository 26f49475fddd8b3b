"""Posts that wait, as Mastodon's ScheduledStatus."""

from openrounds.accounts.models import QuotePolicy, Visibility
from openrounds.api.entities.status import ScheduledStatus, ScheduledStatusParams
from openrounds.api.render.media import render_media
from openrounds.api.render.post import WORDS
from openrounds.api.render.quotes import POLICIES
from openrounds.core.clock import iso
from openrounds.posts.actions.schedule import draft_of
from openrounds.posts.models import ScheduledPost
from openrounds.posts.queries import media_by_id
from openrounds.posts.rules import PollDraft


def render_scheduled(base: str, row: ScheduledPost) -> ScheduledStatus:
    draft = draft_of(row)
    media = media_by_id(draft.media_ids)
    visibility = row.account.default_visibility if draft.visibility is None else draft.visibility
    policy = draft.quote_policy
    params = ScheduledStatusParams(
        text=draft.text,
        visibility=WORDS[Visibility(visibility)],
        poll=_poll(draft.poll) if draft.poll else None,
        media_ids=[str(i) for i in draft.media_ids] or None,
        sensitive=draft.sensitive,
        spoiler_text=draft.spoiler_text or None,
        in_reply_to_id=str(draft.in_reply_to_id) if draft.in_reply_to_id else None,
        quoted_status_id=str(draft.quote_of_id) if draft.quote_of_id else None,
        quote_approval_policy=None if policy is None else POLICIES[QuotePolicy(policy)],
        language=draft.language,
        application_id=row.application_id,
    )
    files = [render_media(base, media[i]) for i in draft.media_ids if i in media]
    return ScheduledStatus(
        id=str(row.pk), scheduled_at=iso(row.scheduled_at), params=params, media_attachments=files
    )


def _poll(poll: PollDraft) -> dict[str, object]:
    return {
        "options": list(poll.options),
        "expires_in": int(poll.lasts.total_seconds()),
        "multiple": poll.multiple,
        "hide_totals": poll.hide_totals,
    }
