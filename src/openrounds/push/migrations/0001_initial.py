import django.db.models.deletion
import openrounds.core.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("oauth", "0001_initial"),
        ("posts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PingWishes",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="ping_wishes",
                        serialize=False,
                        to="accounts.account",
                    ),
                ),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("weekly_cap", models.PositiveSmallIntegerField(null=True)),
                (
                    "on_call",
                    models.BooleanField(
                        default=False, help_text="May be named to those who ask a colleague in vain."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                (
                    "sealed_token",
                    models.TextField(help_text="The token's own text, encrypted (docs/decisions/0007)."),
                ),
                ("endpoint", models.CharField(max_length=2048)),
                (
                    "p256dh",
                    models.CharField(
                        help_text="The app's public key: base64url, uncompressed point.", max_length=88
                    ),
                ),
                (
                    "auth",
                    models.CharField(help_text="The shared secret: base64url, 16 bytes.", max_length=24),
                ),
                ("standard", models.BooleanField(help_text="RFC 8291, not the draft before it.")),
                (
                    "alerts",
                    models.TextField(default="", help_text="Kinds of notification, separated by spaces."),
                ),
                (
                    "policy",
                    models.CharField(
                        choices=[
                            ("all", "Everybody's"),
                            ("followed", "Those of whom one follows"),
                            ("follower", "Those of one's followers"),
                            ("none", "Nobody's"),
                        ],
                        default="all",
                        max_length=8,
                    ),
                ),
                ("base_url", models.CharField(help_text="How the app called this server.", max_length=255)),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "access_token",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscription",
                        to="oauth.accesstoken",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rang", models.BooleanField()),
                ("created_at", models.DateTimeField(db_index=True, default=openrounds.core.clock.now)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pings",
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
            options={
                "indexes": [
                    models.Index(fields=["account", "created_at"], name="push_ping_account_6a5275_idx")
                ],
                "constraints": [models.UniqueConstraint(fields=("account", "post"), name="ping_once")],
            },
        ),
    ]
