"""Rows of what comes to a person: home feed, notifications, lists, conversations, and the filters he sets."""

from typing import ClassVar

from django.db import models

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.db import SortableIdField
from openrounds.posts.models import Post


class HomeEntry(models.Model):
    """`post` is in the home feed of `account`."""

    pk = models.CompositePrimaryKey("account_id", "post_id")
    # Not held by the database: on PostgreSQL that was more than half of what a post cost in each feed. Posts keep their rows
    # when they are deleted, an account takes its feed along (CASCADE), and a feed is read by joining the posts.
    account = models.ForeignKey(
        Account, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    post = models.ForeignKey(Post, models.CASCADE, related_name="+", db_constraint=False)


class NotificationType(models.TextChoices):
    """Why somebody is told something, in the words of the client API where they name the same."""

    MENTION = "mention", "Mention"
    POST = "status", "New post"
    BOOST = "reblog", "Boost"
    FOLLOW = "follow", "New follower"
    FOLLOW_REQUEST = "follow_request", "Follow request"
    FAVOURITE = "favourite", "Favourite"
    POLL = "poll", "Poll has ended"
    EDIT = "update", "Edited post"
    QUOTE = "quote", "Quote"
    QUOTED_EDIT = "quoted_update", "Edited post that one quotes"
    SIGN_UP = "admin.sign_up", "New sign-up"
    REPORT = "admin.report", "New report"


class Notification(models.Model):
    """`account` is told that `actor` did something. Ids are a plain counter: apps want a number below 2^53."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="notifications", db_index=False)
    actor = models.ForeignKey(Account, models.CASCADE, related_name="+")
    type = models.CharField(max_length=20, choices=NotificationType.choices)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="+", db_index=False)
    report_id = models.BigIntegerField(null=True, help_text="Reports stand above timelines, so by number.")
    group_key = models.CharField(max_length=80)
    filtered = models.BooleanField(default=False, help_text="Held back by the policy, shown under requests.")
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "id"]),
            models.Index(fields=["account", "group_key"]),
            models.Index(
                fields=["account", "actor"], condition=models.Q(filtered=True), name="notification_held"
            ),
            models.Index(fields=["post"], condition=models.Q(post__isnull=False), name="notification_post"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "actor", "type", "post"],
                condition=models.Q(post__isnull=False),
                name="notified_once",
            ),
            models.UniqueConstraint(
                fields=["account", "actor", "type"],
                condition=models.Q(type__in=["follow", "follow_request", "admin.sign_up"]),
                name="notified_of_person_once",
            ),
            models.UniqueConstraint(
                fields=["account", "report_id"],
                condition=models.Q(report_id__isnull=False),
                name="notified_of_report_once",
            ),
        ]


class Handling(models.TextChoices):
    """What is to become of a notification of some kind."""

    ACCEPT = "accept", "Accept"
    FILTER = "filter", "Hold back"
    DROP = "drop", "Ignore"


class NotificationPolicy(models.Model):
    """Whose notifications an account wants."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="notification_policy")
    for_not_following = models.CharField(max_length=6, choices=Handling.choices, default=Handling.ACCEPT)
    for_not_followers = models.CharField(max_length=6, choices=Handling.choices, default=Handling.ACCEPT)
    for_new_accounts = models.CharField(max_length=6, choices=Handling.choices, default=Handling.ACCEPT)
    for_private_mentions = models.CharField(max_length=6, choices=Handling.choices, default=Handling.FILTER)
    for_limited_accounts = models.CharField(max_length=6, choices=Handling.choices, default=Handling.FILTER)


class NotificationRequest(models.Model):
    """What `sender` sent to `account` is held back until the account decides. `last_post` is the last mention."""

    id = SortableIdField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="notification_requests", db_index=False)
    sender = models.ForeignKey(Account, models.CASCADE, related_name="+")
    last_post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "sender"], name="notification_request_once")
        ]


class NotificationPermission(models.Model):
    """`account` has let `sender` through for good."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    sender = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "sender"], name="notification_permission_once")
        ]


class Marker(models.Model):
    """How far an account has read."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="markers", db_index=False)
    timeline = models.CharField(max_length=20, choices=[("home", "Home"), ("notifications", "Notifications")])
    last_read_id = models.BigIntegerField(default=0)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "timeline"], name="marker_once")]


class RepliesPolicy(models.TextChoices):
    """Which replies a list shows."""

    FOLLOWED = "followed", "To anyone I follow"
    LIST = "list", "To members of the list"
    NONE = "none", "None"


class List(models.Model):
    """A timeline of chosen accounts; `exclusive` ones keep their members out of the home feed."""

    id = SortableIdField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="lists")
    title = models.CharField(max_length=256)
    replies_policy = models.CharField(max_length=8, choices=RepliesPolicy.choices, default=RepliesPolicy.LIST)
    exclusive = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.title


class ListMember(models.Model):
    """`member` is on `list`."""

    id = SortableIdField()
    list = models.ForeignKey(List, models.CASCADE, related_name="members", db_index=False)
    member = models.ForeignKey(Account, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["list", "member"], name="list_member_once")]


class Conversation(models.Model):
    """One account's view of the direct posts that a thread holds between the same people.

    `participants` are the others, by id; `among` is made of them, for the constraint: a thread that all can read may hold
    direct posts with one person and, apart from those, with another.
    """

    id = SortableIdField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="conversations", db_index=False)
    thread = models.BigIntegerField()
    participants = models.JSONField(default=list)
    among = models.CharField(max_length=32, default="")
    last_post = models.ForeignKey(Post, models.SET_NULL, null=True, related_name="+")
    unread = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "thread", "among"], name="conversation_once")
        ]
        indexes: ClassVar = [models.Index(fields=["account", "last_post"])]


class FilterAction(models.TextChoices):
    """What becomes of a post that a filter finds."""

    WARN = "warn", "Hide behind a warning"
    HIDE = "hide", "Hide altogether"
    BLUR = "blur", "Hide the pictures"


class Filter(models.Model):
    """What an account does not want to read, where (`context`), and until when."""

    id = SortableIdField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="filters")
    title = models.CharField(max_length=256)
    context = models.JSONField(default=list, help_text="Of home, notifications, public, thread, account.")
    expires_at = models.DateTimeField(null=True, blank=True)
    action = models.CharField(max_length=4, choices=FilterAction.choices, default=FilterAction.WARN)

    def __str__(self) -> str:
        return self.title


class FilterKeyword(models.Model):
    """A word or phrase that a filter looks for."""

    id = SortableIdField()
    filter = models.ForeignKey(Filter, models.CASCADE, related_name="keywords")
    keyword = models.CharField(max_length=512)
    whole_word = models.BooleanField(default=True)


class FilterPost(models.Model):
    """A single post that a filter finds."""

    id = SortableIdField()
    filter = models.ForeignKey(Filter, models.CASCADE, related_name="posts", db_index=False)
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["filter", "post"], name="filter_post_once")]
