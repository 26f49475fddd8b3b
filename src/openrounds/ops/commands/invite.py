"""`openrounds invite …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work


@click.group("invite", cls=PoliteGroup)
def command() -> None:
    """Let somebody in without approval."""


@command.command()
@click.option("--as", "creator", required=True, help="The account that answers for who comes.")
@click.option(
    "--uses", type=click.IntRange(1), default=1, show_default=True, help="How many people may use it."
)
@click.option("--days", type=click.IntRange(1), default=30, show_default=True, help="How long it is good.")
@data_option
def create(creator: str, uses: int, days: int, data: Path) -> None:
    """Print a code to be given when signing up."""
    click.echo(work(data, "people").create_invite(creator, uses, days))
