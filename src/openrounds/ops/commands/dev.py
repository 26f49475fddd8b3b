"""`openrounds dev …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work
from openrounds.ops.progress import progress


@click.group("dev", cls=PoliteGroup)
def command() -> None:
    """For those who develop and measure OpenRounds; not for a server that people use."""


@command.command()
@click.option("--count", type=click.IntRange(1, 1_000_000), required=True, help="How many.")
@click.option(
    "--tokens", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to write."
)
@data_option
def people(count: int, tokens: Path, data: Path) -> None:
    """Make many accounts with tokens, the first called `team`; FILE is [{"acct", "token"}, …]."""
    crowd = work(data, "crowd")
    with progress(f"Making {count} accounts", count) as advance:
        crowd.make_people(count, tokens, advance)
