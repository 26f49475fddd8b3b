"""Asking for an archive, and doing away with old ones."""

from datetime import timedelta

from django.db import transaction

from openrounds.accounts.models import Account
from openrounds.core.clock import ago
from openrounds.core.errors import Conflict, TooManyRequests
from openrounds.jobs.actions import record
from openrounds.portability.facts import ArchiveAsked
from openrounds.portability.files import directory
from openrounds.portability.models import Archive

PAUSE = timedelta(hours=6)
KEPT = timedelta(days=7)


@transaction.atomic
def ask_for_archive(account: Account, base: str) -> Archive:
    """Queues the making of an archive; `base` is scheme and host of the addresses in it. Raises Conflict while one is in the
    making and TooManyRequests soon after one was made."""
    # Holding the account keeps two calls at once from asking twice.
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if Archive.objects.filter(account=account, made_at=None).exists():
        raise Conflict("An archive is being made already")
    if Archive.objects.filter(account=account, asked_at__gt=ago(hours=PAUSE.seconds // 3600)).exists():
        raise TooManyRequests("An archive was made a short while ago. Ask again in some hours")
    archive = Archive.objects.create(account=account)
    record(ArchiveAsked(archive.pk, base))
    return archive


def forget_archives() -> None:
    """Removes archives that are older than a week, and files that no archive names."""
    Archive.objects.filter(asked_at__lt=ago(days=KEPT.days)).delete()
    named = set(Archive.objects.values_list("name", flat=True))
    oldest = ago(days=1).timestamp()
    for path in directory().iterdir():
        if path.name not in named and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
