"""Commands inside the test's own Django and database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from openrounds.ops import boot
from openrounds.ops.cli import main


@pytest.fixture
def openrounds(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """`openrounds("token", "create", "alice")`: its result, with `exit_code`, `stdout`, `stderr`."""
    monkeypatch.setattr(boot, "boot", lambda _: None)
    monkeypatch.setattr("openrounds.ops.commands.doctor.boot", lambda _: None)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env={"OPENROUNDS_DATA": str(tmp_path)})

    return run
