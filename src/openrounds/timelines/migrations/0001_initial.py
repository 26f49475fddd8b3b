import django.db.models.deletion
import openrounds.core.clock
import openrounds.core.db
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("posts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Filter",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=256)),
                (
                    "context",
                    models.JSONField(
                        default=list, help_text="Of home, notifications, public, thread, account."
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("warn", "Hide behind a warning"),
                            ("hide", "Hide altogether"),
                            ("blur", "Hide the pictures"),
                        ],
                        default="warn",
                        max_length=4,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="filters",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FilterKeyword",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("keyword", models.CharField(max_length=512)),
                ("whole_word", models.BooleanField(default=True)),
                (
                    "filter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keywords",
                        to="timelines.filter",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HomeEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "post_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="posts.post"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="List",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=256)),
                (
                    "replies_policy",
                    models.CharField(
                        choices=[
                            ("followed", "To anyone I follow"),
                            ("list", "To members of the list"),
                            ("none", "None"),
                        ],
                        default="list",
                        max_length=8,
                    ),
                ),
                ("exclusive", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lists",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NotificationPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "for_not_following",
                    models.CharField(
                        choices=[("accept", "Accept"), ("filter", "Hold back"), ("drop", "Ignore")],
                        default="accept",
                        max_length=6,
                    ),
                ),
                (
                    "for_not_followers",
                    models.CharField(
                        choices=[("accept", "Accept"), ("filter", "Hold back"), ("drop", "Ignore")],
                        default="accept",
                        max_length=6,
                    ),
                ),
                (
                    "for_new_accounts",
                    models.CharField(
                        choices=[("accept", "Accept"), ("filter", "Hold back"), ("drop", "Ignore")],
                        default="accept",
                        max_length=6,
                    ),
                ),
                (
                    "for_private_mentions",
                    models.CharField(
                        choices=[("accept", "Accept"), ("filter", "Hold back"), ("drop", "Ignore")],
                        default="filter",
                        max_length=6,
                    ),
                ),
                (
                    "for_limited_accounts",
                    models.CharField(
                        choices=[("accept", "Accept"), ("filter", "Hold back"), ("drop", "Ignore")],
                        default="filter",
                        max_length=6,
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_policy",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Conversation",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("thread", models.BigIntegerField()),
                ("participants", models.JSONField(default=list)),
                ("among", models.CharField(default="", max_length=32)),
                ("unread", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conversations",
                        to="accounts.account",
                    ),
                ),
                (
                    "last_post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "last_post"], name="timelines_c_account_15e0f5_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "thread", "among"), name="conversation_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="FilterPost",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "filter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="timelines.filter",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="posts.post"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("filter", "post"), name="filter_post_once")],
            },
        ),
        migrations.CreateModel(
            name="ListMember",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="timelines.list",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("list", "member"), name="list_member_once")],
            },
        ),
        migrations.CreateModel(
            name="Marker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "timeline",
                    models.CharField(
                        choices=[("home", "Home"), ("notifications", "Notifications")], max_length=20
                    ),
                ),
                ("last_read_id", models.BigIntegerField(default=0)),
                ("version", models.IntegerField(default=1)),
                ("updated_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="markers",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "timeline"), name="marker_once")],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("mention", "Mention"),
                            ("status", "New post"),
                            ("reblog", "Boost"),
                            ("follow", "New follower"),
                            ("follow_request", "Follow request"),
                            ("favourite", "Favourite"),
                            ("poll", "Poll has ended"),
                            ("update", "Edited post"),
                            ("quote", "Quote"),
                            ("quoted_update", "Edited post that one quotes"),
                            ("admin.sign_up", "New sign-up"),
                            ("admin.report", "New report"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "report_id",
                    models.BigIntegerField(
                        help_text="Reports stand above timelines, so by number.", null=True
                    ),
                ),
                ("group_key", models.CharField(max_length=80)),
                (
                    "filtered",
                    models.BooleanField(
                        default=False, help_text="Held back by the policy, shown under requests."
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="accounts.account",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "id"], name="timelines_n_account_5abe8b_idx"),
                    models.Index(fields=["account", "group_key"], name="timelines_n_account_da39da_idx"),
                    models.Index(
                        condition=models.Q(("filtered", True)),
                        fields=["account", "actor"],
                        name="notification_held",
                    ),
                    models.Index(
                        condition=models.Q(("post__isnull", False)), fields=["post"], name="notification_post"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("post__isnull", False)),
                        fields=("account", "actor", "type", "post"),
                        name="notified_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("type__in", ["follow", "follow_request", "admin.sign_up"])),
                        fields=("account", "actor", "type"),
                        name="notified_of_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("report_id__isnull", False)),
                        fields=("account", "report_id"),
                        name="notified_of_report_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "sender"), name="notification_permission_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NotificationRequest",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("updated_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notification_requests",
                        to="accounts.account",
                    ),
                ),
                (
                    "last_post",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "sender"), name="notification_request_once")
                ],
            },
        ),
    ]
