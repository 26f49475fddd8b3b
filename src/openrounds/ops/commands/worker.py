"""`openrounds worker`."""

from pathlib import Path

import click

from openrounds.ops.boot import data_option, work


@click.command("worker")
@data_option
def command(data: Path) -> None:
    """Run queued work only: for a second machine on the same PostgreSQL. `serve` has a job worker of its own."""
    work(data, "server").work_jobs()
