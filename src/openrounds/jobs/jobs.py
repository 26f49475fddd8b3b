"""Keeps the outbox and the queue small."""

from datetime import timedelta

from openrounds.core.clock import now
from openrounds.jobs.models import Happening
from openrounds.jobs.registry import Tick, handler

OUTBOX_KEPT = timedelta(days=1)


@handler()
def trim_outbox(_: Tick) -> None:
    """Forgets facts that every reader has long passed."""
    Happening.objects.filter(created_at__lt=now() - OUTBOX_KEPT).delete()
