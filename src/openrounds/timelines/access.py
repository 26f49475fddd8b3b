"""The only doors from an id to a row of timelines, for a person."""

from openrounds.core.errors import NotFound
from openrounds.timelines.models import List


def access_list(account_id: int, list_id: int) -> List:
    """A list of the account's own."""
    found = List.objects.filter(pk=list_id, account_id=account_id).first()
    if found is None:
        raise NotFound
    return found
