"""Polls as Mastodon's Poll. Their counts and the viewer's own votes change without an edit, so they are never kept."""

from collections.abc import Sequence

from msgspec import UNSET

from openrounds.api.entities.status import Poll, PollOption
from openrounds.core.clock import iso
from openrounds.posts import queries
from openrounds.posts.models import Poll as PollRow


def load(post_ids: Sequence[int], viewer_id: int | None) -> dict[int, Poll]:
    """By post id; at most three queries."""
    polls = queries.polls_of(post_ids)
    own = queries.votes_of(viewer_id, polls) if viewer_id is not None else {}
    return {poll.post_id: render(poll, viewer_id, own.get(poll.pk, [])) for poll in polls}


def render(poll: PollRow, viewer_id: int | None, own: Sequence[int]) -> Poll:
    """With `hide_totals` nobody sees totals before the end, the author included, so that nothing leaks into the debate."""
    options = list(poll.options.all())
    hidden = poll.hide_totals and not poll.expired
    seen = [None if hidden else option.votes_count for option in options]
    return Poll(
        id=str(poll.pk),
        expires_at=iso(poll.expires_at) if poll.expires_at else None,
        expired=poll.expired,
        multiple=poll.multiple,
        votes_count=sum(option.votes_count for option in options),
        voters_count=poll.voters_count if poll.multiple else None,
        options=[
            PollOption(title=option.title, votes_count=votes)
            for option, votes in zip(options, seen, strict=True)
        ],
        emojis=[],
        voted=UNSET if viewer_id is None else bool(own) or viewer_id == poll.post.account_id,
        own_votes=UNSET if viewer_id is None else list(own),
    )
