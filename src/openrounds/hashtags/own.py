"""Reads of the hashtags that an account follows or shows on its profile."""

from openrounds.core.paging import Paging
from openrounds.hashtags.models import FeaturedHashtag, Hashtag, HashtagFollow


def follows_of(account_id: int, paging: Paging) -> list[tuple[int, Hashtag]]:
    """(follow, hashtag) pairs, a page of them by the follow; one query."""
    found = HashtagFollow.objects.filter(account_id=account_id).select_related("hashtag")
    if paging.max_id is not None:
        found = found.filter(pk__lt=paging.max_id)
    lower = paging.min_id if paging.min_id is not None else paging.since_id
    if lower is not None:
        found = found.filter(pk__gt=lower)
    ordered = found.order_by("pk" if paging.min_id is not None else "-pk")[: paging.limit]
    return [(row.pk, row.hashtag) for row in paging.newest_first(list(ordered))]


def features_of(account_id: int) -> list[FeaturedHashtag]:
    """With their hashtags, the newest first; one query."""
    own = FeaturedHashtag.objects.filter(account_id=account_id)
    return list(own.select_related("hashtag").order_by("-pk"))
