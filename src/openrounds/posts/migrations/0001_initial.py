import django.db.models.deletion
import openrounds.core.clock
import openrounds.core.db
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("hashtags", "0001_initial"),
        ("media", "0001_initial"),
        ("oauth", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PreviewCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2048, unique=True)),
                ("title", models.CharField(blank=True, default="", max_length=500)),
                ("description", models.TextField(blank=True, default="")),
                ("author_name", models.CharField(blank=True, default="", max_length=200)),
                ("author_url", models.CharField(blank=True, default="", max_length=2048)),
                ("provider_name", models.CharField(blank=True, default="", max_length=200)),
                (
                    "image",
                    models.CharField(
                        blank=True, default="", help_text="File name in the media store.", max_length=255
                    ),
                ),
                ("image_description", models.CharField(blank=True, default="", max_length=1000)),
                ("width", models.IntegerField(default=0)),
                ("height", models.IntegerField(default=0)),
                ("blurhash", models.CharField(blank=True, default="", max_length=120)),
                ("language", models.CharField(blank=True, default="", max_length=35)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("fetched_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.SmallIntegerField()),
                (
                    "media",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachment",
                        to="media.mediafile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("silent", models.BooleanField(default=False)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.IntegerField(default=1)),
                (
                    "uri",
                    models.CharField(
                        blank=True, help_text="Set for posts of other servers.", max_length=2048, null=True
                    ),
                ),
                ("url", models.CharField(blank=True, default="", max_length=2048)),
                (
                    "visibility",
                    models.SmallIntegerField(
                        choices=[(0, "public"), (1, "unlisted"), (2, "followers"), (3, "direct")]
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True, default="", help_text="As typed; HTML for posts of other servers."
                    ),
                ),
                ("spoiler_text", models.TextField(blank=True, default="")),
                ("sensitive", models.BooleanField(default=False)),
                ("language", models.CharField(blank=True, default="", max_length=35)),
                ("thread", models.BigIntegerField(default=0)),
                (
                    "quote_state",
                    models.SmallIntegerField(
                        choices=[
                            (0, "quotes nothing"),
                            (1, "accepted"),
                            (2, "waits for consent"),
                            (3, "refused"),
                            (4, "consent withdrawn"),
                        ],
                        db_default=0,
                        default=0,
                    ),
                ),
                (
                    "quote_policy",
                    models.SmallIntegerField(
                        choices=[(0, "nobody"), (1, "followers"), (2, "everyone")], db_default=0, default=0
                    ),
                ),
                ("has_poll", models.BooleanField(default=False)),
                ("has_media", models.BooleanField(default=False)),
                ("replies_count", models.IntegerField(default=0)),
                ("boosts_count", models.IntegerField(default=0)),
                ("favourites_count", models.IntegerField(default=0)),
                ("quotes_count", models.IntegerField(db_default=0, default=0)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="accounts.account",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="oauth.application",
                    ),
                ),
                (
                    "boost_of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="boosts",
                        to="posts.post",
                    ),
                ),
                (
                    "in_reply_to",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="replies",
                        to="posts.post",
                    ),
                ),
                (
                    "in_reply_to_account",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "media",
                    models.ManyToManyField(
                        related_name="posts", through="posts.Attachment", to="media.mediafile"
                    ),
                ),
                (
                    "mentions",
                    models.ManyToManyField(
                        related_name="mentioned_in", through="posts.Mention", to="accounts.account"
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who really wrote a team's post.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "quote_of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="quotes",
                        to="posts.post",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("multiple", models.BooleanField(default=False)),
                ("hide_totals", models.BooleanField(default=False)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("voters_count", models.IntegerField(default=0)),
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="poll", to="posts.post"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="mention",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mention_rows",
                to="posts.post",
            ),
        ),
        migrations.CreateModel(
            name="Favourite",
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
                        related_name="favourites",
                        to="accounts.account",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourites",
                        to="posts.post",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Edit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(help_text="When this wording was published.")),
                ("content", models.JSONField()),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="edits", to="posts.post"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Bookmark",
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
                        related_name="bookmarks",
                        to="accounts.account",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bookmarks", to="posts.post"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="attachment",
            name="post",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachment_rows",
                to="posts.post",
            ),
        ),
        migrations.CreateModel(
            name="PostHashtag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hashtag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="hashtags.hashtag",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hashtag_rows",
                        to="posts.post",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="post",
            name="hashtags",
            field=models.ManyToManyField(
                related_name="posts", through="posts.PostHashtag", to="hashtags.hashtag"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="card",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="posts.previewcard",
            ),
        ),
        migrations.CreateModel(
            name="ScheduledPost",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scheduled_at", models.DateTimeField(db_index=True)),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("params", models.JSONField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scheduled_posts",
                        to="accounts.account",
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="oauth.application",
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=255)),
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
                    "post",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="posts.post",
                    ),
                ),
                (
                    "scheduled",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="posts.scheduledpost",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ThreadMute",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("thread", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.SmallIntegerField()),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="posts.poll",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ballot",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ballots",
                        to="posts.poll",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("poll", "account"), name="ballot_once")],
            },
        ),
        migrations.CreateModel(
            name="PollOption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.SmallIntegerField()),
                ("title", models.CharField(max_length=500)),
                ("votes_count", models.IntegerField(default=0)),
                (
                    "poll",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="posts.poll",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [models.UniqueConstraint(fields=("poll", "position"), name="option_place")],
            },
        ),
        migrations.CreateModel(
            name="Pin",
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
                        related_name="pins",
                        to="accounts.account",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pins", to="posts.post"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("account", "post"), name="pin_once")],
            },
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["account", "post"], name="posts_menti_account_be1f2c_idx"),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(fields=("post", "account"), name="mention_once"),
        ),
        migrations.AddIndex(
            model_name="favourite",
            index=models.Index(fields=["account", "id"], name="posts_favou_account_3aec7f_idx"),
        ),
        migrations.AddIndex(
            model_name="favourite",
            index=models.Index(fields=["post", "id"], name="posts_favou_post_id_dd9a63_idx"),
        ),
        migrations.AddConstraint(
            model_name="favourite",
            constraint=models.UniqueConstraint(fields=("account", "post"), name="favourite_once"),
        ),
        migrations.AddIndex(
            model_name="bookmark",
            index=models.Index(fields=["account", "id"], name="posts_bookm_account_dbcec8_idx"),
        ),
        migrations.AddConstraint(
            model_name="bookmark",
            constraint=models.UniqueConstraint(fields=("account", "post"), name="bookmark_once"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(fields=("post", "position"), name="attachment_place"),
        ),
        migrations.AddConstraint(
            model_name="posthashtag",
            constraint=models.UniqueConstraint(fields=("hashtag", "post"), name="hashtag_once"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["account", "id"], name="posts_post_account_05ac26_idx"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["thread", "id"], name="posts_post_thread_bb2822_idx"),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("boost_of", None), ("deleted_at", None), ("visibility", 0)),
                fields=["id"],
                name="post_public",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("in_reply_to__isnull", False)),
                fields=["in_reply_to"],
                name="post_replies",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("in_reply_to_account__isnull", False)),
                fields=["in_reply_to_account"],
                name="post_replied",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("boost_of__isnull", False)), fields=["boost_of"], name="post_boosts"
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("quote_of__isnull", False)), fields=["quote_of"], name="post_quotes"
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("card__isnull", False)), fields=["card"], name="post_card"
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                condition=models.Q(("boost_of__isnull", False), ("deleted_at", None)),
                fields=("account", "boost_of"),
                name="boost_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(fields=("uri",), name="post_uri"),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(fields=["created_at"], name="posts_idemp_created_88150f_idx"),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(
                condition=models.Q(("post__isnull", False)), fields=["post"], name="idempotency_post"
            ),
        ),
        migrations.AddIndex(
            model_name="idempotencykey",
            index=models.Index(
                condition=models.Q(("scheduled__isnull", False)),
                fields=["scheduled"],
                name="idempotency_scheduled",
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("account", "key"), name="idempotency_once"),
        ),
        migrations.AddConstraint(
            model_name="threadmute",
            constraint=models.UniqueConstraint(fields=("account", "thread"), name="thread_mute_once"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("poll", "account", "position"), name="vote_once"),
        ),
    ]
