"""`openrounds token …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work


@click.group("token", cls=PoliteGroup)
def command() -> None:
    """Make tokens for scripts, which act through the client API."""


@command.command()
@click.argument("name")
@click.option("--scopes", default="read write follow push", show_default=True, help="What it may do.")
@click.option(
    "--as", "person", default=None, help="For a team: the person who acts, recorded with each post."
)
@data_option
def create(name: str, scopes: str, person: str | None, data: Path) -> None:
    """Print a token that acts as the account NAME. It is kept nowhere: make another when it is lost."""
    click.echo(work(data, "people").create_token(name, scopes, person))
