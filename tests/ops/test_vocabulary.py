"""`openrounds vocabulary`: MeSH in force, and back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from tests.factories.mesh import FOOT, HEAD, RECORDS

from openrounds.rounds.vocabulary import complete_condition, specialties

Openrounds = Callable[..., Result]


@pytest.fixture(autouse=True)
def own_directory(settings: Any, tmp_path: Path) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, data=tmp_path / "data")


def test_mesh_is_in_force_once_it_is_loaded_and_no_longer_once_it_is_not(
    openrounds: Openrounds, tmp_path: Path, db: None
) -> None:
    assert complete_condition("made-up") == []
    file = tmp_path / "desc2026.xml"
    file.write_text(HEAD + RECORDS + FOOT)
    assert "Loaded 2 conditions" in openrounds("vocabulary", "mesh", str(file)).stdout
    assert [(term.name, term.code) for term in complete_condition("made-up dis")] == [
        ("Made-up Disease", "D1")
    ]
    assert [one.name for one in specialties()] == ["Internal Things", "Blood Things"]
    assert "again" in openrounds("vocabulary", "reset").stdout
    assert complete_condition("made-up") == []
    assert complete_condition("gout")[0].name == "Gout"


def test_file_that_is_none_changes_nothing(openrounds: Openrounds, tmp_path: Path, db: None) -> None:
    file = tmp_path / "desc2026.xml"
    file.write_text("<rss/>")
    done = openrounds("vocabulary", "mesh", str(file))
    assert done.exit_code == 1
    assert "no file of MeSH" in done.stderr
    assert complete_condition("gout")[0].name == "Gout"
