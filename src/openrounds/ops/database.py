"""Brings the database into its newest shape, and knows cheaply when it is in it already."""

import fcntl
from pathlib import Path
from typing import cast

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import StateApps

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
    if not _in_database() and not connection.introspection.table_names():
        create()
    else:
        call_command("migrate", verbosity=0, interactive=False)
    connection.close()


def create() -> None:
    """An empty database gets all tables as the models are now, in one transaction. Migrations would come to the same one
    by one (`tests/ops/test_database.py` compares), drawing every model anew after each step: 5 s instead of half a second."""
    recorder = MigrationRecorder(connection)
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    with connection.schema_editor() as editor:
        editor.create_model(recorder.Migration)
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for name in sorted(migrations):
            _own_steps(migrations[name], editor)
        recorder.migration_qs.bulk_create(recorder.Migration(app=app, name=name) for app, name in migrations)
    with transaction.atomic():  # Django's own rows, one by one
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def _own_steps(migration: Migration, editor: BaseDatabaseSchemaEditor) -> None:
    """What no model says, such as the index of words. Other people's programs only mend old rows so, and there are none."""
    if type(migration).__module__.startswith("openrounds."):
        for operation in migration.operations:
            if isinstance(operation, RunPython):
                operation.code(cast(StateApps, apps), editor)
