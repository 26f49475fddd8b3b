"""`openrounds serve`."""

import sys
from pathlib import Path

import click

from openrounds.ops.boot import data_option, work
from openrounds.ops.listening import check_address


@click.command("serve")
@data_option
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where to listen."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="On which address; 0.0.0.0 means all.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="How many web processes."
)
@click.option(
    "--streaming-port",
    type=click.IntRange(1, 65535),
    help="Where to listen for streams; without it the setting's, or any that is free.",
)
def command(data: Path, port: int, host: str, workers: int, streaming_port: int | None) -> None:
    """Run the server in the foreground, until Ctrl-C or SIGTERM.

    The data directory and its database are made when missing, and brought up to date when older than the program.
    Requests and jobs under way are finished before it ends.
    """
    check_address(host, port)
    server = work(data, "server")

    def announce() -> None:
        click.echo(
            f"OpenRounds is at {server.address_of(host, port)} (data in {data}). Ctrl-C stops it.", err=True
        )

    sys.exit(server.serve(host, port, workers, announce, streaming_port=streaming_port or 0))
