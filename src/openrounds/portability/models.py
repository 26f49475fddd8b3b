"""Archives that people have asked for, and what was brought here from elsewhere."""

from typing import ClassVar

from django.db import models

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.db import SortableIdField
from openrounds.rounds.models import Round, Step


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


class Import(models.Model):
    """A file from elsewhere that was taken in for a host; `report` says what became of each of its items."""

    host = models.ForeignKey(Account, models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=255)
    site = models.CharField(max_length=500, default="", blank=True, help_text="The address of the blog.")
    made_at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.file_name


class ImportedCase(models.Model):
    """A round that an import made. `key` names it within the blog, so that no case is made twice.

    `version` is the round's when the import had made it: a greater one, or a later version
    of one of its steps, tells that somebody has worked on it since.
    """

    run = models.ForeignKey(Import, models.CASCADE, related_name="cases")
    round = models.OneToOneField(Round, models.CASCADE, related_name="+")
    host = models.ForeignKey(Account, models.CASCADE, related_name="+")
    site = models.CharField(max_length=500)
    key = models.CharField(max_length=300)
    version = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["host", "site", "key"], name="imported_once")
        ]


class ImportedStep(models.Model):
    """A step that an import added to a round, new or there before."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="steps")
    step = models.OneToOneField(Step, models.CASCADE, related_name="+")
