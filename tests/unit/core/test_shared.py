"""Memory that processes share has its place on the disk from the start."""

from pathlib import Path

import pytest

from openrounds.core.limits import Counters
from openrounds.core.shared import shared_memory


def placed(path: Path) -> int:
    """Bytes that the disk has set aside for the file."""
    return path.stat().st_blocks * 512


def test_no_page_is_left_to_be_found_when_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "limits"
    Counters(path)
    assert path.stat().st_size <= placed(path)


def test_holes_of_an_older_program_are_filled_and_its_content_kept(tmp_path: Path) -> None:
    path = tmp_path / "run" / "table"
    path.parent.mkdir()
    with path.open("wb") as file:
        file.write(b"kept")
        file.truncate(1 << 20)
    assert placed(path) < 1 << 20
    _, memory = shared_memory(path, 1 << 20)
    assert placed(path) >= 1 << 20
    assert memory[:4] == b"kept"


def test_what_finds_no_room_is_an_error_and_no_death(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        shared_memory(tmp_path / "vast", 1 << 60)
