"""Brings the database into its newest shape, and knows cheaply when it is in it already."""

import fcntl
import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from openrounds.core import db


def ensure() -> None:
    """Migrates when there is something to migrate; of several processes that start at once, one does."""
    if not pending():
        return
    settings.RUN.mkdir(parents=True, exist_ok=True)
    with (settings.RUN / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if pending():
            _migrate()


def pending() -> list[str]:
    """Names of migrations (`app.0001_initial`) in the program that the database has not had, from two listings alone:
    Django's own answer imports every migration, which takes longer than all the rest of a start."""
    return sorted(in_program() - _in_database())


def in_program() -> set[str]:
    found = set()
    for app in apps.get_app_configs():
        folder = Path(app.path) / "migrations"
        found |= {f"{app.label}.{path.stem}" for path in folder.glob("[0-9]*.py")}
    return found


def _in_database() -> set[str]:
    try:
        return {f"{app}.{name}" for app, name in db.rows("SELECT app, name FROM django_migrations")}
    except DatabaseError:
        return set()


def _migrate() -> None:
    fresh = not _in_database()
    if fresh and not db.is_postgres():
        # Nothing can be lost yet, and waiting for the disk after each of a hundred steps takes most of the time.
        db.execute("PRAGMA synchronous=OFF")
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
    if not db.is_postgres():
        os.sync()
