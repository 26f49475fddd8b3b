"""Rows of uploaded files. Which post shows a file is known to `posts`."""

from typing import ClassVar

from django.db import models

from openrounds.core.clock import now
from openrounds.core.db import SortableIdField


class Kind(models.TextChoices):
    """What a file is, in the words of the client API."""

    IMAGE = "image", "Image"
    GIFV = "gifv", "Silent loop"
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    UNKNOWN = "unknown", "Unknown"


class State(models.TextChoices):
    """Where a file is on its way to being shown."""

    PROCESSING = "processing", "Being processed"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be processed"


class MediaFile(models.Model):
    """A file somebody uploaded, with what is known of it. `attached_at` is set once a post shows it."""

    id = SortableIdField()
    # By name, since accounts stand above media: an upload has an owner, but nothing here knows what an owner is.
    owner = models.ForeignKey("accounts.Account", models.CASCADE, related_name="media_files", db_index=False)
    created_at = models.DateTimeField(default=now)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.UNKNOWN)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROCESSING)
    problem = models.CharField(max_length=300, default="", blank=True)
    source = models.CharField(
        max_length=255, default="", blank=True, help_text="The upload as it came, while it waits."
    )
    name = models.CharField(max_length=255, default="", blank=True, help_text="File name in the media store.")
    preview = models.CharField(max_length=255, default="", blank=True)
    mime = models.CharField(max_length=100, default="", blank=True)
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    meta = models.JSONField(
        default=dict, blank=True, help_text="Sizes, duration, frame rate, as the API shows them."
    )
    blurhash = models.CharField(max_length=120, default="", blank=True)
    description = models.TextField(default="", blank=True, help_text="The alt text.")
    focus_x = models.FloatField(null=True, blank=True)
    focus_y = models.FloatField(null=True, blank=True)
    remote_url = models.CharField(max_length=2048, default="", blank=True)
    attached_at = models.DateTimeField(null=True, blank=True)
    loose_since = models.DateTimeField(
        null=True, blank=True, help_text="When the hourly sweep first saw that no post shows it."
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "id"]),
            models.Index(
                fields=["created_at"], condition=models.Q(attached_at=None), name="media_unattached"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"upload {self.pk}"


class HeldFile(models.Model):
    """A file of the store that is served to nobody yet."""

    name = models.CharField(max_length=255, primary_key=True)

    def __str__(self) -> str:
        return self.name
