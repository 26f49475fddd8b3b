"""The only doors from the id of an archive or an import to it, for a person."""

from pathlib import Path

from openrounds.core.errors import NotFound
from openrounds.portability.files import directory
from openrounds.portability.models import Archive, Import
from openrounds.rounds.access import acts_for, hosted_by
from openrounds.rounds.models import Round


def access_archive(account_id: int, archive_id: int) -> Path:
    """The file of an archive of the account's own that is whole and still kept."""
    found = Archive.objects.filter(pk=archive_id, account_id=account_id, made_at__isnull=False).first()
    path = directory() / found.name if found and found.name else None
    if path is None or not path.is_file():
        raise NotFound
    return path


def access_import(viewer_id: int, number: int) -> Import:
    """An import for a host that the viewer is or acts for, or into a round that he runs. Raises NotFound."""
    found = Import.objects.filter(pk=number).select_related("host").first()
    if found is None:
        raise NotFound
    own = Round.objects.filter(hosted_by(viewer_id)).values("pk")
    if not acts_for(viewer_id, found.host_id) and not found.steps.filter(step__round__in=own).exists():
        raise NotFound
    return found
