"""The source code of the very program that runs, for everybody who uses it (AGPL-3.0, section 13)."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

import openrounds

PACKAGE = Path(openrounds.__file__).parent
KINDS = {".py", ".html", ".txt", ".css", ".ts", ".js", ".svg", ".png", ".po", ".json", ".toml", ".xml"}
BESIDE = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile", "package.json")


@require_safe
def download(request: HttpRequest) -> FileResponse:  # noqa: ARG001  Django's signature
    files = _files()
    newest = max(int(path.stat().st_mtime_ns) for path, _ in files)
    packed: Path = settings.RUN / f"source-{newest}.zip"
    if not packed.exists():
        _pack(packed, files)
    response = FileResponse(packed.open("rb"), as_attachment=True, filename="openrounds-source.zip")
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _files() -> list[tuple[Path, str]]:
    """The package, and what builds it where that lies beside it: (file, name in the archive)."""
    inside = (
        path for path in PACKAGE.rglob("*") if path.suffix in KINDS and "node_modules" not in path.parts
    )
    found = [(path, f"src/openrounds/{path.relative_to(PACKAGE)}") for path in sorted(inside)]
    beside = [PACKAGE.parents[1] / name for name in BESIDE]
    return found + [(path, path.name) for path in beside if path.is_file()]


def _pack(packed: Path, files: list[tuple[Path, str]]) -> None:
    """Written aside and renamed: two that ask at once both get a whole file."""
    draft = packed.with_name(f".{packed.name}-{id(files)}")
    with ZipFile(draft, "w", ZIP_DEFLATED) as out:
        for path, name in files:
            out.write(path, name)
    draft.rename(packed)
