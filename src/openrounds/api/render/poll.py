"""Polls as Mastodon's Poll. Their counts and the viewer's own votes change without an edit, so they are never kept."""

from collections.abc import Sequence

from msgspec import UNSET

from openrounds.api.entities.status import Poll, PollOption
from openrounds.core.clock import iso
from openrounds.posts import poll_lines
from openrounds.posts.poll_lines import PollLine
from openrounds.posts.queries import votes_of


def load(post_ids: Sequence[int], viewer_id: int | None) -> dict[int, Poll]:
    """By post id; two queries, for a stranger one."""
    polls = poll_lines.read(post_ids)
    own = votes_of(viewer_id, [poll.id for poll in polls]) if viewer_id is not None else {}
    return {poll.post_id: render(poll, viewer_id, own.get(poll.id, [])) for poll in polls}


def render(poll: PollLine, viewer_id: int | None, own: Sequence[int]) -> Poll:
    """With `hide_totals` nobody sees totals before the end, the author included, so that nothing leaks into the debate."""
    hidden = poll.hide_totals and not poll.expired
    return Poll(
        id=str(poll.id),
        expires_at=iso(poll.expires_at) if poll.expires_at else None,
        expired=poll.expired,
        multiple=poll.multiple,
        votes_count=sum(votes for _, votes in poll.options),
        voters_count=poll.voters_count if poll.multiple else None,
        options=[
            PollOption(title=title, votes_count=None if hidden else votes) for title, votes in poll.options
        ],
        emojis=[],
        voted=UNSET if viewer_id is None else bool(own) or viewer_id == poll.author_id,
        own_votes=UNSET if viewer_id is None else list(own),
    )
