import django.db.models.deletion
import django.db.models.functions.text
import openrounds.core.clock
import openrounds.core.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("username", models.CharField(max_length=255)),
                ("domain", models.CharField(blank=True, default="", max_length=255)),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("display_name", models.CharField(blank=True, default="", max_length=2048)),
                (
                    "note",
                    models.TextField(
                        blank=True, default="", help_text="Plain text; HTML for accounts of other servers."
                    ),
                ),
                (
                    "fields",
                    models.JSONField(
                        blank=True, default=list, help_text='[{"name", "value", "verified_at"}]'
                    ),
                ),
                (
                    "avatar",
                    models.CharField(
                        blank=True, default="", help_text="File name in the media store.", max_length=255
                    ),
                ),
                ("avatar_static", models.CharField(blank=True, default="", max_length=255)),
                ("avatar_description", models.CharField(blank=True, default="", max_length=1500)),
                ("header", models.CharField(blank=True, default="", max_length=255)),
                ("header_static", models.CharField(blank=True, default="", max_length=255)),
                ("header_description", models.CharField(blank=True, default="", max_length=1500)),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("student", "Student"),
                            ("clinician", "Clinician"),
                            ("nurse", "Nurse"),
                            ("pharmacist", "Pharmacist"),
                            ("scientist", "Scientist"),
                            ("educator", "Educator"),
                            ("patient", "Patient or public"),
                            ("researcher", "Researcher"),
                            ("librarian", "Librarian"),
                            ("organisation", "Organisation"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                ("specialty", models.CharField(blank=True, default="", max_length=100)),
                (
                    "version",
                    models.IntegerField(
                        default=1, help_text="Raised whenever what others see of the profile changes."
                    ),
                ),
                ("is_team", models.BooleanField(default=False)),
                ("bot", models.BooleanField(default=False)),
                ("locked", models.BooleanField(default=False)),
                ("discoverable", models.BooleanField(default=True)),
                (
                    "indexable",
                    models.BooleanField(
                        default=True, help_text="Whether posts may be found by people who search."
                    ),
                ),
                ("hide_collections", models.BooleanField(default=False)),
                ("memorial", models.BooleanField(default=False)),
                ("suspended_at", models.DateTimeField(blank=True, null=True)),
                ("limited_at", models.DateTimeField(blank=True, null=True)),
                (
                    "default_visibility",
                    models.SmallIntegerField(
                        choices=[(0, "public"), (1, "unlisted"), (2, "followers"), (3, "direct")], default=0
                    ),
                ),
                ("default_sensitive", models.BooleanField(default=False)),
                ("default_language", models.CharField(blank=True, default="", max_length=35)),
                (
                    "default_quote_policy",
                    models.SmallIntegerField(
                        choices=[(0, "nobody"), (1, "followers"), (2, "everyone")], db_default=2, default=2
                    ),
                ),
                (
                    "attribution_domains",
                    models.JSONField(
                        blank=True,
                        db_default=[],
                        default=list,
                        help_text="Hosts whose pages may name this account as their author.",
                    ),
                ),
                ("followers_count", models.IntegerField(default=0)),
                ("following_count", models.IntegerField(default=0)),
                ("posts_count", models.IntegerField(default=0)),
                ("last_post_on", models.DateField(blank=True, null=True)),
                ("uri", models.CharField(blank=True, max_length=2048, null=True)),
                ("url", models.CharField(blank=True, default="", max_length=2048)),
                ("inbox_url", models.CharField(blank=True, default="", max_length=2048)),
                ("shared_inbox_url", models.CharField(blank=True, default="", max_length=2048)),
                ("outbox_url", models.CharField(blank=True, default="", max_length=2048)),
                ("followers_url", models.CharField(blank=True, default="", max_length=2048)),
                ("public_key", models.TextField(blank=True, default="")),
                ("private_key", models.TextField(blank=True, default="")),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
                (
                    "moved_to",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        help_text="The account's name, to sign in with.", max_length=30, unique=True
                    ),
                ),
                ("email", models.EmailField(max_length=320, unique=True)),
                (
                    "rank",
                    models.SmallIntegerField(
                        choices=[(0, "Member"), (10, "Moderator"), (20, "Admin")], default=0
                    ),
                ),
                ("locale", models.CharField(default="en", max_length=35)),
                ("sign_up_reason", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("sign_up_ip", models.GenericIPAddressField(blank=True, null=True)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_active",
                    models.BooleanField(default=True, help_text="Off: access has been ended by a moderator."),
                ),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("expand_media", models.CharField(default="default", max_length=10)),
                ("expand_spoilers", models.BooleanField(default=False)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="user",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AccountNote",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("text", models.TextField()),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes_written",
                        to="accounts.account",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "blocked",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocked_by",
                        to="accounts.account",
                    ),
                ),
                (
                    "blocker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocking",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DismissedSuggestion",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
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
                    "dismissed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DomainBlock",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("domain", models.CharField(max_length=255)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="domain_blocks",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Endorsement",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="endorsements",
                        to="accounts.account",
                    ),
                ),
                (
                    "endorsed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("show_boosts", models.BooleanField(default=True)),
                ("notify", models.BooleanField(default=False)),
                (
                    "languages",
                    models.JSONField(
                        blank=True, help_text="Only posts in these languages; null means all.", null=True
                    ),
                ),
                (
                    "followee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followers",
                        to="accounts.account",
                    ),
                ),
                (
                    "follower",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="following",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowRequest",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("show_boosts", models.BooleanField(default=True)),
                ("notify", models.BooleanField(default=False)),
                ("languages", models.JSONField(blank=True, null=True)),
                ("uri", models.CharField(blank=True, default="", max_length=2048)),
                (
                    "followee",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests_received",
                        to="accounts.account",
                    ),
                ),
                (
                    "follower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requests_made",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("max_uses", models.PositiveIntegerField(blank=True, null=True)),
                ("uses", models.PositiveIntegerField(default=0)),
                (
                    "creator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invites",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="invite",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="people",
                to="accounts.invite",
            ),
        ),
        migrations.CreateModel(
            name="Mute",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("hide_notifications", models.BooleanField(default=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "muted",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="muted_by",
                        to="accounts.account",
                    ),
                ),
                (
                    "muter",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="muting",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TeamMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        choices=[("owner", "Owner"), ("poster", "Poster")], default="poster", max_length=8
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="teams",
                        to="accounts.account",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(django.db.models.functions.text.Lower("username"), name="account_name_start"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["-followers_count", "id"], name="account_most_followed"),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("moved_to__isnull", False)), fields=["moved_to"], name="account_moved"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                models.F("domain"), django.db.models.functions.text.Lower("username"), name="account_handle"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(models.F("uri"), name="account_uri"),
        ),
        migrations.AddConstraint(
            model_name="accountnote",
            constraint=models.UniqueConstraint(fields=("author", "subject"), name="note_once"),
        ),
        migrations.AddIndex(
            model_name="block",
            index=models.Index(fields=["blocked", "blocker"], name="accounts_bl_blocked_fa68c3_idx"),
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.UniqueConstraint(fields=("blocker", "blocked"), name="block_once"),
        ),
        migrations.AddConstraint(
            model_name="dismissedsuggestion",
            constraint=models.UniqueConstraint(fields=("account", "dismissed"), name="dismissal_once"),
        ),
        migrations.AddConstraint(
            model_name="domainblock",
            constraint=models.UniqueConstraint(fields=("account", "domain"), name="domain_block_once"),
        ),
        migrations.AddConstraint(
            model_name="endorsement",
            constraint=models.UniqueConstraint(fields=("account", "endorsed"), name="endorsement_once"),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(fields=["follower", "id"], name="accounts_fo_followe_4113af_idx"),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(fields=["followee", "id"], name="accounts_fo_followe_a49479_idx"),
        ),
        migrations.AddIndex(
            model_name="follow",
            index=models.Index(
                condition=models.Q(("notify", True)), fields=["followee"], name="follow_notify"
            ),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.UniqueConstraint(fields=("followee", "follower"), name="follow_once"),
        ),
        migrations.AddConstraint(
            model_name="follow",
            constraint=models.CheckConstraint(
                condition=models.Q(("follower", models.F("followee")), _negated=True),
                name="follow_not_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="followrequest",
            constraint=models.UniqueConstraint(fields=("followee", "follower"), name="request_once"),
        ),
        migrations.AddIndex(
            model_name="mute",
            index=models.Index(fields=["muted", "muter"], name="accounts_mu_muted_i_465baf_idx"),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(fields=("muter", "muted"), name="mute_once"),
        ),
        migrations.AddConstraint(
            model_name="teammembership",
            constraint=models.UniqueConstraint(fields=("team", "member"), name="membership_once"),
        ),
    ]
