"""What import-linter and ruff cannot say about our code.

A rule takes the syntax tree of one file and yields the lines that break it; `RULES` says where each holds.
Naive datetimes and `print` are ruff's (DTZ, T20), imports between packages import-linter's.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
}
DIALLERS = {"http.client", "urllib.request", "smtplib", "ftplib", "asyncio.open_connection"}
TRUSTING = {"mark_safe", "SafeString", "SafeText", "html_safe"}
TRUSTING_TEMPLATE = re.compile(r"\|\s*safe\b|\bautoescape\s+off\b|\|\s*safeseq\b")
SQL = re.compile(
    r"\s*(?:SELECT\s.*\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s|WITH\s+\w+\s+AS\s)", re.DOTALL
)
MANAGERS = {"objects", "_default_manager", "_base_manager"}
FOREIGN = re.compile(
    r"""--(?:extra-)?index-url|--find-links|["']?resolved["']?\s*:\s*["']http|^\s*registry\s*=\s*http"""
    r"""|(?<![\w.$}~:/-])/(?:root|work|home|Users)/[\w.]""",
    re.MULTILINE,
)


def reaches_into_tables(tree: ast.AST) -> Iterator[int]:
    """`Model.objects`: rows are had through access, queries and actions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield node.lineno


def trusts_html(tree: ast.AST) -> Iterator[int]:
    """Declares a string to be safe HTML."""
    for node in ast.walk(tree):
        names = [node.id] if isinstance(node, ast.Name) else []
        names += [node.attr] if isinstance(node, ast.Attribute) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        if TRUSTING.intersection(names):
            yield node.lineno


def reads_another_clock(tree: ast.AST) -> Iterator[int]:
    """Asks for a moment elsewhere than in `core.clock`, where tests hold it still (seconds for counters are free)."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in CLOCKS:
                yield node.lineno
            case ast.Attribute(value=ast.Attribute(attr=owner), attr=name) if (owner, name) in CLOCKS:
                yield node.lineno


def dials_out(tree: ast.AST) -> Iterator[int]:
    """The standard library's own clients, which import-linter sees only as `http` and `urllib`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        else:
            continue
        if names & DIALLERS:
            yield node.lineno


def speaks_sql(tree: ast.AST) -> Iterator[int]:
    """Hand-written SQL, where what a stranger typed may still be text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield node.lineno


def skips_csrf(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and "csrf_exempt" in ast.unparse(node).split("."):
            yield node.lineno


@dataclass(frozen=True)
class Rule:
    """`breaks` must yield nothing in any file below `holds_in`, but for those below `except_in`."""

    breaks: Callable[[ast.AST], Iterator[int]]
    holds_in: tuple[str, ...] = ("",)
    except_in: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        return path.startswith(self.holds_in) and not path.startswith(self.except_in)


RULES = {
    "no table access in views": Rule(reaches_into_tables, holds_in=("api/", "web/")),
    "no SQL in views": Rule(speaks_sql, holds_in=("api/", "web/")),
    "trusted HTML is made in core.html alone": Rule(trusts_html, except_in=("core/html",)),
    "one clock": Rule(reads_another_clock, except_in=("core/clock.py",)),
    "one dialler": Rule(dials_out, except_in=("core/",)),
    # The API answers before Django's middleware and knows no cookies, so no view has a reason.
    "forms are protected": Rule(skips_csrf),
}
