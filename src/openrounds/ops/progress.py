"""How far long work has come: a bar on a terminal, a line now and then elsewhere. On stderr, so that output stays clean."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

import click

Advance = Callable[[int], None]


@contextmanager
def progress(what: str, total: int) -> Iterator[Advance]:
    """Gives a function that is told how many more of `total` are done."""
    if sys.stderr.isatty():
        with _bar(what, total) as advance:
            yield advance
        return
    click.echo(f"{what} …", err=True)
    yield lambda _: None
    click.echo(f"{what}: done", err=True)


@contextmanager
def _bar(what: str, total: int) -> Iterator[Advance]:
    rich = import_module("rich.progress")
    console = import_module("rich.console").Console(stderr=True)
    with rich.Progress(*rich.Progress.get_default_columns(), console=console) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)
