"""Reads of the hashtags that an account follows or shows on its profile."""

from openrounds.core import db
from openrounds.core.instances import columns, instance
from openrounds.core.paging import Paging
from openrounds.hashtags.models import FeaturedHashtag, Hashtag


def follows_of(account_id: int, paging: Paging) -> list[tuple[int, Hashtag]]:
    """(follow, hashtag) pairs, a page of them by the follow; one query."""
    sql, values = paging.where("f.id")
    found = db.rows(
        f"SELECT f.id, {columns(Hashtag, 'h')} FROM hashtags_hashtagfollow f JOIN hashtags_hashtag h ON h.id = f.hashtag_id "
        f"WHERE f.account_id = %s{sql}{paging.order('f.id')}",
        [account_id, *values],
    )
    return paging.newest_first([(pk, instance(Hashtag, tag)) for pk, *tag in found])


def features_of(account_id: int) -> list[FeaturedHashtag]:
    """With their hashtags, the newest first; one query."""
    own = FeaturedHashtag.objects.filter(account_id=account_id)
    return list(own.select_related("hashtag").order_by("-pk"))
