"""Files that somebody has given to be looked at, until he takes them in: one for each account, for a day, for him alone."""

import re
import secrets
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO, Final

from django.conf import settings

from openrounds.core.clock import ago
from openrounds.core.errors import NotFound
from openrounds.media import store

_TOKEN: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def hold(account_id: int, file: BinaryIO, size: int) -> str:
    """Keeps a copy; the token by which the same account has it again. What it gave before is forgotten. Raises NoRoom."""
    for path in _directory().glob(f"{account_id}-*"):
        path.unlink(missing_ok=True)
    store.check_room(size)
    token = secrets.token_hex(16)
    file.seek(0)
    with store.disk(), (_directory() / f"{account_id}-{token}").open("wb") as copy:
        copyfileobj(file, copy)
    return token


def access_held(account_id: int, token: str) -> Path:
    """Raises NotFound for what is gone, or somebody else's."""
    path = _directory() / f"{account_id}-{token}"
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound
    return path


def forget_held() -> None:
    """What nobody has taken in within a day."""
    oldest = ago(days=1).timestamp()
    for path in _directory().iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _directory() -> Path:
    place: Path = settings.DATA / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
