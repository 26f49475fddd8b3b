"""The migrations tell the same story as the models."""

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("openrounds.")}


def test_every_change_of_a_model_has_a_migration() -> None:
    written = MigrationLoader(None).project_state()
    changes = MigrationAutodetector(written, ProjectState.from_apps(apps)).changes(
        graph=MigrationLoader(None).graph
    )
    assert {label: found for label, found in changes.items() if label in OURS} == {}


def test_no_two_migrations_claim_to_be_the_last() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}
