import django.db.models.deletion
import openrounds.core.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hashtag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("display_name", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("may_trend", models.BooleanField(default=True)),
                ("listed", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="FeaturedHashtag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="featured_hashtags",
                        to="accounts.account",
                    ),
                ),
                (
                    "hashtag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="hashtags.hashtag"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "hashtag"), name="hashtag_feature_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="HashtagDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.IntegerField(help_text="UTC days since 1970-01-01.")),
                ("uses", models.IntegerField(help_text="Posts.")),
                ("accounts", models.IntegerField(help_text="Distinct authors.")),
                (
                    "hashtag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="hashtags.hashtag",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="hashtags_ha_day_c69fb1_idx")],
                "constraints": [models.UniqueConstraint(fields=("hashtag", "day"), name="hashtag_day_once")],
            },
        ),
        migrations.CreateModel(
            name="HashtagFollow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followed_hashtags",
                        to="accounts.account",
                    ),
                ),
                (
                    "hashtag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="hashtags.hashtag",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hashtag", "account"), name="hashtag_follow_once")
                ],
            },
        ),
    ]
