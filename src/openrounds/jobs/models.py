"""Rows of the outbox (what happened) and of the queue (what is to be done about it)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from openrounds.core.clock import now


class Happening(models.Model):
    """A fact in the outbox: written in the transaction that made it true, read by the streaming process."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    payload = models.TextField()
    created_at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Pause(models.Model):
    """While there is a row, no worker on any machine begins a job. Written by a restore, and by an operator."""

    reason = models.CharField(max_length=200)
    since = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.reason


class Job(models.Model):
    """A handler to be run. Done jobs are deleted; `parked_at` marks those given up, for an operator to see.

    Whoever holds `lease` until `leased_until` may finish the job; a late worker finds another lease there.
    """

    id = models.BigAutoField(primary_key=True)
    handler = models.CharField(max_length=120)
    payload = models.TextField()
    queue = models.CharField(max_length=20)
    run_at = models.DateTimeField(default=now)
    attempts = models.IntegerField(default=0)
    lease = models.CharField(max_length=32, null=True)
    leased_until = models.DateTimeField(null=True)
    unique_key = models.CharField(max_length=120, null=True)
    parked_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["queue", "run_at"], condition=Q(parked_at=None), name="job_due")
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["unique_key"], name="job_once")]

    def __str__(self) -> str:
        return f"{self.handler} {self.pk}"
