"""Archives that people have asked for."""

from typing import ClassVar

from django.db import models

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.db import SortableIdField


class Archive(models.Model):
    """Everything of one account in one file. `made_at` is set once the file is whole."""

    id = SortableIdField()
    account = models.ForeignKey(Account, models.CASCADE, related_name="archives")
    asked_at = models.DateTimeField(default=now)
    made_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField(max_length=64, default="", blank=True, help_text="File name below exports/.")
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    done = models.IntegerField(default=0, help_text="Posts written so far.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(made_at=None), name="archive_one_in_the_making"
            )
        ]

    def __str__(self) -> str:
        return self.name or f"archive {self.pk}"
