"""What goes wrong in a backup or a restore is said in one line, after what was begun has been taken back."""

import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click

from openrounds.ops.backup.archive import Unusable

TOLD_TO_STOP = 128 + signal.SIGTERM


@contextmanager
def refusing() -> Iterator[None]:
    """Disks, archives and databases that fail become a message; SIGTERM ends the block as Ctrl-C does, so that it cleans up."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TOLD_TO_STOP))
    try:
        yield
    except Unusable as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        raise click.ClickException(f"{where}{problem.strerror or problem}. Nothing was kept.") from problem
    except (sqlite3.Error, import_module("django.db").Error) as problem:
        raise click.ClickException(
            f"The database failed: {str(problem).rstrip('. ')}. Nothing was kept."
        ) from problem
    finally:
        signal.signal(signal.SIGTERM, before)
