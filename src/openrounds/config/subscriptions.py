"""Which handler follows from which fact: the one place that joins what happens below to what is done about it above."""

from datetime import timedelta

from openrounds.jobs.jobs import trim_outbox
from openrounds.jobs.registry import every


def subscribe_all() -> None:
    every(timedelta(hours=1), trim_outbox)
