"""Where archives lie: in the data directory, served to nobody but through `access`."""

from pathlib import Path

from django.conf import settings


def directory() -> Path:
    place: Path = settings.DATA / "exports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
