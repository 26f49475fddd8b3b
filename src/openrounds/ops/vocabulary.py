"""The words of medicine that an operator loads."""

from collections.abc import Callable
from pathlib import Path

import click

from openrounds.rounds.mesh import Mesh, read_mesh
from openrounds.rounds.rules import Unacceptable
from openrounds.rounds.vocabulary import CONDITIONS, SPECIALTIES, directory


def load_mesh(path: Path, advance: Callable[[int], None]) -> Mesh:
    """Puts MeSH in force, at once and for every process; what was loaded before is replaced."""
    try:
        with path.open("rb") as file:
            mesh = read_mesh(file, advance)
    except Unacceptable as problem:
        raise click.ClickException(f"{path.name}: {problem}") from problem
    directory().mkdir(mode=0o750, parents=True, exist_ok=True)
    _write(directory() / CONDITIONS, mesh.condition_lines())
    _write(directory() / SPECIALTIES, mesh.specialty_lines())
    (directory() / "SOURCE").write_text(
        f"MeSH, National Library of Medicine: {path.name}\n", encoding="utf-8"
    )
    return mesh


def unload() -> bool:
    """Back to the words that came with OpenRounds; False when they were in force."""
    found = [directory() / name for name in (CONDITIONS, SPECIALTIES, "SOURCE")]
    loaded = any(path.exists() for path in found)
    for path in found:
        path.unlink(missing_ok=True)
    return loaded


def _write(path: Path, text: str) -> None:
    """Whole or not at all: others read it meanwhile."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
