"""Every test runs, and every file tells one story."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.tree import ROOT, SOURCE, TESTS, python_files, syntax

LONGEST_FILE = 600


def collectable(module: ast.Module) -> Iterator[str]:
    """The names that pytest would run if it looked into this module."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from collectable(ast.Module(node.body, type_ignores=[]))


def names_defined(module: ast.Module) -> Iterator[str]:
    return (node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef))


@pytest.mark.parametrize("path", python_files(TESTS), ids=lambda path: str(path.relative_to(TESTS)))
def test_every_file_with_tests_is_collected(path: Path) -> None:
    collected = path.name.startswith("test_")
    assert collected == bool(list(collectable(syntax(path)))), (
        f"{path.relative_to(ROOT)} holds tests that pytest never runs, or is named as if it held some"
    )


@pytest.mark.parametrize("path", python_files(TESTS), ids=lambda path: str(path.relative_to(TESTS)))
def test_no_test_hides_another_of_the_same_name(path: Path) -> None:
    names = list(names_defined(syntax(path)))
    assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})


def test_no_file_outgrows_its_reader() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in python_files(ROOT / "src")}
    lengths |= {path: len(path.read_text().splitlines()) for path in python_files(TESTS)}
    too_long = {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > LONGEST_FILE}
    assert not too_long


def test_every_package_says_what_it_is_for() -> None:
    packages = [path / "__init__.py" for path in SOURCE.iterdir() if (path / "__init__.py").exists()]
    assert packages
    silent = [str(path.relative_to(ROOT)) for path in packages if not ast.get_docstring(syntax(path))]
    assert not silent
