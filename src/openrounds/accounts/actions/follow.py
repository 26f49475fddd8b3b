"""Following, asking to follow, and the ends of both. Every write holds the two accounts, so that a follow and a block
made at the same moment cannot both stand, and the counters are changed by exactly what was written."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from openrounds.accounts import rules
from openrounds.accounts.facts import Followed, FollowRequested, FollowRequestEnded, Unfollowed
from openrounds.accounts.models import Account, Block, DomainBlock, Endorsement, Follow, FollowRequest
from openrounds.core.errors import NotFound, NotPermitted
from openrounds.jobs.actions import record


@transaction.atomic
def follow(
    follower_id: int,
    followee_id: int,
    *,
    show_boosts: bool | None = None,
    notify: bool | None = None,
    languages: Sequence[str] | None = None,
) -> None:
    """Follows, or asks to where the followee is locked or elsewhere. Done before, it only changes the wishes; None
    leaves one as it is, `languages=[]` means all."""
    wishes = _wishes(show_boosts, notify, languages)
    follower, followee = hold(follower_id, followee_id)
    _refuse_impossible(follower, followee)
    if Follow.objects.filter(follower=follower, followee=followee).exists():
        if wishes:
            Follow.objects.filter(follower=follower, followee=followee).update(**wishes)
    elif followee.locked or not followee.is_local or follower.limited_at:
        _ask(follower, followee, wishes)
    else:
        begin_follow(follower_id, followee_id, wishes)


def hold(one_id: int, other_id: int) -> tuple[Account, Account]:
    """Both accounts as they are now, locked until the transaction ends, always in the same order."""
    found = {
        a.pk: a
        for a in Account.objects.select_for_update(no_key=True)
        .filter(pk__in=(one_id, other_id))
        .order_by("pk")
    }
    if one_id not in found or other_id not in found:
        raise NotFound
    return found[one_id], found[other_id]


def _wishes(show_boosts: bool | None, notify: bool | None, languages: Sequence[str] | None) -> dict[str, Any]:
    given: dict[str, Any] = {"show_boosts": show_boosts, "notify": notify}
    wishes = {name: value for name, value in given.items() if value is not None}
    if languages is not None:
        wishes["languages"] = rules.check_languages(languages) or None
    return wishes


def _refuse_impossible(follower: Account, followee: Account) -> None:
    if followee.suspended_at:
        raise NotFound
    if follower.pk == followee.pk or followee.moved_to_id or _apart(follower, followee):
        raise NotPermitted


def _apart(follower: Account, followee: Account) -> bool:
    either = Block.objects.filter(blocker=follower, blocked=followee) | Block.objects.filter(
        blocker=followee, blocked=follower
    )
    if either.exists():
        return True
    return (
        bool(followee.domain)
        and DomainBlock.objects.filter(account=follower, domain=followee.domain).exists()
    )


def _ask(follower: Account, followee: Account, wishes: dict[str, Any]) -> None:
    _, created = FollowRequest.objects.update_or_create(follower=follower, followee=followee, defaults=wishes)
    if created:
        record(FollowRequested(follower_id=follower.pk, followee_id=followee.pk))


def begin_follow(follower_id: int, followee_id: int, wishes: dict[str, Any]) -> None:
    """The row, the counters and the fact; nothing when the follow was there. The caller holds both accounts."""
    row, created = Follow.objects.get_or_create(
        follower_id=follower_id, followee_id=followee_id, defaults=wishes
    )
    if created:
        _count(follower_id, followee_id, 1)
        record(Followed(follow_id=row.pk, follower_id=follower_id, followee_id=followee_id))


def _count(follower_id: int, followee_id: int, change: int) -> None:
    Account.objects.filter(pk=follower_id).update(following_count=F("following_count") + change)
    Account.objects.filter(pk=followee_id).update(followers_count=F("followers_count") + change)


@transaction.atomic
def unfollow(follower_id: int, followee_id: int) -> None:
    """Ends a follow, or takes back the request for one."""
    hold(follower_id, followee_id)
    end_follow(follower_id, followee_id)
    end_request(follower_id, followee_id)


def remove_from_followers(followee_id: int, follower_id: int) -> None:
    """Whoever is followed ends it."""
    unfollow(follower_id, followee_id)


def end_follow(follower_id: int, followee_id: int) -> None:
    """Nothing when there is none. The caller holds both accounts."""
    deleted, _ = Follow.objects.filter(follower_id=follower_id, followee_id=followee_id).delete()
    if deleted:
        _count(follower_id, followee_id, -1)
        Endorsement.objects.filter(account_id=follower_id, endorsed_id=followee_id).delete()
        record(Unfollowed(follower_id=follower_id, followee_id=followee_id))


def end_request(follower_id: int, followee_id: int) -> bool:
    """Whether one waited. The caller holds both accounts."""
    deleted, _ = FollowRequest.objects.filter(follower_id=follower_id, followee_id=followee_id).delete()
    if deleted:
        record(FollowRequestEnded(follower_id=follower_id, followee_id=followee_id))
    return bool(deleted)


@transaction.atomic
def authorize_request(followee_id: int, follower_id: int) -> None:
    """Lets somebody follow who asked to, with the wishes he had."""
    hold(followee_id, follower_id)
    request = FollowRequest.objects.filter(follower_id=follower_id, followee_id=followee_id).first()
    if request is None:
        raise NotFound
    end_request(follower_id, followee_id)
    wishes = {"show_boosts": request.show_boosts, "notify": request.notify, "languages": request.languages}
    begin_follow(follower_id, followee_id, wishes)


@transaction.atomic
def reject_request(followee_id: int, follower_id: int) -> None:
    """Refuses a request; who asked is not told."""
    hold(followee_id, follower_id)
    if not end_request(follower_id, followee_id):
        raise NotFound


def authorize_all_requests(followee_id: int) -> None:
    """For an account that is no longer locked."""
    for follower_id in FollowRequest.objects.filter(followee_id=followee_id).values_list(
        "follower_id", flat=True
    ):
        authorize_request(followee_id, follower_id)
