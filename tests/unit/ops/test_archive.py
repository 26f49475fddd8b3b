"""A backup's archive: whole, or refused before anything of it is used."""

import errno
import signal
import sqlite3
import tarfile
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from django.db import OperationalError

from openrounds.ops.backup import restore
from openrounds.ops.backup.archive import MANIFEST, Manifest, Unusable, check, unpack, writing
from openrounds.ops.backup.refusing import refusing
from openrounds.ops.boot import UNFINISHED


def ignore(_: int) -> None:
    """Nobody watches."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two parts and the manifest."""
    (tmp_path / "key").write_bytes(b"a secret")
    (tmp_path / "rows").write_bytes(bytes(range(256)) * 2000)
    manifest = Manifest("0.1.0", "2026-11-22T00:00:00.000Z", "sqlite")
    with writing(tmp_path / "backup.tar", manifest, ignore) as writer:
        writer.add("run/secret-key", tmp_path / "key")
        writer.add("database/openrounds.sqlite3", tmp_path / "rows")
    return tmp_path / "backup.tar"


def test_what_was_packed_comes_out_again_for_its_owner_alone(archive: Path, tmp_path: Path) -> None:
    manifest = check(archive, ignore)
    assert sorted(manifest.parts) == ["database/openrounds.sqlite3", "run/secret-key"]
    unpack(archive, lambda name: tmp_path / "out" / name, ignore)
    assert (tmp_path / "out/run/secret-key").read_bytes() == b"a secret"
    assert (tmp_path / "out/database/openrounds.sqlite3").read_bytes() == (tmp_path / "rows").read_bytes()
    assert {path.stat().st_mode & 0o077 for path in (archive, tmp_path / "out/run/secret-key")} == {0}


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.9, 0.97])
def test_half_an_archive_is_refused(archive: Path, share: float) -> None:
    body = archive.read_bytes()
    end = body.index(MANIFEST.encode())
    archive.write_bytes(body[: int(end * share)])
    with pytest.raises(Unusable, match=r"half|whole"):
        check(archive, ignore)


def test_archive_without_its_manifest_is_refused(archive: Path) -> None:
    body = archive.read_bytes()
    archive.write_bytes(body[: body.index(MANIFEST.encode())] + bytes(10240))
    with pytest.raises(Unusable, match="end is missing"):
        check(archive, ignore)


def test_changed_byte_is_noticed(archive: Path) -> None:
    body = archive.read_bytes()
    archive.write_bytes(body.replace(b"a secret", b"a sEcret", 1))
    with pytest.raises(Unusable, match="run/secret-key is not what was backed up"):
        check(archive, ignore)


def test_part_that_nobody_counted_is_noticed(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive, "a:") as tar:
        tar.add(tmp_path / "key", "run/other")
    with pytest.raises(Unusable, match="run/other is not in its manifest"):
        check(archive, ignore)


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
def test_no_part_is_written_elsewhere(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w:") as tar:
        entry = tarfile.TarInfo(name)
        tar.addfile(entry)
    with pytest.raises(Unusable, match="no backup of ours"):
        check(tmp_path / "evil.tar", ignore)


def test_link_is_no_part(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w:") as tar:
        entry = tarfile.TarInfo("run/secret-key")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(Unusable, match="no backup of ours"):
        check(tmp_path / "evil.tar", ignore)


def test_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    manifest = Manifest("0.1.0", "", "sqlite")
    with pytest.raises(FileNotFoundError), writing(tmp_path / "b.tar", manifest, ignore) as writer:
        writer.add("run/secret-key", tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []


def test_second_backup_to_the_same_file_waits_for_nobody_and_spoils_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.tar.part").write_bytes(b"the first")
    with (
        pytest.raises(Unusable, match="another backup"),
        writing(tmp_path / "b.tar", Manifest("", "", ""), ignore),
    ):
        pass
    assert (tmp_path / "b.tar.part").read_bytes() == b"the first"


# ------------------------------------------------------------------------------------------------------------- restoring
def test_nothing_is_restored_over_something(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "openrounds.toml").touch()
    with pytest.raises(Unusable, match="not empty"):
        restore.examine(archive, tmp_path / "data", ignore)


def test_backup_of_a_newer_program_is_refused(archive: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(restore, "version", lambda _: "0.0.9")
    with pytest.raises(Unusable, match="Upgrade first"):
        restore.examine(archive, tmp_path / "data", ignore)


def test_backup_of_sqlite_is_not_put_into_postgresql(archive: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    with pytest.raises(Unusable, match="unset it"):
        restore.examine(archive, tmp_path / "data", ignore)
    assert not (tmp_path / "data").exists()


def test_nothing_is_begun_where_there_is_no_room(archive: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(restore.shutil, "disk_usage", lambda _: SimpleNamespace(free=500_000))
    with pytest.raises(Unusable, match=f"{tmp_path} has 0 MB free; the restore needs 1 MB"):
        restore.examine(archive, tmp_path / "new" / "data", ignore)
    assert not (tmp_path / "new").exists()


def test_directory_of_a_restore_that_was_broken_off_is_named_as_such(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / UNFINISHED).touch()
    with pytest.raises(Unusable, match="was broken off or still runs"):
        restore.examine(archive, tmp_path / "data", ignore)


# --------------------------------------------------------------------------------------------------------------- trouble
@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Unusable("b.tar is half an archive."), "b.tar is half an archive."),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device. Nothing was kept."),
        (
            PermissionError(errno.EACCES, "Permission denied", "b.tar"),
            "b.tar: Permission denied. Nothing was kept.",
        ),
        (OperationalError("gone"), "The database failed: gone. Nothing was kept."),
        (sqlite3.DatabaseError("malformed"), "The database failed: malformed. Nothing was kept."),
    ],
    ids=["archive", "full", "rights", "postgresql", "sqlite"],
)
def test_trouble_is_said_in_one_line(problem: Exception, said: str) -> None:
    with pytest.raises(click.ClickException) as refused, refusing():
        raise problem
    assert refused.value.message == said


def test_backup_that_is_told_to_stop_leaves_nothing(tmp_path: Path) -> None:
    manifest = Manifest("0.1.0", "2026-11-22T00:00:00.000Z", "sqlite")
    with pytest.raises(SystemExit) as ended, refusing(), writing(tmp_path / "backup.tar", manifest, ignore):
        signal.raise_signal(signal.SIGTERM)
    assert ended.value.code == 143
    assert list(tmp_path.iterdir()) == []
