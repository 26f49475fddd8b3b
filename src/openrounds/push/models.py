"""Rows of Web Push: where to send what, and when an account wants to be left in peace."""

from typing import ClassVar

from django.db import models

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.oauth.models import AccessToken
from openrounds.posts.models import Post


class PushPolicy(models.TextChoices):
    """Whose doings are pushed."""

    ALL = "all", "Everybody's"
    FOLLOWED = "followed", "Those of whom one follows"
    FOLLOWER = "follower", "Those of one's followers"
    NONE = "none", "Nobody's"


class PushSubscription(models.Model):
    """Where an app wants to be told (RFC 8030), with the keys to encrypt for it (RFC 8291); gone with its token.

    The id stays below 2^31, since apps read it as such a number. A new subscription of the same token is a new row, so
    what was queued for the old one finds nothing.
    """

    id = models.AutoField(primary_key=True)
    access_token = models.OneToOneField(AccessToken, models.CASCADE, related_name="push_subscription")
    sealed_token = models.TextField(help_text="The token's own text, encrypted (docs/decisions/0007).")
    endpoint = models.CharField(max_length=2048)
    p256dh = models.CharField(max_length=88, help_text="The app's public key: base64url, uncompressed point.")
    auth = models.CharField(max_length=24, help_text="The shared secret: base64url, 16 bytes.")
    standard = models.BooleanField(help_text="RFC 8291, not the draft before it.")
    alerts = models.TextField(default="", help_text="Kinds of notification, separated by spaces.")
    policy = models.CharField(max_length=8, choices=PushPolicy.choices, default=PushPolicy.ALL)
    base_url = models.CharField(max_length=255, help_text="How the app called this server.")
    created_at = models.DateTimeField(default=now)


class PingWishes(models.Model):
    """When `account` does not want its phone to ring. Both hours or neither are set; `weekly_cap` null: no cap."""

    account = models.OneToOneField(Account, models.CASCADE, primary_key=True, related_name="ping_wishes")
    time_zone = models.CharField(max_length=64, default="UTC")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    weekly_cap = models.PositiveSmallIntegerField(null=True)
    on_call = models.BooleanField(
        default=False, help_text="May be named to those who ask a colleague in vain."
    )


class Ping(models.Model):
    """A mention of an account that caps them; `rang` unless the cap was reached. Kept as long as they count."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="pings", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    rang = models.BooleanField()
    created_at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "post"], name="ping_once")]
        indexes: ClassVar = [models.Index(fields=["account", "created_at"])]
