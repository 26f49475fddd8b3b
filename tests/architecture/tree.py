"""The project's own files, for the tests of this folder."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "openrounds"
TESTS = ROOT / "tests"


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is, or would be, committed; relative to the root."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    names = sorted({name for name in listing.stdout.split("\0") if name})
    return tuple(Path(name) for name in names if (ROOT / name).is_file())


def python_files(under: Path) -> list[Path]:
    """Absolute paths of the Python files below a folder, without migrations."""
    skipped = {"migrations", "__pycache__"}
    return [path for path in sorted(under.rglob("*.py")) if not skipped.intersection(path.parts)]


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))
