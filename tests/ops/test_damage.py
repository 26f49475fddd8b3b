"""A database whose file is damaged in the middle, where a server would not notice for long."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.ops.running import run

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


def damage(file: Path, table: str) -> None:
    """Noise in place of the table's own page."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as out:
        out.seek((page - 1) * size)
        out.write(os.urandom(size))


def test_damaged_database_is_named_and_pushes_out_no_good_backup(tmp_path: Path) -> None:
    data, target = tmp_path / "data", tmp_path / "backup.tar"
    assert run(data, "jobs", "status").returncode == 0
    assert "ok  database\n" in run(data, "doctor").stdout
    damage(data / "openrounds.sqlite3", "timelines_homeentry")
    refused = run(data, "backup", str(target))
    assert refused.returncode == 1
    assert "The database is damaged" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    found = run(data, "doctor")
    assert found.returncode == 1
    assert "database: The database is damaged" in found.stdout
    assert "Traceback" not in found.stderr + refused.stderr


def test_backup_to_where_nothing_can_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    refused = run(tmp_path / "data", "backup", str(tmp_path / "nowhere" / "backup.tar"))
    assert "There is no data directory" in refused.stderr
    assert run(tmp_path / "data", "jobs", "status").returncode == 0
    refused = run(tmp_path / "data", "backup", str(tmp_path / "nowhere" / "backup.tar"))
    assert refused.returncode == 1
    assert refused.stderr == f"Error: {tmp_path}/nowhere: No such file or directory. Nothing was kept.\n"
