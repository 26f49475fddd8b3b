"""A media directory of each test's own, and nobody who counts how often it uploads."""

from pathlib import Path
from typing import Any

import msgspec
import pytest


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, rate_limits=False)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT
