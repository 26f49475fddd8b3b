"""Making archives and erasing accounts, away from any request."""

from datetime import timedelta

from openrounds.jobs.registry import Tick, handler
from openrounds.portability import actions, erasing, leaving_actions
from openrounds.portability.facts import ArchiveAsked, LeavingDue
from openrounds.portability.questions import holding
from openrounds.portability.writing import write_archive


# In the queue of what takes its time, so that no post waits behind somebody's ten years.
@handler(queue="media", transactional=False, lease=timedelta(minutes=30))
def make_archive(fact: ArchiveAsked) -> None:
    """Begun anew after a crash: a file that is there under its name is whole."""
    write_archive(fact.archive_id, fact.base)


@handler()
def forget_archives(_tick: Tick) -> None:
    actions.forget_archives()


@handler()
def forget_held(_tick: Tick) -> None:
    holding.forget_held()


@handler()
def begin_erasing(_tick: Tick) -> None:
    leaving_actions.begin_due()


# Somebody may have written for ten years.
@handler(queue="bulk", transactional=False, lease=timedelta(hours=1))
def erase_account(fact: LeavingDue) -> None:
    """Begun anew after a crash, it goes on where it was; a second run finds nothing to do."""
    erasing.erase_account(fact.account_id)
