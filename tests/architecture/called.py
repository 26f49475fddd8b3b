"""Which paths the tests ask for, also where a path is put together from names: `f"{BASE}/{round_id}/steps"`."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.tree import syntax

Known = Mapping[str, str]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def strings(path: Path) -> list[str]:
    """Every string of a file; a name in it that holds a path is written out, and any other is `{}`."""
    module = syntax(path)
    constants = _assigned(module.body, {})
    return [text for text, _ in _within(module, constants)]


def _within(node: ast.AST, known: Known) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _FUNCTIONS):
            yield from _within(child, _assigned(child.body, known))
            continue
        text = _text(child, known)
        if text is not None:
            yield text, child
        yield from _within(child, known)


def _assigned(body: list[ast.stmt], known: Known) -> dict[str, str]:
    found = dict(known)
    for statement in body:
        if isinstance(statement, ast.Assign):
            for name, value in _pairs(statement.targets[0], statement.value):
                text = _text(value, found)
                found.pop(name, None)
                if text is not None:
                    found[name] = text
    return found


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, other)
    elif isinstance(target, ast.Name):
        yield target.id, value


def _text(node: ast.AST, known: Known) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, known) or "" for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return known.get(name, "{}")
        case ast.FormattedValue():
            return "{}"
    return None
