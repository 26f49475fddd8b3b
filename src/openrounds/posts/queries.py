"""Reads of posts. Whoever asks for posts by id must know that they may be seen (`posts.access`, `posts.visibility`)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from openrounds.accounts.models import Account, User, Visibility
from openrounds.core import db
from openrounds.core.errors import NotFound
from openrounds.core.instances import columns, instance, partial, width
from openrounds.core.paging import Paging
from openrounds.media.models import MediaFile
from openrounds.posts.authors import Author
from openrounds.posts.lines import Line, Source, read_keys
from openrounds.posts.models import (
    Ballot,
    Edit,
    IdempotencyKey,
    Mention,
    Pin,
    Poll,
    Post,
    QuoteState,
    ScheduledPost,
)
from openrounds.posts.rules import held_key, key_name
from openrounds.posts.threads import surroundings
from openrounds.posts.visibility import visible, wanted

WHOLE_THREAD = 4096
STRANGERS_UP, STRANGERS_DOWN, STRANGERS_DEPTH = 40, 60, 20


def with_author(post_id: int) -> Post:
    """A post and who wrote it; one query. Raises NotFound."""
    found = db.row(
        f"SELECT {columns(Post, 'p')}, {columns(Account, 'a')} FROM posts_post p "
        "JOIN accounts_account a ON a.id = p.account_id WHERE p.id = %s",
        [post_id],
    )
    if found is None:
        raise NotFound
    post = instance(Post, found[: width(Post)])
    post.account = instance(Account, found[width(Post) :])
    return post


def polls_of(post_ids: Iterable[int]) -> list[Poll]:
    """Polls with their options; two queries."""
    return list(Poll.objects.filter(post_id__in=post_ids).select_related("post").prefetch_related("options"))


def votes_of(account_id: int, poll_ids: Iterable[int]) -> dict[int, list[int]]:
    """By poll id, the places the account chose; one query."""
    own: dict[int, list[int]] = defaultdict(list)
    among, wanted = db.among("poll_id", poll_ids)
    sql = f"SELECT poll_id, position FROM posts_vote WHERE account_id = %s AND {among} ORDER BY position"
    for poll_id, position in db.rows(sql, [account_id, wanted]):
        own[poll_id].append(position)
    return own


def voters_by_role(poll_id: int) -> Counter[str]:
    """How many people of each role (`accounts.models.Role`, "" for none) have voted; one query."""
    return Counter(Ballot.objects.filter(poll_id=poll_id).values_list("account__role", flat=True))


def of_account(
    account_id: int,
    viewer_id: int | None,
    *,
    only_media: bool = False,
    exclude_replies: bool = False,
    exclude_boosts: bool = False,
    pinned: bool = False,
    hashtag: str = "",
) -> Source:
    """What an account has posted, as far as the viewer may see it."""
    own, params = visible(viewer_id)
    conditions, values = ["p.account_id = %s", own], [account_id, *params]
    tables, mark = "posts_post p", ""
    if pinned:
        tables, mark = "posts_post p JOIN posts_pin n ON n.post_id = p.id", "n.id"
    if only_media:
        conditions.append("p.has_media")
    if exclude_replies:
        conditions.append("(p.in_reply_to_account_id IS NULL OR p.in_reply_to_account_id = p.account_id)")
    if exclude_boosts:
        conditions.append("p.boost_of_id IS NULL")
    else:
        original, original_params = visible(viewer_id, "o")
        conditions.append(f"(p.boost_of_id IS NULL OR {original})")
        values += original_params
    if hashtag:
        conditions.append(
            "EXISTS (SELECT 1 FROM posts_posthashtag t JOIN hashtags_hashtag h ON h.id = t.hashtag_id "
            "WHERE t.post_id = p.id AND h.name = %s)"
        )
        values.append(hashtag)
    return Source(tables, " AND ".join(conditions), values, mark=mark)


def marked(table: str, account_id: int) -> Source:
    """What an account has favourited or bookmarked (and may still see), paged by the mark."""
    own, params = visible(account_id)
    return Source(
        f"{table} k JOIN posts_post p ON p.id = k.post_id",
        f"k.account_id = %s AND {own}",
        [account_id, *params],
        mark="k.id",
    )


def quotes_of(viewer_id: int | None, post_id: int) -> Source:
    """What quotes the post with its author's consent, as far as the viewer may read it and wants to."""
    readable, readable_params = visible(viewer_id)
    liked, liked_params = wanted(viewer_id)
    return Source(
        "posts_post p",
        f"p.quote_of_id = %s AND p.quote_state = {QuoteState.ACCEPTED.value} AND {readable} AND {liked}",
        [post_id, *readable_params, *liked_params],
    )


def followed(viewer_id: int, account_ids: Iterable[int]) -> set[int]:
    """Which of these accounts the viewer follows; one query."""
    condition, ids = db.among("followee_id", account_ids)
    found = db.rows(
        f"SELECT followee_id FROM accounts_follow WHERE follower_id = %s AND {condition}", [viewer_id, ids]
    )
    return {row[0] for row in found}


def pinned_among(post_ids: Iterable[int]) -> set[int]:
    """Those that their authors have pinned; one query."""
    return set(Pin.objects.filter(post_id__in=list(post_ids)).values_list("post_id", flat=True))


def favourites(account_id: int) -> Source:
    return marked("posts_favourite", account_id)


def bookmarks(account_id: int) -> Source:
    return marked("posts_bookmark", account_id)


class Thread(Struct, frozen=True):
    """What surrounds a post: what it answers, oldest first, and what answers it, depth first. `parents` maps every post of the
    thread to what it answers; the `hidden` ones are gone, not the viewer's to read, or nothing that he wants."""

    ancestors: list[Line]
    descendants: list[Line]
    parents: dict[int, int | None]
    hidden: set[int]


# What is gone or hidden is read too, without being shown, for what hangs from it.
_OF_THREAD = """SELECT p.id, p.stamp, a.stamp, p.in_reply_to_id, {shown} FROM posts_post p
  LEFT JOIN accounts_account a ON a.id = p.account_id WHERE p.thread = %s AND p.boost_of_id IS NULL ORDER BY p.id"""


def thread_of(viewer_id: int | None, post_id: int, root: int) -> Thread:
    """The thread around a post, as far as the viewer may read it and wants to; one query, and one more if some posts are not
    known yet. Strangers get a part of a long one.

    What hangs from a post that is gone or hidden still hangs there.
    """
    readable, readable_params = visible(viewer_id)
    liked, liked_params = wanted(viewer_id)
    sql = _OF_THREAD.format(shown=f"{readable} AND {liked}")
    found = db.rows(sql, [*readable_params, *liked_params, root])
    lines = {line.id: line for line in read_keys([row[:3] for row in found if row[4]][-WHOLE_THREAD:])}
    parents = {row[0]: row[3] for row in found}
    around = surroundings(parents, post_id)
    up, down = (WHOLE_THREAD, WHOLE_THREAD) if viewer_id else (STRANGERS_UP, STRANGERS_DOWN)
    return Thread(
        [lines[i] for i in around.ancestors if i in lines][-up:],
        [
            lines[i]
            for i, depth in around.descendants
            if i in lines and (viewer_id or depth <= STRANGERS_DEPTH)
        ][:down],
        parents,
        {row[0] for row in found if not row[4]},
    )


def thread_source(viewer_id: int | None, root: int) -> Source:
    """All of a thread that the viewer may read and wants to."""
    readable, readable_params = visible(viewer_id)
    liked, liked_params = wanted(viewer_id)
    condition = f"p.thread = %s AND p.boost_of_id IS NULL AND {readable} AND {liked}"
    return Source("posts_post p", condition, [root, *readable_params, *liked_params])


def snapshot(post: Post) -> dict[str, object]:
    """Everything an edit can change, as kept in `Edit.content`."""
    media = MediaFile.objects.filter(attachment__post=post).order_by("attachment__position")
    poll = Poll.objects.filter(post=post).first()
    return {
        "text": post.text,
        "spoiler_text": post.spoiler_text,
        "sensitive": post.sensitive,
        "language": post.language,
        "mentions": list(
            Mention.objects.filter(post=post, silent=False)
            .order_by("id")
            .values_list("account_id", flat=True)
        ),
        "media": [{"id": m.pk, "description": m.description, "focus": [m.focus_x, m.focus_y]} for m in media],
        "poll": list(poll.options.values_list("title", flat=True)) if poll else None,
    }


def snapshots(post: Post) -> list[tuple[datetime, dict[str, object]]]:
    """Every wording with the time it was published, oldest first, the present one last."""
    former = list(Edit.objects.filter(post=post).order_by("id").values_list("created_at", "content"))
    return [*former, (post.edited_at or post.created_at, snapshot(post))]


def boosters(viewer_id: int | None, post_id: int, paging: Paging) -> list[tuple[int, int]]:
    """(id of the boost, account) of who passed the post on in the open; boosts for followers alone are not told."""
    readable, params = visible(viewer_id)
    open_ones = f"p.visibility <= {Visibility.UNLISTED.value}"
    return _who(
        f"posts_post p WHERE p.boost_of_id = %s AND {open_ones} AND {readable}", [post_id, *params], paging
    )


def favouriters(viewer_id: int | None, post_id: int, paging: Paging) -> list[tuple[int, int]]:
    """(id of the favourite, account) of who favourited the post."""
    liked, params = wanted(viewer_id)
    return _who(f"posts_favourite p WHERE p.post_id = %s AND {liked}", [post_id, *params], paging)


def _who(rest: str, params: list[object], paging: Paging) -> list[tuple[int, int]]:
    cursor, values = paging.where("p.id")
    found = db.rows(
        f"SELECT p.id, p.account_id FROM {rest}{cursor}{paging.order('p.id')}", [*params, *values]
    )
    return paging.newest_first([(mark, account) for mark, account in found])


def media_by_id(ids: Iterable[int]) -> dict[int, MediaFile]:
    return MediaFile.objects.in_bulk(list(ids))


def media_of(post: Post) -> list[MediaFile]:
    return list(MediaFile.objects.filter(attachment__post=post).order_by("attachment__position"))


def accounts_by_id(ids: Iterable[int]) -> dict[int, Account]:
    return Account.objects.in_bulk(list(ids))


def scheduled(account_id: int, paging: Paging) -> list[ScheduledPost]:
    """A page of what waits for its hour, newest first."""
    waiting = ScheduledPost.objects.filter(account_id=account_id, held=False).select_related("account")
    if paging.max_id is not None:
        waiting = waiting.filter(pk__lt=paging.max_id)
    above = paging.min_id if paging.min_id is not None else paging.since_id
    if above is not None:
        waiting = waiting.filter(pk__gt=above)
    ordered = waiting.order_by("id" if paging.min_id is not None else "-id")[: paging.limit]
    return paging.newest_first(list(ordered))


def held_by(person_id: int) -> list[ScheduledPost]:
    """What the person may still take back, the oldest first."""
    held = ScheduledPost.objects.select_related("account").filter(posted_by_id=person_id, held=True)
    return list(held.order_by("scheduled_at"))


def out_of_hold(person_id: int, held_id: int) -> Post | None:
    """The post that this person took no more back; found for a day."""
    known = IdempotencyKey.objects.filter(key=key_name(held_key(held_id)), post__posted_by_id=person_id)
    row = known.filter(post__deleted_at=None).select_related("post__account").first()
    return row.post if row else None


# What of an account decides how it posts, in the order of its columns: every post asks for it, at a fifth of the whole
# row's cost.
_OF_AUTHOR = (
    "id username domain created_at default_visibility default_sensitive default_language default_quote_policy"
).split()


def author(account_id: int, user_id: int | None, application_id: int | None) -> Author:
    """Who posts: the account (the rest of it is read when asked for), the person behind it and the app."""
    found = db.row(f"SELECT {', '.join(_OF_AUTHOR)} FROM accounts_account WHERE id = %s", [account_id])
    if found is None:
        raise NotFound
    values = [*found[:3], db.read_moment(found[3]), *found[4:]]
    account = partial(Account, _OF_AUTHOR, values)
    return Author(account, partial(User, ["id"], [user_id]) if user_id else None, application_id)
