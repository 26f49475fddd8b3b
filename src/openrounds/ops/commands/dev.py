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
    _check_writable(tokens)
    crowd = work(data, "crowd")
    with progress(f"Making {count} accounts", count) as advance:
        crowd.make_people(count, tokens, advance)


@command.command()
@click.option("--accounts", type=click.IntRange(3, 1_000_000), required=True, help="How many people.")
@click.option("--posts", type=click.IntRange(1, 10_000_000), required=True, help="How many posts.")
@click.option(
    "--tokens",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Where to write a token of each.",
)
@click.option("--search/--no-search", default=False, help="Whether the posts can be searched.")
@data_option
def populate(*, accounts: int, posts: int, tokens: Path | None, search: bool, data: Path) -> None:
    """Fill a new server with people who follow each other and with what they said, as in the speed tests.

    Straight into the tables: run it while no server runs. The file of tokens is tokens.json in the data directory
    unless another is named.
    """
    if tokens:
        _check_writable(tokens)
    town = work(data, "populate")
    with progress(f"Writing {accounts} accounts and {posts} posts", town.steps(accounts, posts)) as advance:
        town.populate(accounts, posts, tokens or data / "tokens.json", advance, search=search)


def _check_writable(path: Path) -> None:
    """Before anything is made, that there is a directory for the file."""
    if not path.absolute().parent.is_dir():
        raise click.BadParameter(f"There is no directory {path.absolute().parent}.", param_hint="--tokens")
