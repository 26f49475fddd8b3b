"""The only doors from an id to a row of timelines, for a person."""

from collections.abc import Sequence

from openrounds.core.errors import NotFound
from openrounds.timelines.models import (
    Conversation,
    Filter,
    FilterKeyword,
    FilterPost,
    List,
    NotificationRequest,
)


def access_list(account_id: int, list_id: int) -> List:
    """A list of the account's own."""
    found = List.objects.filter(pk=list_id, account_id=account_id).first()
    if found is None:
        raise NotFound
    return found


def access_requests(account_id: int, request_ids: Sequence[int]) -> list[NotificationRequest]:
    """Held-back senders that the account is to decide upon; all of them or none."""
    found = list(NotificationRequest.objects.filter(pk__in=request_ids, account_id=account_id))
    if len(found) != len(set(request_ids)):
        raise NotFound
    return found


def access_conversation(account_id: int, conversation_id: int) -> Conversation:
    """A conversation as the account sees it."""
    found = Conversation.objects.filter(pk=conversation_id, account_id=account_id).first()
    if found is None:
        raise NotFound
    return found


def access_filter(account_id: int, filter_id: int) -> Filter:
    """A filter of the account's own."""
    found = Filter.objects.filter(pk=filter_id, account_id=account_id).first()
    if found is None:
        raise NotFound
    return found


def access_filter_keyword(account_id: int, keyword_id: int) -> FilterKeyword:
    """A keyword of one of the account's own filters, which comes with it."""
    owned = FilterKeyword.objects.select_related("filter").filter(filter__account_id=account_id)
    found = owned.filter(pk=keyword_id).first()
    if found is None:
        raise NotFound
    return found


def access_filter_post(account_id: int, chosen_id: int) -> FilterPost:
    """A post chosen in one of the account's own filters."""
    found = FilterPost.objects.filter(pk=chosen_id, filter__account_id=account_id).first()
    if found is None:
        raise NotFound
    return found
