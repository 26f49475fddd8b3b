"""From a command to a set-up Django on the right data directory.

Command modules import no models, since those need Django; they ask `work` for the module that does.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def data_option(function: F) -> F:
    """`--data DIR` for a command."""
    option = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        envvar="OPENROUNDS_DATA",
        default=Path("data"),
        show_default=True,
        help="The data directory; also set by OPENROUNDS_DATA.",
    )
    return option(function)


UNFINISHED = "restore-unfinished"  # a restore is under way in that directory, or was broken off


def broken_off(data: Path) -> str:
    return f"A restore to {data} was broken off or still runs. Delete the directory and restore again."


@contextmanager
def settling() -> Iterator[None]:
    """What is made meanwhile stays for good, so the collector does not look at it, then or later: it would find nothing, take
    a tenth of a start, and write into pages that forked processes share."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def boot(data: Path, *, unfinished: bool = False) -> None:
    """Sets Django up on that directory, made if missing; a setting that is wrong is named, without a traceback. Only a
    restore itself is let into a directory that it has not `unfinished` yet."""
    if (data / UNFINISHED).exists() and not unfinished:
        raise click.ClickException(broken_off(data))
    os.environ["OPENROUNDS_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "openrounds.config.settings"
    try:
        data.mkdir(mode=0o750, parents=True, exist_ok=True)
        with settling():
            import_module("django").setup()
    except (ValueError, OSError) as problem:
        raise click.ClickException(f"OpenRounds cannot start: {problem}") from problem
    import_module("openrounds.ops.logs").configure()


def work(data: Path, module: str) -> Any:
    """The module `ops.<module>`, with Django set up and the database in its newest shape."""
    boot(data)
    try:
        import_module("openrounds.ops.database").ensure()
    except import_module("django.db").DatabaseError as problem:
        raise click.ClickException(f"The database cannot be used: {problem}") from problem
    return import_module(f"openrounds.ops.{module}")


class _Polite:
    """Whatever OpenRounds refuses is said in one line."""

    def invoke(self, ctx: click.Context) -> Any:
        from openrounds.core.errors import Refusal  # noqa: PLC0415 - help need not import it

        try:
            return super().invoke(ctx)  # type: ignore[misc]
        except Refusal as refusal:
            raise click.ClickException(refusal.message) from refusal


class PoliteCommand(_Polite, click.Command):
    """A command that refuses in one line."""


class PoliteGroup(_Polite, click.Group):
    """A group of such commands."""
