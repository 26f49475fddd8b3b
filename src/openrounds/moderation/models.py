"""Rows of keeping the house: reports, announcements, rules, and what moderators did."""

from typing import ClassVar

from django.db import models

from openrounds.accounts.models import Account, User
from openrounds.core.clock import now
from openrounds.core.db import SortableIdField
from openrounds.posts.models import Post


class Rule(models.Model):
    """A rule of the house."""

    text = models.CharField(max_length=300)
    hint = models.TextField(default="", blank=True)
    position = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class Announcement(models.Model):
    """Something the house tells everyone."""

    id = SortableIdField()
    text = models.TextField()
    all_day = models.BooleanField(default=False)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text[:60]


class AnnouncementRead(models.Model):
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="reads", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["announcement", "account"], name="announcement_read_once")
        ]


class AnnouncementReaction(models.Model):
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="reactions", db_index=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    name = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["announcement", "account", "name"], name="announcement_reaction_once"
            )
        ]


class Report(models.Model):
    """`reporter` asks the moderators to look at `target`."""

    id = SortableIdField()
    reporter = models.ForeignKey(Account, models.CASCADE, related_name="reports_made")
    target = models.ForeignKey(Account, models.CASCADE, related_name="reports_received")
    posts = models.ManyToManyField(Post, related_name="+")
    rules = models.ManyToManyField(Rule, related_name="+")
    category = models.CharField(max_length=10, default="other")
    comment = models.TextField(default="", blank=True)
    forward = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")


class AuditEntry(models.Model):
    """Who did what for the house, to whom, and why."""

    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=300)
    reason = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "audit entries"
