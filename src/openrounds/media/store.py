"""Where files live: the media directory, or an S3-compatible bucket when one is configured.

A name is ours: 32 random hex digits and the ending of a type that we write. Files are made in the directory, under
temporary names, and renamed into place once they are on the disk; with a bucket they are sent there from it.
What waits to be processed (`*_source`) lies beside them, where nothing is served from.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.storage import Storage
from django.core.files.storage.handler import StorageHandler
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile

from openrounds.core.errors import Unavailable
from openrounds.core.options import options
from openrounds.media.rules import MediaUnavailable
from openrounds.media.sandbox import WORK_PREFIX

NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png|webp|gif|mp4|mp3)", re.ASCII)
MIMES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
}
CACHE_CONTROL = "public, max-age=31536000, immutable"
# Room for a file while it is made: the upload itself, the copy that is worked on, and what comes out.
ROOM_PER_BYTE = 3
_SOURCES = "incoming"
_COPY_BYTES = 1 << 20
_log = logging.getLogger(__name__)


class NoRoom(Unavailable):
    """RFC 4918 §11.5."""

    status = 507
    default = "The server has no room left for files."


def directory() -> Path:
    """Where files are made, and without a bucket kept; there from the first call on."""
    place = Path(settings.MEDIA_ROOT)
    with disk():
        place.mkdir(mode=0o750, parents=True, exist_ok=True)
    return place


def incoming() -> Path:
    """For uploads as they came, on the same file system, served to nobody."""
    place = directory() / f".{_SOURCES}"
    with disk():
        place.mkdir(mode=0o700, exist_ok=True)
    return place


def check_room(size: int) -> None:
    """Raises NoRoom unless an upload of that many bytes can be processed and something is left for everything else."""
    disk = shutil.disk_usage(directory())
    spare = min(256 * 2**20, disk.total // 20)
    if disk.free < ROOM_PER_BYTE * size + spare:
        raise NoRoom


@contextmanager
def disk() -> Iterator[None]:
    """Turns a disk that is full into NoRoom."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom from problem
        raise


# ------------------------------------------------------------------------------------------------------- finished files
def publish(names: Collection[str]) -> None:
    """Brings files just made in `directory()` to where they are served from: all of them, or none stays."""
    bucket = _bucket()
    if bucket is None:
        return
    with unless_failed(names), _talk():
        for name in names:
            _send(bucket, f"media/{name}", directory() / name, MIMES[name.rpartition(".")[2]])
            (directory() / name).unlink()


@contextmanager
def unless_failed(names: Collection[str]) -> Iterator[None]:
    """Removes the files when what follows (the row that names them) fails."""
    try:
        yield
    except BaseException:
        remove(names)
        raise


def remove(names: Collection[str]) -> None:
    """Files that are not there are passed over; a bucket that does not answer leaves them to the sweep."""
    for name in filter(NAME.fullmatch, names):
        (directory() / name).unlink(missing_ok=True)
        if (bucket := _bucket()) is not None:
            try:
                with _talk():
                    bucket.delete(f"media/{name}")
            except Unavailable:
                _log.warning("%s could not be removed from the bucket", name)


def path_of(name: str) -> Path | None:
    """The local file of that name, if there is one; None for whatever is no name of ours."""
    if not NAME.fullmatch(name):
        return None
    path = directory() / name
    return path if path.is_file() else None


def link_to(name: str) -> str | None:
    """A signed URL into the bucket, good for an hour; None without a bucket or for what is no name of ours."""
    bucket = _bucket()
    if bucket is None or not NAME.fullmatch(name):
        return None
    with _talk():
        return bucket.url(f"media/{name}")


@contextmanager
def opened(name: str) -> Iterator[IO[bytes] | None]:
    """A finished file to be read, wherever it lies; None where there is none."""
    path, bucket = path_of(name), _bucket()
    if path is not None:
        with path.open("rb") as file:
            yield file
    elif bucket is not None and NAME.fullmatch(name):
        with _talk():
            kept = bucket.open(f"media/{name}") if bucket.exists(f"media/{name}") else None
        yield cast("IO[bytes] | None", kept)
        if kept is not None:
            kept.close()
    else:
        yield None


def copy_of(name: str) -> str:
    """Another file with the same bytes; its name. Raises FileNotFoundError."""
    made = f"{secrets.token_hex(16)}.{name.rpartition('.')[2]}"
    with opened(name) as source, disk():
        if source is None:
            raise FileNotFoundError(name)
        with (directory() / made).open("wb") as copy:
            shutil.copyfileobj(source, copy, _COPY_BYTES)
    publish([made])
    return made


def all_names() -> Iterator[str]:
    """Every file, those in the directory on their way to the bucket included."""
    with os.scandir(directory()) as entries:
        yield from (entry.name for entry in entries if NAME.fullmatch(entry.name))
    if (bucket := _bucket()) is not None:
        with _talk():
            names = bucket.listdir("media")[1]
        yield from filter(NAME.fullmatch, names)


def is_older(name: str, moment: datetime) -> bool:
    """Whether a file was written before that moment; False for one that is gone."""
    bucket = _bucket()
    if bucket is None or (directory() / name).exists():
        return _is_older(directory() / name, moment)
    with _talk():
        return bucket.get_modified_time(f"media/{name}") < moment


# ------------------------------------------------------------------------------------------------- uploads as they came
@contextmanager
def borrow(file: UploadedFile[bytes]) -> Iterator[Path]:
    """The upload as a file on disk, while it is looked at."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    path = _write_source(file)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def keep_source(file: UploadedFile[bytes]) -> str:
    """Keeps the upload until a worker, perhaps on another machine, has processed it; its name."""
    path = _write_source(file)
    if (bucket := _bucket()) is not None:
        try:
            with _talk():
                _send(bucket, f"{_SOURCES}/{path.name}", path, "application/octet-stream")
        finally:
            path.unlink()
    return path.name


@contextmanager
def borrow_source(name: str) -> Iterator[Path]:
    """A kept upload as a file on disk. Raises MediaUnavailable when it is gone."""
    path, bucket = incoming() / Path(name).name, _bucket()
    try:
        if bucket is not None:
            with _talk(), bucket.open(f"{_SOURCES}/{path.name}") as kept, path.open("wb") as copy, disk():
                shutil.copyfileobj(kept, copy, _COPY_BYTES)
        if not name or not path.is_file():
            raise MediaUnavailable("The upload was lost on the server; please upload the file again.")
        yield path
    finally:
        if bucket is not None:
            path.unlink(missing_ok=True)


def drop_source(name: str) -> None:
    if not name:
        return
    (incoming() / Path(name).name).unlink(missing_ok=True)
    if (bucket := _bucket()) is not None:
        with _talk():
            bucket.delete(f"{_SOURCES}/{Path(name).name}")


def forget_leftovers(before: datetime) -> int:
    """Removes uploads and work directories that processes left behind when they were killed; how many."""
    leftovers = [*incoming().iterdir(), *directory().glob(f"{WORK_PREFIX}*")]
    old = [path for path in leftovers if _is_older(path, before)]
    for path in old:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def _write_source(file: UploadedFile[bytes]) -> Path:
    """Written under a temporary name, synchronised, renamed: a name that is there is whole."""
    with disk(), tempfile.NamedTemporaryFile(dir=incoming(), prefix="part-", delete=False) as draft:
        try:
            file.seek(0)
            shutil.copyfileobj(file, draft, _COPY_BYTES)
            draft.flush()
            os.fsync(draft.fileno())
            return Path(draft.name).rename(incoming() / secrets.token_hex(16))
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise


def _is_older(path: Path, moment: datetime) -> bool:
    try:
        return path.lstat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


# ---------------------------------------------------------------------------------------------------------- the bucket
def _bucket() -> Storage | None:
    o = options()
    if not o.s3_bucket:
        return None
    return _open_bucket(o.s3_bucket, o.s3_endpoint, o.s3_region, o.s3_access_key, o.s3_secret_key)


@lru_cache(maxsize=1)
def _open_bucket(*place: str) -> Storage:
    """Through Django's handler, which imports the client (the extra `s3`) only where a bucket is configured."""
    name, endpoint, region, access_key, secret_key = place
    access: dict[str, Any] = {
        "bucket_name": name,
        "endpoint_url": endpoint or None,
        "region_name": region or None,
        "access_key": access_key or None,
        "secret_key": secret_key or None,
        "addressing_style": "path" if endpoint else None,
        "signature_version": "s3v4",
        "file_overwrite": True,
        "default_acl": None,
        "object_parameters": {"CacheControl": CACHE_CONTROL, "ContentDisposition": "inline"},
    }
    declared: dict[str, Any] = {"media": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": access}}
    return StorageHandler(declared)["media"]


def _send(bucket: Storage, key: str, path: Path, mime: str) -> None:
    with path.open("rb") as opened:
        bucket.save(key, UploadedFile(opened, content_type=mime))


@contextmanager
def _talk() -> Iterator[None]:
    """Whatever the client of the bucket raises means one thing to us; its own classes need the extra `s3`."""
    try:
        yield
    except (Unavailable, MediaUnavailable):
        raise
    except Exception as problem:
        _log.exception("the bucket does not answer")
        raise Unavailable("The file store does not answer just now") from problem
