"""The only door from a post's id to the post, for a person. Absent and not for you are answered alike."""

from openrounds.accounts.models import Follow, Visibility
from openrounds.core.errors import NotFound, NotPermitted
from openrounds.posts.models import Poll, Post, QuoteState, ScheduledPost
from openrounds.posts.queries import with_author
from openrounds.posts.rules import quotable
from openrounds.posts.visibility import may_see, place_of


def access_post(viewer_id: int | None, post_id: int) -> Post:
    """A post that the viewer may read."""
    if not may_see(viewer_id, post_id):
        raise NotFound
    return with_author(post_id)


def access_own_post(viewer_id: int, post_id: int) -> Post:
    """A post of the viewer's, no boost."""
    post = Post.objects.filter(pk=post_id, account_id=viewer_id, boost_of=None, deleted_at=None).first()
    if post is None:
        raise NotFound
    return post


def access_deletable(viewer_id: int, post_id: int) -> Post:
    """A post or boost of the viewer's."""
    post = Post.objects.filter(pk=post_id, account_id=viewer_id, deleted_at=None).first()
    if post is None:
        raise NotFound
    return post


def access_original(viewer_id: int | None, post_id: int) -> Post:
    """A post that the viewer may read; through a boost of it, the post itself."""
    post = access_post(viewer_id, post_id)
    return access_post(viewer_id, post.boost_of_id) if post.boost_of_id else post


def access_place(viewer_id: int | None, post_id: int) -> tuple[int, int]:
    """The ids of a post that the viewer may read, through a boost of it of the post itself, and of its thread. All that lists
    around a post need of it: the whole row costs as much as fifty posts of such a list."""
    place = place_of(viewer_id, post_id)
    if place is None:
        raise NotFound
    return place


def access_boostable(viewer_id: int, post_id: int) -> Post:
    """A post that the viewer may pass on: public or unlisted, or his own followers-only one."""
    post = access_original(viewer_id, post_id)
    own_restricted = post.visibility == Visibility.FOLLOWERS and post.account_id == viewer_id
    if post.visibility > Visibility.UNLISTED and not own_restricted:
        raise NotPermitted("This post cannot be boosted")
    return post


def access_quotable(viewer_id: int, post_id: int) -> Post:
    """A post that the viewer may quote: his own, or one whose author lets him. Raises NotFound, NotPermitted."""
    try:
        post = access_original(viewer_id, post_id)
    except NotFound as refusal:
        raise NotFound("The post you are trying to quote does not appear to exist.") from refusal
    follows = Follow.objects.filter(follower_id=viewer_id, followee_id=post.account_id).exists()
    own = post.account_id == viewer_id
    if not quotable(post.visibility, post.quote_policy, own=own, follows=follows):
        raise NotPermitted("The author of this post does not allow you to quote it")
    return post


def access_quote(author_id: int, post_id: int, quoting_id: int) -> Post:
    """What quotes a post of that author's, whether he may see it or not: no block takes his say away.

    Raises NotFound, NotPermitted.
    """
    quoted = access_original(author_id, post_id)
    if quoted.account_id != author_id:
        raise NotPermitted
    standing = Post.objects.filter(pk=quoting_id, quote_of=quoted, deleted_at=None)
    quoting = standing.exclude(quote_state=QuoteState.NONE).first()
    if quoting is None:
        raise NotFound
    return quoting


def access_poll(viewer_id: int | None, poll_id: int) -> Poll:
    """A poll in a post that the viewer may read."""
    poll = Poll.objects.filter(pk=poll_id).select_related("post").first()
    if poll is None or not may_see(viewer_id, poll.post_id):
        raise NotFound
    return poll


def access_scheduled(viewer_id: int, scheduled_id: int) -> ScheduledPost:
    """A post of the viewer's that waits for its hour."""
    scheduled = ScheduledPost.objects.filter(pk=scheduled_id, account_id=viewer_id, held=False).first()
    if scheduled is None:
        raise NotFound
    return scheduled


def access_held(person_id: int, held_id: int) -> ScheduledPost:
    """What this person has just written, as himself or for a team, and may still take back."""
    held = ScheduledPost.objects.select_related("account").filter(
        pk=held_id, posted_by_id=person_id, held=True
    )
    if (found := held.first()) is None:
        raise NotFound
    return found
