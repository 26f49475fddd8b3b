"""Puts a backup in place: into an empty data directory, and with PostgreSQL an empty database.

In three steps, so that nothing is touched before the archive is known to be whole: `examine` (no Django), `unpack`, and
then, with Django set up on what was unpacked, `finish`. Until then a mark in the directory keeps the server from it.
"""

import os
import shutil
from importlib.metadata import version
from pathlib import Path

from openrounds.ops.backup import archive
from openrounds.ops.backup.archive import Advance, Manifest, Unusable
from openrounds.ops.boot import UNFINISHED, broken_off

_TABLES = "database-tables"


def examine(file: Path, data: Path, advance: Advance) -> Manifest:
    """Raises Unusable unless this archive can be restored to that directory by this program."""
    if (data / UNFINISHED).exists():
        raise Unusable(broken_off(data))
    if data.exists() and any(data.iterdir()):
        raise Unusable(f"{data} is not empty. A backup is restored to a new directory: name one with --data.")
    manifest = archive.check(file, advance)
    if _numbers(manifest.version) > _numbers(version("openrounds")):
        raise Unusable(
            f"{file} was made by OpenRounds {manifest.version}; this is {version('openrounds')}. Upgrade first."
        )
    _check_database(file, manifest)
    _check_room(data, manifest)
    return manifest


def _check_room(data: Path, manifest: Manifest) -> None:
    there = next(folder for folder in (data, *data.absolute().parents) if folder.is_dir())
    needed, free = sum(part.size for part in manifest.parts.values()), shutil.disk_usage(there).free
    if free < needed:
        raise Unusable(f"{there} has {free >> 20} MB free; the restore needs {(needed >> 20) + 1} MB.")


def _check_database(file: Path, manifest: Manifest) -> None:
    wanted = (
        "postgresql" if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE") else "sqlite"
    )
    if manifest.database == "postgresql" and wanted == "sqlite":
        raise Unusable(f"{file} holds a PostgreSQL database: set DATABASE_URL to an empty one.")
    if manifest.database == "sqlite" and wanted == "postgresql":
        raise Unusable(f"{file} holds an SQLite database, and DATABASE_URL names PostgreSQL: unset it.")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def unpack(file: Path, data: Path, manifest: Manifest, advance: Advance) -> None:
    """The files in their places, and the database where `finish` finds it."""
    data.mkdir(mode=0o750, parents=True, exist_ok=True)
    (data / UNFINISHED).touch()

    def place(name: str) -> Path:
        if name.startswith("database/"):
            own = name.removeprefix("database/")
            return data / own if manifest.database == "sqlite" else data / _TABLES / own
        return data / name

    archive.unpack(file, place, advance)


def finish(data: Path, manifest: Manifest, advance: Advance) -> None:
    """With Django set up: loads the tables, checks what was counted, brings the database up to date, pauses the jobs."""
    from openrounds.ops.backup import load  # noqa: PLC0415 - needs Django, which `examine` and `unpack` come before

    load.load(data / _TABLES, manifest, advance)
    shutil.rmtree(data / _TABLES, ignore_errors=True)
    (data / UNFINISHED).unlink()


def give_up(data: Path) -> None:
    """Leaves the directory as empty as it was."""
    for path in data.iterdir() if data.is_dir() else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
