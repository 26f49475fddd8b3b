"""The only door from an id to a file for a person."""

from collections.abc import Collection, Sequence

from openrounds.core.errors import NotFound
from openrounds.media.models import MediaFile


def access_upload(owner_id: int, media_id: int) -> MediaFile:
    """A person's own file that no post shows yet. Raises NotFound."""
    found = MediaFile.objects.filter(pk=media_id, owner_id=owner_id, attached_at=None).first()
    if found is None:
        raise NotFound
    return found


def uploads_of(owner_ids: Collection[int], media_ids: Sequence[int]) -> list[MediaFile]:
    """Of these files those that belong to one of the accounts and that no post shows yet, in that order."""
    found = MediaFile.objects.filter(owner_id__in=owner_ids, attached_at=None).in_bulk(media_ids)
    return [found[media_id] for media_id in media_ids if media_id in found]
