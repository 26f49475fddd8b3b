"""Files that exist but are served to nobody yet: pictures of a step that has not been released."""

from collections.abc import Collection

from openrounds.media.models import HeldFile, MediaFile


def hold(media_ids: Collection[int]) -> None:
    """Nobody is served these files (nor their previews) until they are let go."""
    names = _names_of(media_ids)
    HeldFile.objects.bulk_create([HeldFile(name=name) for name in names], ignore_conflicts=True)


def let_go(media_ids: Collection[int]) -> None:
    """They are served like all others from now on."""
    HeldFile.objects.filter(name__in=_names_of(media_ids)).delete()


def forget(names: Collection[str]) -> None:
    """Of files that are gone: while there is a file, the row keeps it from being served."""
    HeldFile.objects.filter(name__in=names).delete()


def is_held(name: str) -> bool:
    return HeldFile.objects.filter(pk=name).exists()


def _names_of(media_ids: Collection[int]) -> list[str]:
    pairs = MediaFile.objects.filter(pk__in=media_ids).values_list("name", "preview")
    return [name for pair in pairs for name in pair if name]
