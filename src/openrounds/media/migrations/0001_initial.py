import django.db.models.deletion
import openrounds.core.clock
import openrounds.core.db
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MediaFile",
            fields=[
                (
                    "id",
                    openrounds.core.db.SortableIdField(
                        default=openrounds.core.db.next_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=openrounds.core.clock.now)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("image", "Image"),
                            ("gifv", "Silent loop"),
                            ("video", "Video"),
                            ("audio", "Audio"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("processing", "Being processed"),
                            ("ready", "Ready"),
                            ("failed", "Could not be processed"),
                        ],
                        default="processing",
                        max_length=10,
                    ),
                ),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The upload as it came, while it waits.",
                        max_length=255,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, default="", help_text="File name in the media store.", max_length=255
                    ),
                ),
                ("preview", models.CharField(blank=True, default="", max_length=255)),
                ("mime", models.CharField(blank=True, default="", max_length=100)),
                ("size", models.BigIntegerField(default=0, help_text="Bytes.")),
                (
                    "meta",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Sizes, duration, frame rate, as the API shows them.",
                    ),
                ),
                ("blurhash", models.CharField(blank=True, default="", max_length=120)),
                ("description", models.TextField(blank=True, default="", help_text="The alt text.")),
                ("focus_x", models.FloatField(blank=True, null=True)),
                ("focus_y", models.FloatField(blank=True, null=True)),
                ("remote_url", models.CharField(blank=True, default="", max_length=2048)),
                ("attached_at", models.DateTimeField(blank=True, null=True)),
                (
                    "loose_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the hourly sweep first saw that no post shows it.",
                        null=True,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="media_files",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner", "id"], name="media_media_owner_i_c6f5bc_idx"),
                    models.Index(
                        condition=models.Q(("attached_at", None)),
                        fields=["created_at"],
                        name="media_unattached",
                    ),
                ],
            },
        ),
    ]
