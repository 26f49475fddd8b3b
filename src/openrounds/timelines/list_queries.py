"""A person's lists, and who is on them."""

from openrounds.core import db
from openrounds.core.paging import Paging
from openrounds.timelines.models import List


def lists_of(account_id: int) -> list[List]:
    """The account's own lists, the oldest first."""
    return list(List.objects.filter(account_id=account_id).order_by("pk"))


def lists_holding(account_id: int, member_id: int) -> list[List]:
    """The account's own lists that the member is on."""
    return list(List.objects.filter(account_id=account_id, members__member_id=member_id).order_by("pk"))


_MEMBERS = (
    "SELECT m.id, m.member_id FROM timelines_listmember m JOIN accounts_account a ON a.id = m.member_id "
    "WHERE m.list_id = %s AND a.suspended_at IS NULL"
)


def members_page(list_id: int, paging: Paging) -> list[tuple[int, int]]:
    """(cursor, account id) of a page of members, newest first; suspended ones are left out."""
    where, values = paging.where("m.id")
    found = db.rows(f"{_MEMBERS}{where}{paging.order('m.id')}", [list_id, *values])
    return paging.newest_first([(cursor, member_id) for cursor, member_id in found])


def all_members(list_id: int) -> list[int]:
    """The account ids of all members, newest first; suspended ones are left out."""
    return [member_id for _, member_id in db.rows(f"{_MEMBERS} ORDER BY m.id DESC", [list_id])]
