"""Keeping away: blocks, mutes, blocks of whole servers."""

from datetime import timedelta

from django.db import transaction

from openrounds.accounts.actions.follow import end_follow, end_request, hold
from openrounds.accounts.facts import Blocked, DomainBlocked, Muted
from openrounds.accounts.models import Block, DomainBlock, Follow, FollowRequest, Mute
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotPermitted
from openrounds.core.names import BadName, normalise_domain
from openrounds.core.options import options
from openrounds.jobs.actions import record


@transaction.atomic
def block(blocker_id: int, blocked_id: int) -> None:
    """From here on neither sees the other; follows and requests both ways end."""
    if blocker_id == blocked_id:
        raise NotPermitted
    hold(blocker_id, blocked_id)
    _, created = Block.objects.get_or_create(blocker_id=blocker_id, blocked_id=blocked_id)
    for follower_id, followee_id in ((blocker_id, blocked_id), (blocked_id, blocker_id)):
        end_follow(follower_id, followee_id)
        end_request(follower_id, followee_id)
    if created:
        record(Blocked(blocker_id=blocker_id, blocked_id=blocked_id))


def unblock(blocker_id: int, blocked_id: int) -> None:
    """What the block ended stays ended."""
    Block.objects.filter(blocker_id=blocker_id, blocked_id=blocked_id).delete()


@transaction.atomic
def mute(muter_id: int, muted_id: int, *, notifications: bool = True, seconds: int = 0) -> None:
    """Spares the muter the other's posts, and notifications of them if wished, for so many seconds (0: for good).

    Muting again changes both.
    """
    if muter_id == muted_id:
        raise NotPermitted
    wishes = {
        "hide_notifications": notifications,
        "expires_at": now() + timedelta(seconds=seconds) if seconds else None,
    }
    Mute.objects.update_or_create(muter_id=muter_id, muted_id=muted_id, defaults=wishes)
    record(Muted(muter_id=muter_id, muted_id=muted_id))


def unmute(muter_id: int, muted_id: int) -> None:
    Mute.objects.filter(muter_id=muter_id, muted_id=muted_id).delete()


def delete_expired_mutes() -> None:
    """They have no effect any more; this only tidies up."""
    Mute.objects.filter(expires_at__lte=now()).delete()


@transaction.atomic
def block_domain(account_id: int, domain: str) -> None:
    """Hides a whole server from one person and takes its people off his followers; whom he follows there he keeps."""
    domain = _foreign(domain)
    _, created = DomainBlock.objects.get_or_create(account_id=account_id, domain=domain)
    if not created:
        return
    followers = Follow.objects.filter(followee_id=account_id, follower__domain=domain)
    for follower_id in followers.values_list("follower_id", flat=True):
        hold(follower_id, account_id)
        end_follow(follower_id, account_id)
    requests = FollowRequest.objects.filter(followee_id=account_id, follower__domain=domain)
    for follower_id in requests.values_list("follower_id", flat=True):
        hold(follower_id, account_id)
        end_request(follower_id, account_id)
    record(DomainBlocked(account_id=account_id, domain=domain))


def unblock_domain(account_id: int, domain: str) -> None:
    DomainBlock.objects.filter(account_id=account_id, domain=_foreign(domain)).delete()


def _foreign(domain: str) -> str:
    try:
        domain = normalise_domain(domain)
    except BadName as problem:
        raise Invalid(f"Validation failed: Domain {problem}") from problem
    if domain == options().domain or "." not in domain:
        raise Invalid("Validation failed: Domain is not that of another server")
    return domain
