"""The pages' own files under names that hold their content: compressed once, and kept by browsers for ever.

`prepare` writes them into the data directory when the server starts. Where that has not been done (development, tests) and for
the admin's files, the plain names hold, straight out of the packages.
"""

import time
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.compress import Compressor

LEFT_ALONE = ["admin/*"]
WEEK = 7 * 24 * 3600
_compressor = Compressor(quiet=True)


class HashedFiles(StaticFilesStorage):
    """Django's storage of static files, for `{% static %}`."""

    def url(self, name: str | None) -> str:
        hashed = "" if settings.DEBUG else hashed_name(name or "")
        prepared = hashed and (Path(settings.STATIC_ROOT) / hashed).exists()
        return super().url(hashed if prepared else name)


@lru_cache
def hashed_name(name: str) -> str:
    """`openrounds/pages.css` as `openrounds/pages.0a1b2c3d4e5f.css`; "" where there is no such file."""
    source = finders.find(name)
    if source is None or not Path(source).is_file():
        return ""
    path = PurePosixPath(name)
    digest = sha256(Path(source).read_bytes()).hexdigest()[:12]
    return str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))


def prepare() -> None:
    """Writes what is not there yet. Pages of the last version may still be open, so its files stay for a week."""
    root = Path(settings.STATIC_ROOT)
    current = {hashed: source for name, source in _sources() if (hashed := hashed_name(name))}
    for hashed, source in current.items():
        if not (root / hashed).exists():
            _write(root / hashed, source.read_bytes())
    for path in root.rglob("*.*"):
        name = path.relative_to(root).as_posix().removesuffix(".br").removesuffix(".gz")
        if name not in current and path.stat().st_mtime < time.time() - WEEK:
            path.unlink(missing_ok=True)


def _sources() -> Iterator[tuple[str, Path]]:
    for finder in finders.get_finders():
        for name, storage in finder.list(LEFT_ALONE):
            yield name, Path(storage.path(name))


def _write(path: Path, content: bytes) -> None:
    """The file itself comes last: where it is, the others are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if _compressor.should_compress(path.name):
        Path(f"{path}.br").write_bytes(_compressor.compress_brotli(content))
        Path(f"{path}.gz").write_bytes(_compressor.compress_gzip(content))
    unfinished = Path(f"{path}.new")
    unfinished.write_bytes(content)
    unfinished.replace(path)
