"""Secrets that the server makes for itself: once, for itself alone, the same for all its processes."""

import stat
from itertools import count
from pathlib import Path

import msgspec
import pytest

from openrounds.core.kept import kept_secret
from openrounds.core.options import Options
from openrounds.push import vapid


def test_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    made = count()
    first, second = (kept_secret(tmp_path / "key", lambda: f"secret {next(made)}") for _ in range(2))
    assert (first, second) == ("secret 0", "secret 0")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_whoever_is_late_takes_the_secret_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "key"

    def make() -> str:
        path.write_text("of another process")
        return "mine"

    assert kept_secret(path, make) == "of another process"


@pytest.mark.parametrize(
    "key", ["", vapid.new_private_key(), vapid.new_private_key() + "="], ids=["none", "bare", "padded"]
)
def test_key_of_web_push_may_be_set(key: str) -> None:
    assert msgspec.convert({"vapid_key": key}, Options).vapid_key == key


@pytest.mark.parametrize("key", ["short", "!" * 43, "a" * 65])
def test_key_of_web_push_that_is_none_ends_the_start(key: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="vapid_key"):
        msgspec.convert({"vapid_key": key}, Options)
