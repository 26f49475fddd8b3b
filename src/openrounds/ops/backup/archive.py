"""The archive: a plain tar whose last member is a manifest with the size and SHA-256 of each other. No Django here.

A writer works on `FILE.part` and renames it when it is on the disk, so that a file of the right name is whole; a reader
checks every byte before anything of it is used.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

FORMAT = 1
MANIFEST = "manifest.json"
PIECE = 1 << 20
Advance = Callable[[int], None]


class Unusable(Exception):
    """An archive that is half, changed, or not ours; the message is for the operator."""


class Part(msgspec.Struct, frozen=True):
    """`size` is in bytes."""

    size: int
    sha256: str


class Manifest(msgspec.Struct):
    """What an archive holds. `counts` are rows by table, `migrations` the database's shape (`app.name`)."""

    version: str
    made_at: str
    database: str
    migrations: list[str] = []
    counts: dict[str, int] = {}
    sequences: dict[str, int] = {}
    media_in_bucket: bool = False
    parts: dict[str, Part] = {}
    format: int = FORMAT


class Writer:
    """Adds parts; only `finish` makes an archive of them."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest, advance: Advance) -> None:
        self._tar, self.manifest, self._advance = tar, manifest, advance

    def add(self, name: str, path: Path) -> None:
        """The file's content as it is when it is opened; a file that is gone by now raises FileNotFoundError."""
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = size, 0o600, int(os.fstat(source.fileno()).st_mtime)
            summed = _Summing(source, self._advance)
            self._tar.addfile(entry, summed)
        self.manifest.parts[name] = Part(size, summed.digest.hexdigest())

    def finish(self) -> None:
        body = msgspec.json.format(msgspec.json.encode(self.manifest))
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(body), 0o600
        self._tar.addfile(entry, io.BytesIO(body))


@contextmanager
def writing(path: Path, manifest: Manifest, advance: Advance) -> Iterator[Writer]:
    """The archive is there, readable by its owner alone, once the block has ended well."""
    draft = path.with_name(f"{path.name}.part")
    try:
        with _private(draft) as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar, manifest, advance)
                yield writer
                writer.finish()
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
    except FileExistsError as problem:
        raise Unusable(
            f"{draft} is there: another backup runs, or was broken off. Remove it, and the .backup-… beside it."
        ) from problem
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def check(path: Path, advance: Advance) -> Manifest:
    """Reads all of it. Raises Unusable unless every part is there and is what the manifest says."""
    found: dict[str, Part] = {}
    body = b""
    try:
        with tarfile.open(path, "r:") as tar:
            for entry in tar:
                source = _content(tar, entry)
                if entry.name == MANIFEST:
                    body = source.read()
                    continue
                summed = _Summing(source, advance)
                while summed.read(PIECE):
                    pass
                found[entry.name] = Part(entry.size, summed.digest.hexdigest())
    except (tarfile.TarError, EOFError) as problem:
        raise Unusable(f"{path} is not a whole archive: {problem}.") from problem
    if not body:
        raise Unusable(f"{path} is half an archive: its end is missing.")
    return _agreed(path, body, found)


def _agreed(path: Path, body: bytes, found: dict[str, Part]) -> Manifest:
    try:
        manifest = msgspec.json.decode(body, type=Manifest)
    except msgspec.MsgspecError as problem:
        raise Unusable(f"{path} has a manifest that cannot be read: {problem}.") from problem
    if manifest.format > FORMAT:
        raise Unusable(f"{path} was made by a newer program ({manifest.version}).")
    for name in sorted(manifest.parts.keys() ^ found.keys()):
        raise Unusable(
            f"{path} is damaged: {name} is {'missing' if name in manifest.parts else 'not in its manifest'}."
        )
    for name, part in manifest.parts.items():
        if found[name] != part:
            raise Unusable(f"{path} is damaged: {name} is not what was backed up.")
    return manifest


def unpack(path: Path, place: Callable[[str], Path], advance: Advance) -> None:
    """Writes each part to where `place` says. Only for an archive that was checked."""
    with tarfile.open(path, "r:") as tar:
        for entry in tar:
            if entry.name == MANIFEST:
                continue
            target = place(entry.name)
            target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            source = _content(tar, entry)
            with _private(target) as out:
                while piece := source.read(PIECE):
                    out.write(piece)
                    advance(len(piece))
                out.flush()
                os.fsync(out.fileno())


def _private(path: Path) -> IO[bytes]:
    """A new file that only its owner can read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    """Only plain files with plain names: whoever can write an archive must not write elsewhere with it."""
    parts = PurePosixPath(entry.name).parts
    source = tar.extractfile(entry) if entry.isfile() else None
    if source is None or not parts or parts[0] == "/" or ".." in parts:
        raise Unusable(f"The archive holds {entry.name!r}, which no backup of ours does.")
    return source


class _Summing(io.RawIOBase):
    """Reads through to a file, and knows the SHA-256 of what went through."""

    def __init__(self, source: IO[bytes], advance: Advance) -> None:
        self._source, self._advance = source, advance
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        self._advance(len(piece))
        return piece
