"""What follows for accounts with time."""

from openrounds.accounts.actions import delete_expired_mutes
from openrounds.jobs.registry import Tick, handler


@handler()
def tidy_mutes(_: Tick) -> None:
    delete_expired_mutes()
