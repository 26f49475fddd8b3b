"""`openrounds docs …`."""

from importlib import import_module

import click


@click.group("docs")
def command() -> None:
    """Print what is generated for the manual."""


@command.command()
def settings() -> None:
    """Every setting, its default and its meaning: docs/operate/configure.md."""
    click.echo(import_module("openrounds.ops.reference").settings_page(), nl=False)
