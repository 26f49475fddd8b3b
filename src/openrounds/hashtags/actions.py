"""Following hashtags and showing them on a profile."""

from django.db import transaction

from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid, NotFound
from openrounds.hashtags.models import FeaturedHashtag, Hashtag, HashtagFollow
from openrounds.hashtags.rules import HASHTAG_LIMIT, fold, is_hashtag

MOST_FEATURED = 10


def ensure_hashtag(written: str) -> Hashtag:
    """The hashtag of that name, made if nobody has used it yet; Invalid for what can be none (`#123`)."""
    name = written.strip().lstrip("#＃")
    if not is_hashtag(name) or len(name) > HASHTAG_LIMIT:
        raise Invalid("Validation failed: Name is not a valid hashtag")
    return Hashtag.objects.get_or_create(name=fold(name), defaults={"display_name": name})[0]


@transaction.atomic
def follow_hashtag(account_id: int, written: str) -> Hashtag:
    """What is posted under it comes to the account's home from now on."""
    hashtag = ensure_hashtag(written)
    HashtagFollow.objects.get_or_create(account_id=account_id, hashtag=hashtag)
    return hashtag


def unfollow_hashtag(account_id: int, hashtag: Hashtag) -> None:
    HashtagFollow.objects.filter(account_id=account_id, hashtag=hashtag).delete()


@transaction.atomic
def feature_hashtag(account_id: int, written: str) -> FeaturedHashtag:
    """Shows it on the profile; at most ten."""
    hashtag = ensure_hashtag(written)
    Account.objects.select_for_update(no_key=True).get(
        pk=account_id
    )  # the limit is counted, so one at a time
    own = FeaturedHashtag.objects.filter(account_id=account_id)
    if own.exclude(hashtag=hashtag).count() >= MOST_FEATURED:
        raise Invalid(
            f"Validation failed: You have already featured the maximum number of hashtags ({MOST_FEATURED})"
        )
    return FeaturedHashtag.objects.get_or_create(account_id=account_id, hashtag=hashtag)[0]


def unfeature_hashtag(account_id: int, hashtag: Hashtag) -> None:
    FeaturedHashtag.objects.filter(account_id=account_id, hashtag=hashtag).delete()


def remove_feature(account_id: int, feature_id: int) -> None:
    """By the id of the feature."""
    deleted, _ = FeaturedHashtag.objects.filter(account_id=account_id, pk=feature_id).delete()
    if not deleted:
        raise NotFound
