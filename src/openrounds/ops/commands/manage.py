"""`openrounds manage …`."""

from importlib import import_module
from pathlib import Path

import click

from openrounds.ops.boot import boot, data_option


@click.command("manage", context_settings={"ignore_unknown_options": True})
@data_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(data: Path, arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, say: openrounds manage --data DIR dbshell."""
    boot(data)
    import_module("django.core.management").execute_from_command_line(["openrounds manage", *arguments])
