"""`openrounds doctor`."""

import sys
from importlib import import_module
from pathlib import Path

import click

from openrounds.ops.boot import boot, data_option


@click.command("doctor")
@click.option("--retry-jobs", is_flag=True, help="First let jobs that were given up run again.")
@data_option
def command(retry_jobs: bool, data: Path) -> None:
    """Say what is wrong with this installation, and what to do about it.

    Ends with 1 when something does not work or is not safe.
    """
    if not data.is_dir():
        raise click.ClickException(
            f"There is no data directory {data}. Name it with --data, or run openrounds serve."
        )
    boot(data)
    doctor = import_module("openrounds.ops.doctor")
    if retry_jobs:
        click.echo(f"{doctor.retry_jobs()} jobs will be run again.")
    errors = 0
    for name, findings in doctor.examine():
        if not findings:
            _say("ok", "green", name)
        for finding in findings:
            errors += finding.error
            _say(*(("error", "red") if finding.error else ("warning", "yellow")), f"{name}: {finding.what}")
            click.echo(f"{'':>8}  → {finding.remedy}")
    sys.exit(1 if errors else 0)


def _say(mark: str, colour: str, text: str) -> None:
    click.echo(f"{click.style(f'{mark:>8}', fg=colour)}  {text}")
