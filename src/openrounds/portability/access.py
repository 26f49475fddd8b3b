"""The only door from an archive's id to the archive, for a person."""

from pathlib import Path

from openrounds.core.errors import NotFound
from openrounds.portability.files import directory
from openrounds.portability.models import Archive


def access_archive(account_id: int, archive_id: int) -> Path:
    """The file of an archive of the account's own that is whole and still kept."""
    found = Archive.objects.filter(pk=archive_id, account_id=account_id, made_at__isnull=False).first()
    path = directory() / found.name if found and found.name else None
    if path is None or not path.is_file():
        raise NotFound
    return path
