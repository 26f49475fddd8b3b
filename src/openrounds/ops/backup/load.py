"""The last step of a restore, on a Django that is set up."""

from pathlib import Path

from django.db import transaction

from openrounds.accounts.models import Account
from openrounds.core import db
from openrounds.jobs.actions import pause
from openrounds.jobs.models import Job
from openrounds.ops import database
from openrounds.ops.backup import snapshot
from openrounds.ops.backup.archive import Advance, Manifest, Unusable


def load(tables: Path, manifest: Manifest, advance: Advance) -> None:
    """Raises Unusable, with the database as empty as it was, when it cannot be filled as the archive says."""
    if unknown := sorted(set(manifest.migrations) - database.in_program()):
        raise Unusable(f"The archive's database is newer than this program: it has had {unknown[-1]}.")
    if manifest.database == "postgresql":
        _check_empty()
        snapshot.prepare(manifest)
    with transaction.atomic():
        if manifest.database == "postgresql":
            snapshot.load(tables, manifest, advance)
        _compare(manifest)
        Job.objects.exclude(lease=None).update(lease=None, leased_until=None)
        pause(f"restored from the backup of {manifest.made_at}")
    database.ensure()


def _check_empty() -> None:
    if db.rows("SELECT 1 FROM pg_tables WHERE tablename = 'accounts_account' AND schemaname = 'public'") and (
        Account.objects.exists()
    ):
        raise Unusable("The database is not empty. A backup is restored to a new one.")


def _compare(manifest: Manifest) -> None:
    for table, count in manifest.counts.items():
        found = (db.row(f'SELECT COUNT(*) FROM "{table}"') or (0,))[0]
        if found != count:
            raise Unusable(f"{table} has {found} rows in place of {count}.")
