"""Making lists and choosing who is on them. What an exclusive list holds is no longer in the home feed."""

from collections.abc import Collection

from django.db import transaction

from openrounds.accounts.models import Account, Follow, FollowRequest
from openrounds.core.errors import Invalid, NotFound
from openrounds.timelines import feeds
from openrounds.timelines.access import access_list
from openrounds.timelines.models import List, ListMember, RepliesPolicy

MOST_LISTS = 50
TITLE_LIMIT = 256


@transaction.atomic
def create_list(account_id: int, title: str, *, replies_policy: str | None, exclusive: bool) -> List:
    """A new, empty list. Raises Invalid without a title and beyond `MOST_LISTS`."""
    # Holding the account keeps two calls at once from passing the limit together.
    Account.objects.select_for_update().get(pk=account_id)
    if List.objects.filter(account_id=account_id).count() >= MOST_LISTS:
        raise Invalid("Validation failed: You have reached the maximum number of lists")
    return List.objects.create(
        account_id=account_id,
        title=_checked(title),
        replies_policy=replies_policy or RepliesPolicy.LIST,
        exclusive=exclusive,
    )


def _checked(title: str) -> str:
    if not title.strip():
        raise Invalid("Validation failed: Title can't be blank")
    if len(title) > TITLE_LIMIT:
        raise Invalid(f"Validation failed: Title is too long (maximum is {TITLE_LIMIT} characters)")
    return title


@transaction.atomic
def edit_list(
    account_id: int, list_id: int, *, title: str | None, replies_policy: str | None, exclusive: bool | None
) -> List:
    """Changes what is not None."""
    changed = access_list(account_id, list_id)
    was_exclusive = changed.exclusive
    changed.title = changed.title if title is None else _checked(title)
    changed.replies_policy = replies_policy or changed.replies_policy
    changed.exclusive = was_exclusive if exclusive is None else exclusive
    changed.save()
    if changed.exclusive and not was_exclusive:
        _keep_from_home(account_id, _members(changed))
    elif was_exclusive and not changed.exclusive:
        _bring_home(account_id, _members(changed))
    return changed


@transaction.atomic
def delete_list(account_id: int, list_id: int) -> None:
    gone = access_list(account_id, list_id)
    members = _members(gone)
    gone.delete()
    _bring_home(account_id, members if gone.exclusive else ())


@transaction.atomic
def add_members(account_id: int, list_id: int, ids: Collection[int]) -> None:
    """Puts accounts on a list: all or none. Raises NotFound for one that is not followed (or asked to be), Invalid for
    one that is on the list already."""
    chosen, wanted = access_list(account_id, list_id), set(ids)
    if not wanted <= _followed(account_id, wanted) | {account_id}:
        raise NotFound
    if ListMember.objects.filter(list=chosen, member__in=wanted).exists():
        raise Invalid("Validation failed: Account has already been taken")
    rows = [ListMember(list=chosen, member_id=member) for member in dict.fromkeys(ids)]
    ListMember.objects.bulk_create(rows, ignore_conflicts=True)
    if chosen.exclusive:
        _keep_from_home(account_id, wanted)


def _followed(account_id: int, ids: Collection[int]) -> set[int]:
    """Which of them the account follows or has asked. The rows are held, so that an unfollow at the same moment comes
    after this and takes the member off again."""
    found: set[int] = set()
    for kind in (Follow, FollowRequest):
        rows = kind.objects.select_for_update().filter(follower_id=account_id, followee_id__in=ids)
        found |= set(rows.values_list("followee_id", flat=True))
    return found


@transaction.atomic
def remove_members(account_id: int, list_id: int, ids: Collection[int]) -> None:
    """Takes accounts off a list; those that are not on it do no harm."""
    chosen = access_list(account_id, list_id)
    ListMember.objects.filter(list=chosen, member__in=ids).delete()
    _bring_home(account_id, ids if chosen.exclusive else ())


def part(account_id: int, member_id: int) -> None:
    """Takes an account that is neither followed nor asked off all lists of the other."""
    tied = (kind.objects.filter(follower=account_id, followee=member_id) for kind in (Follow, FollowRequest))
    if not any(rows.exists() for rows in tied):
        ListMember.objects.filter(list__account=account_id, member=member_id).delete()


def _members(chosen: List) -> list[int]:
    return list(chosen.members.values_list("member_id", flat=True))


def _keep_from_home(account_id: int, members: Collection[int]) -> None:
    for member in members:
        feeds.take_out_own(account_id, member)


def _bring_home(account_id: int, members: Collection[int]) -> None:
    """Their latest posts come back for those who are still followed."""
    followed = Follow.objects.filter(follower=account_id, followee__in=members)
    for member in followed.values_list("followee_id", flat=True):
        feeds.backfill(account_id, member)
