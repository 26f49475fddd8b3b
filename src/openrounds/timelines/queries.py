"""Which posts are on which timeline, as sources for the reader of lists."""

from collections.abc import Sequence

from msgspec import Struct

from openrounds.accounts.models import Visibility
from openrounds.core import db
from openrounds.posts.lines import Source
from openrounds.posts.visibility import visible, wanted
from openrounds.timelines.models import List, RepliesPolicy

_PUBLIC = f"p.visibility = {Visibility.PUBLIC.value} AND p.boost_of_id IS NULL"
_STANDING = (
    "NOT EXISTS (SELECT 1 FROM accounts_account s WHERE s.id = p.account_id "
    "AND (s.suspended_at IS NOT NULL OR s.limited_at IS NOT NULL))"
)

# Asked of each post in turn: as a set, every account of the server would be listed first.
_FROM = "EXISTS (SELECT 1 FROM accounts_account d WHERE d.id = p.account_id AND d.domain {is_here} '')"


def home(account_id: int) -> Source:
    """The feed as it was written; blocks, mutes and unfollows have taken out of it what they concern."""
    return Source(
        "timelines_homeentry h JOIN posts_post p ON p.id = h.post_id",
        "h.account_id = %s",
        [account_id],
        "h.post_id",
    )


def public(
    viewer_id: int | None, *, local: bool = False, remote: bool = False, only_media: bool = False
) -> Source:
    """Everything public of people who are not limited, without replies to others."""
    liked, params = wanted(viewer_id)
    conditions = [
        _PUBLIC,
        "(p.in_reply_to_account_id IS NULL OR p.in_reply_to_account_id = p.account_id)",
        _STANDING,
        liked,
    ]
    if local or remote:
        conditions.append(_FROM.format(is_here="=" if local else "<>"))
    if only_media:
        conditions.append("p.has_media")
    return Source("posts_post p", " AND ".join(conditions), params)


class TagChoice(Struct, frozen=True):
    """A hashtag timeline: under `name` or any of `any_of`, under all of `all_of`, under none of `none_of` (folded names)."""

    name: str
    any_of: Sequence[str] = ()
    all_of: Sequence[str] = ()
    none_of: Sequence[str] = ()


def hashtag(
    viewer_id: int | None,
    choice: TagChoice,
    *,
    local: bool = False,
    remote: bool = False,
    only_media: bool = False,
) -> Source:
    """Public posts under a hashtag, replies included."""
    liked, params = wanted(viewer_id)
    names = [choice.name, *choice.any_of]
    if len(names) == 1:
        tables = "posts_posthashtag t JOIN posts_post p ON p.id = t.post_id"
        conditions, values, cursor = (
            ["t.hashtag_id = (SELECT id FROM hashtags_hashtag WHERE name = %s)"],
            [*names],
            "t.post_id",
        )
    else:
        tables, conditions, values, cursor = "posts_post p", [_under("EXISTS", len(names))], [*names], "p.id"
    for name in choice.all_of:
        conditions.append(_under("EXISTS", 1))
        values.append(name)
    if choice.none_of:
        conditions.append(_under("NOT EXISTS", len(choice.none_of)))
        values += choice.none_of
    conditions += [_PUBLIC, _STANDING, liked]
    if local or remote:
        conditions.append(_FROM.format(is_here="=" if local else "<>"))
    if only_media:
        conditions.append("p.has_media" if len(names) > 1 else "t.has_media AND p.has_media")
    return Source(tables, " AND ".join(conditions), [*values, *params], cursor)


def _under(test: str, names: int) -> str:
    return (
        f"{test} (SELECT 1 FROM posts_posthashtag x JOIN hashtags_hashtag n ON n.id = x.hashtag_id "
        f"WHERE x.post_id = p.id AND n.name IN ({','.join(['%s'] * names)}))"
    )


def list_timeline(chosen: List) -> Source:
    """Posts and boosts of the list's members, replies as its policy says."""
    readable, params = visible(chosen.account_id)
    original, original_params = visible(chosen.account_id, "o")
    liked, liked_params = wanted(chosen.account_id)
    original_liked, original_liked_params = wanted(chosen.account_id, "o")
    members = "SELECT member_id FROM timelines_listmember WHERE list_id = %s"
    conditions = [f"p.account_id IN ({members})", readable, liked]
    conditions.append(f"(p.boost_of_id IS NULL OR ({original} AND {original_liked}))")
    values: list[object] = [chosen.pk, *params, *liked_params, *original_params, *original_liked_params]
    allowed, allowed_params = _answered(chosen, members)
    conditions.append(
        f"(p.in_reply_to_account_id IS NULL OR p.in_reply_to_account_id = p.account_id{allowed})"
    )
    return Source("posts_post p", " AND ".join(conditions), [*values, *allowed_params], scattered=True)


def _answered(chosen: List, members: str) -> tuple[str, list[object]]:
    """Whom a shown reply may answer, beside its own author."""
    if chosen.replies_policy == RepliesPolicy.NONE:
        return "", []
    if chosen.replies_policy == RepliesPolicy.LIST:
        return f" OR p.in_reply_to_account_id IN ({members}) OR p.in_reply_to_account_id = %s", [
            chosen.pk,
            chosen.account_id,
        ]
    followed = "SELECT followee_id FROM accounts_follow WHERE follower_id = %s"
    return f" OR p.in_reply_to_account_id IN ({followed}) OR p.in_reply_to_account_id = %s", [
        chosen.account_id
    ] * 2


def feed_sizes(longer_than: int) -> list[int]:
    """Accounts whose feed is longer than that."""
    sql = "SELECT account_id FROM timelines_homeentry GROUP BY account_id HAVING COUNT(*) > %s"
    return [row[0] for row in db.rows(sql, [longer_than])]
