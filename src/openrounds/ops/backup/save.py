"""Makes a backup while the server runs."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from openrounds.core.clock import iso, now
from openrounds.core.errors import Invalid
from openrounds.core.options import options, settings_file
from openrounds.ops.backup import snapshot
from openrounds.ops.backup.archive import Advance, Manifest, writing

# What the processes of one machine share while they run. All else in `run` is a key, or the last id given out.
PASSING = {"limits", "migrate.lock", "demo-unfinished"}
_FINISHED = re.compile(r"[0-9a-f]{32}(\.[a-z0-9]+)?", re.ASCII)


def steps() -> int:
    """About how many bytes `save` will tell of: the database is copied, then packed."""
    return 2 * snapshot.size() + sum(path.stat().st_size for _, path in _files())


def save(target: Path, advance: Advance) -> Manifest:
    """Writes the archive; what it holds. The database first: files that come later harm nobody, and those that its rows
    name are kept for a day after their last use."""
    if target.exists():
        raise Invalid(f"{target} exists already. Name another file.")
    manifest = Manifest(version("openrounds"), iso(now()), "", media_in_bucket=bool(options().s3_bucket))
    with (
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder,
        writing(target, manifest, advance) as archive,
    ):
        for name, path in snapshot.take(Path(folder), manifest, advance):
            archive.add(name, path)
            path.unlink()
        for name, path in _files():
            with suppress(FileNotFoundError):  # swept away meanwhile: no post shows it
                archive.add(name, path)
    return manifest


def _files() -> Iterator[tuple[str, Path]]:
    if (file := settings_file()).is_file():
        yield "openrounds.toml", file
    for path in sorted(settings.RUN.iterdir()):
        if path.is_file() and path.name not in PASSING and not path.name.startswith("."):
            yield f"run/{path.name}", path
    media = Path(settings.MEDIA_ROOT)
    for path in sorted([*media.glob("*"), *media.glob(".incoming/*")]):
        if _FINISHED.fullmatch(path.name):  # no draft, and no work directory
            yield f"media/{path.relative_to(media)}", path


def room_for(target: Path) -> None:
    """Refuses when the disk cannot hold the archive and the copy it is made from."""
    needed, free = steps(), shutil.disk_usage(target.parent).free
    if free < needed:
        raise Invalid(f"{target.parent} has {free >> 20} MB free; the backup needs {needed >> 20} MB.")
