"""Rows of hashtags and of who follows or features them."""

from typing import ClassVar

from django.db import models

from openrounds.accounts.models import Account
from openrounds.core.clock import now


class Hashtag(models.Model):
    """`name` is folded (see `rules.fold`); `display_name` keeps the capitals that screen readers need."""

    name = models.CharField(max_length=100, unique=True)
    display_name = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    may_trend = models.BooleanField(default=True)
    listed = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"#{self.display_name}"


class HashtagFollow(models.Model):
    """What is posted under the hashtag comes to the account's home."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="followed_hashtags")
    hashtag = models.ForeignKey(Hashtag, models.CASCADE, related_name="follows", db_index=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hashtag", "account"], name="hashtag_follow_once")
        ]


class FeaturedHashtag(models.Model):
    """A hashtag that an account shows on its profile."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="featured_hashtags", db_index=False)
    hashtag = models.ForeignKey(Hashtag, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "hashtag"], name="hashtag_feature_once")
        ]


class HashtagDay(models.Model):
    """How much a hashtag was used in public on one day, as counted every few minutes (`search.jobs`)."""

    hashtag = models.ForeignKey(Hashtag, models.CASCADE, related_name="days", db_index=False)
    day = models.IntegerField(help_text="UTC days since 1970-01-01.")
    uses = models.IntegerField(help_text="Posts.")
    accounts = models.IntegerField(help_text="Distinct authors.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hashtag", "day"], name="hashtag_day_once")]
        indexes: ClassVar = [models.Index(fields=["day"])]
