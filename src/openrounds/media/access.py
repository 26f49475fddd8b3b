"""The only door from an id to a file for a person."""

from openrounds.core.errors import NotFound
from openrounds.media.models import MediaFile


def access_upload(owner_id: int, media_id: int) -> MediaFile:
    """A person's own file that no post shows yet. Raises NotFound."""
    found = MediaFile.objects.filter(pk=media_id, owner_id=owner_id, attached_at=None).first()
    if found is None:
        raise NotFound
    return found
