"""`openrounds jobs …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work


@click.group("jobs", cls=PoliteGroup)
def command() -> None:
    """See what waits to be done in the background; hold it back and let it go. Works while the server runs."""


@command.command()
@data_option
def status(data: Path) -> None:
    """Say how many jobs wait, run and were given up."""
    queue = work(data, "queue").state()
    click.echo(f"{queue.due} due, {queue.later} for later, {queue.running} running, {queue.parked} given up")
    if queue.paused:
        click.echo(f"Paused since {queue.since:%Y-%m-%d %H:%M} UTC: {queue.paused}")


@command.command()
@click.option(
    "--reason", default="an operator's wish", show_default=True, help="Shown by doctor and in the log."
)
@data_option
def pause(reason: str, data: Path) -> None:
    """Begin no more jobs, on any machine. Those that run are finished."""
    work(data, "queue").pause(reason)
    click.echo("No more jobs are begun. Let them go on with: openrounds jobs release")


@command.command()
@data_option
def release(data: Path) -> None:
    """Let jobs run again, after a pause or a restore."""
    released = work(data, "queue").release()
    click.echo("Jobs run again." if released else "Jobs were not paused.")
