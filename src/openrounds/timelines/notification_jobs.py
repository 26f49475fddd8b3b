"""What follows for notifications and conversations from what people do.

Jobs come later than their cause, perhaps after it was taken back: each looks first whether the cause still stands.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from openrounds.accounts.facts import (
    Blocked,
    DomainBlocked,
    Followed,
    FollowRequested,
    FollowRequestEnded,
    SignedUp,
    Unfollowed,
)
from openrounds.accounts.models import Account, Follow, FollowRequest, Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.core.instances import partial
from openrounds.jobs.actions import enqueue
from openrounds.jobs.registry import Fact, Tick, handler, of
from openrounds.posts.facts import Favourited, PollEnded, PostCreated, PostDeleted, PostEdited, Unfavourited
from openrounds.posts.models import Ballot, Edit, Favourite, Mention, Post, QuoteState
from openrounds.posts.visibility import viewers
from openrounds.timelines import conversing
from openrounds.timelines.models import NotificationRequest
from openrounds.timelines.models import NotificationType as Kind
from openrounds.timelines.notifying import (
    Cause,
    forget,
    forget_each_other,
    forget_post,
    forget_senders,
    moderators,
    tell,
)

NOTIFICATIONS_KEPT = timedelta(days=365)
CHUNK = 5_000
AT_ONCE = 500


class Telling(Fact, frozen=True):
    """Those are to be told what is in a `Cause`, unless its post is gone by then."""

    receivers: tuple[int, ...]
    kind: str
    actor_id: int
    post_id: int
    at: datetime


@handler(queue="bulk")
def tell_some(telling: Telling) -> None:
    post = Post.objects.filter(pk=telling.post_id, deleted_at=None).first()
    if post is not None:
        tell(telling.receivers, Cause(telling.kind, telling.actor_id, post, at=telling.at))


def _tell_many(receivers: Iterable[int], kind: str, post: Post) -> None:
    """The first of perhaps very many at once, the others in jobs of their own: others write in between."""
    cause = Cause(kind, post.account_id, post)
    for place, some in enumerate(db.chunks(receivers, AT_ONCE)):
        if place == 0:
            tell(some, cause)
        else:
            enqueue(of(tell_some), Telling(tuple(some), kind, post.account_id, post.pk, cause.at))


# Most posts concern nobody in particular.
_CONCERNS_SOMEBODY = f"""SELECT 1 FROM posts_post p WHERE p.id = %s AND p.deleted_at IS NULL AND (
  p.quote_of_id IS NOT NULL OR p.visibility = {Visibility.DIRECT.value}
  OR EXISTS (SELECT 1 FROM posts_mention m WHERE m.post_id = p.id)
  OR EXISTS (SELECT 1 FROM accounts_follow f WHERE f.followee_id = p.account_id AND f.notify))"""


def concerns_somebody(fact: PostCreated) -> bool:
    return fact.boost_of_id is not None or db.row(_CONCERNS_SOMEBODY, [fact.post_id]) is not None


@handler()
def announce_post(fact: PostCreated) -> None:
    """Tells the boosted author; of a post, those mentioned, the author it quotes, and those who follow with notifications."""
    post = _new_post(fact.post_id)
    if post is None:
        return
    if post.boost_of:
        tell([post.boost_of.account_id], Cause(Kind.BOOST, post.account_id, post.boost_of))
        return
    mentioned = _mentioned(post.pk)
    told = tell(mentioned, Cause(Kind.MENTION, post.account_id, post))
    _announce_quote(post)
    if post.visibility == Visibility.DIRECT:
        conversing.converse(post, [*told, post.account_id] if post.account.is_local else told)
    elif post.in_reply_to_account_id in (None, post.account_id):
        _tell_many(_waiting_for(post, mentioned), Kind.POST, post)


# What decides who is told of a post, in the order of its columns, read at a tenth of the whole row's cost; the rest is read
# when somebody asks for it.
_TOLD_BY = (
    "id account_id visibility language in_reply_to_id in_reply_to_account_id thread boost_of_id quote_of_id quote_state"
).split()
_NEW_POST = f"SELECT {', '.join(_TOLD_BY)} FROM posts_post WHERE id = %s AND deleted_at IS NULL"


def _new_post(post_id: int) -> Post | None:
    found = db.row(_NEW_POST, [post_id])
    return partial(Post, _TOLD_BY, found) if found else None


def _announce_quote(post: Post) -> None:
    """An author who cannot see the quote is not told of it."""
    quoted = post.quote_of
    if quoted is not None and post.quote_state == QuoteState.ACCEPTED and quoted.deleted_at is None:
        tell(viewers(post.pk, [quoted.account_id]), Cause(Kind.QUOTE, post.account_id, post))


def _announce_to_quoters(post: Post) -> None:
    """Each is told about his own post, in which the new words now stand."""
    quoting = Post.objects.filter(quote_of=post, quote_state=QuoteState.ACCEPTED, deleted_at=None)
    for quote in quoting.filter(account__domain="").iterator():
        tell([quote.account_id], Cause(Kind.QUOTED_EDIT, post.account_id, quote))


def _mentioned(post_id: int) -> list[int]:
    return list(Mention.objects.filter(post_id=post_id, silent=False).values_list("account_id", flat=True))


def _waiting_for(post: Post, mentioned: list[int]) -> list[int]:
    """The followers of this server who asked to hear of posts in this language, but for those who are mentioned anyway."""
    follows = Follow.objects.filter(followee=post.account_id, notify=True, follower__domain="")
    return [
        follower_id
        for follower_id, languages in follows.exclude(follower__in=mentioned).values_list(
            "follower_id", "languages"
        )
        if not (languages and post.language and post.language not in languages)
    ]


@handler()
def announce_edit(fact: PostEdited) -> None:
    """Tells those who boosted or quoted it; and those whom only the new words mention."""
    post = Post.objects.filter(pk=fact.post_id, deleted_at=None).first()
    if post is None:
        return
    boosters = Post.objects.filter(boost_of=post, deleted_at=None, account__domain="")
    _tell_many(boosters.values_list("account_id", flat=True), Kind.EDIT, post)
    _announce_to_quoters(post)
    former = Edit.objects.filter(post=post).order_by("-id").values_list("content", flat=True).first()
    if former is not None:
        newly = [i for i in _mentioned(post.pk) if i not in former.get("mentions", ())]
        told = tell(newly, Cause(Kind.MENTION, post.account_id, post))
        if post.visibility == Visibility.DIRECT:
            conversing.converse(post, told)


@handler()
def announce_favourite(fact: Favourited) -> None:
    mark = (
        Favourite.objects.select_related("post")
        .filter(account_id=fact.account_id, post_id=fact.post_id)
        .first()
    )
    if mark is not None and mark.post.deleted_at is None:
        tell([mark.post.account_id], Cause(Kind.FAVOURITE, fact.account_id, mark.post))


@handler()
def announce_follow(fact: Followed) -> None:
    if Follow.objects.filter(follower=fact.follower_id, followee=fact.followee_id).exists():
        tell([fact.followee_id], Cause(Kind.FOLLOW, fact.follower_id))


@handler()
def announce_request(fact: FollowRequested) -> None:
    if FollowRequest.objects.filter(follower=fact.follower_id, followee=fact.followee_id).exists():
        tell([fact.followee_id], Cause(Kind.FOLLOW_REQUEST, fact.follower_id))


@handler()
def announce_result(fact: PollEnded) -> None:
    """Tells the author and whoever voted."""
    post = Post.objects.filter(pk=fact.post_id, deleted_at=None).first()
    if post is not None:
        voters = Ballot.objects.filter(poll_id=fact.poll_id, account__domain="").values_list(
            "account_id", flat=True
        )
        _tell_many([post.account_id, *voters], Kind.POLL, post)


@handler()
def announce_newcomer(fact: SignedUp) -> None:
    if Account.objects.filter(pk=fact.account_id).exists():
        tell(moderators(), Cause(Kind.SIGN_UP, fact.account_id))


# What is taken back is gone with the next request, so these run in the transaction that takes it back.


def withdraw_post(fact: PostDeleted) -> None:
    """Of a boost, what its author was told; of a post, all that anybody was told about it."""
    if fact.boost_of_id:
        forget(kind=Kind.BOOST, actor_id=fact.account_id, post_id=fact.boost_of_id)
        return
    if forget_post(fact.post_id):
        enqueue(of(withdraw_more), fact)
    if fact.visibility == Visibility.DIRECT:
        conversing.step_back(fact.post_id)


# Not in one transaction, so that others can write in between.
@handler(queue="bulk", transactional=False)
def withdraw_more(fact: PostDeleted) -> None:
    """Of a post that very many were told about, the others."""
    while forget_post(fact.post_id):
        pass


def withdraw_favourite(fact: Unfavourited) -> None:
    forget(kind=Kind.FAVOURITE, actor_id=fact.account_id, post_id=fact.post_id)


def withdraw_follow(fact: Unfollowed) -> None:
    forget(kind=Kind.FOLLOW, actor_id=fact.follower_id, account_id=fact.followee_id)


def withdraw_request(fact: FollowRequestEnded) -> None:
    forget(kind=Kind.FOLLOW_REQUEST, actor_id=fact.follower_id, account_id=fact.followee_id)


def separate(fact: Blocked) -> None:
    forget_each_other(fact.blocker_id, fact.blocked_id)
    conversing.part_company(fact.blocker_id, [fact.blocked_id])


def shut_out(fact: DomainBlocked) -> None:
    theirs = list(Account.objects.filter(domain=fact.domain).values_list("pk", flat=True))
    forget_senders(fact.account_id, theirs)
    conversing.part_company(fact.account_id, theirs)


# Ids go by time, so the oldest are looked at alone; not in one transaction, so that others can write in between.
_OLDEST = """DELETE FROM timelines_notification WHERE id IN (SELECT id FROM timelines_notification ORDER BY id LIMIT %s)
AND created_at < %s"""


@handler(queue="bulk", transactional=False)
def trim_notifications(_: Tick) -> None:
    """What people were told a year ago is forgotten, and requests of those who have been silent since."""
    moment = now() - NOTIFICATIONS_KEPT
    while db.execute(_OLDEST, [CHUNK, db.moment(moment)]) == CHUNK:
        pass
    db.forget(NotificationRequest.objects.filter(updated_at__lt=moment))
