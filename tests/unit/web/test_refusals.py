"""Whatever a layer below refuses, a page can say in the reader's language: no sentence is without its msgid."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import openrounds
from openrounds.web.words import is_known

PACKAGE = Path(openrounds.__file__).parent
BELOW = (
    *("accounts", "core", "hashtags", "media", "moderation", "oauth", "portability", "posts", "push"),
    *("rounds", "search", "timelines", "web"),
)
# What no page can show: said to apps that register themselves or hand over keys, and to operators at a terminal.
NOT_ON_PAGES = {
    "oauth/access.py",
    "oauth/actions.py",
    "portability/undoing.py",
    "portability/wordpress",
    "push/encryption.py",
    "rounds/mesh.py",
}
# The sentence is the first thing that these are told, or the second, behind the field's name or a code.
FIRST = {
    *(
        "BadRequest",
        "Conflict",
        "Gone",
        "Invalid",
        "NotFound",
        "NotPermitted",
        "NotSignedIn",
        "TooManyRequests",
    ),
    *("MediaRefused", "MediaUnavailable", "Refused", "Unacceptable", "Unavailable"),
    *("Unclear", "Unreadable", "Unwanted"),
}
SECOND = {"BadName", "Problem", "invalid"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for layer in BELOW:
        for file in sorted((PACKAGE / layer).rglob("*.py")):
            name = file.relative_to(PACKAGE).as_posix()
            if not any(name.startswith(each) for each in NOT_ON_PAGES):
                yield name, ast.parse(file.read_text())


def said_in(module: ast.Module, *, in_rules: bool) -> Iterator[str]:
    """Every sentence of a refusal that stands in a module, what is filled in as 7."""
    constants = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(module):
        for told in told_by(node, in_rules=in_rules):
            value = constants.get(told.id, told) if isinstance(told, ast.Name) else told
            yield from filter(None, (text.removeprefix("Validation failed: ") for text in texts(value)))


def told_by(node: ast.AST, *, in_rules: bool) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in FIRST:
            yield first
        case ast.Call(func=ast.Name(id=name), args=[_, second, *_]) if name in SECOND:
            yield second
        case ast.Tuple(elts=[ast.Constant(value=str(code)), second]) if code.startswith("ERR_"):
            yield second
        case ast.Yield(value=ast.Tuple(elts=[ast.Constant(value=str()), second])) if in_rules:
            yield second
        case ast.Yield(value=ast.Constant() | ast.JoinedStr() as told) if in_rules:
            yield told
        case ast.ClassDef(name=name, body=body) if name in FIRST:
            yield from (line.value for line in body if is_default(line))  # type: ignore[attr-defined]


def is_default(line: ast.stmt) -> bool:
    return isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "default"


def texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            text = "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in values)
            if any(
                map(str.isalpha, text.removeprefix("Validation failed: "))
            ):  # else: sentences of their own
                yield text
        case ast.IfExp(body=one, orelse=other) | ast.BoolOp(values=[one, other]):
            yield from texts(one)
            yield from texts(other)


SAID = sorted(
    {
        (name, text)
        for name, module in sources()
        for text in said_in(module, in_rules=name == "rounds/rules.py")
    }
)


def test_sentences_are_found() -> None:
    assert ("posts/rules.py", "Text character limit of 7 exceeded by 7") in SAID
    assert ("rounds/rules.py", "A title is needed") in SAID
    assert len(SAID) > 200


@pytest.mark.parametrize("name", sorted({name for name, _ in SAID}))
def test_every_refusal_can_be_said_in_the_readers_language(name: str) -> None:
    assert [text for where, text in SAID if where == name and not is_known(text)] == []
