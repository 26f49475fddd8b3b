"""`openrounds demo`."""

import os
import shutil
import sys
from importlib import import_module
from pathlib import Path

import click

from openrounds.ops.boot import work
from openrounds.ops.listening import check_address
from openrounds.ops.progress import progress

SIGN_IN = """
  Open {url} and sign in, or give an app this address:

    asha@demo.example     a student, with a list, a filter and a lively home
    hana@demo.example     a haematologist who owns Team Haem, and admin
    amara@demo.example    an educator, and moderator
    gwen@demo.example     a patient

  The password of all {count} people is: {password}
  Everything here is invented. Your changes stay in {data}; delete that directory to begin anew.
"""


@click.command("demo")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Where to listen."
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="The demo's own data directory.",
)
def command(port: int, data: Path) -> None:
    """Run a lifelike demo on this machine.

    The first start makes it, which takes up to a minute; later ones are quick and keep what you did.
    """
    for name in ("DATABASE_URL", "OPENROUNDS_DOMAIN", "OPENROUNDS_CONFIG"):
        os.environ.pop(name, None)  # a demo never touches the database or the name of a real server
    if (data / "run" / "demo-unfinished").exists():
        click.echo("The last start did not finish making the demo; making it again.", err=True)
        shutil.rmtree(data)
    fresh = not (data / "openrounds.sqlite3").exists()
    check_address("127.0.0.1", port)
    server = work(data, "server")
    if fresh:
        _build(server.address_of("127.0.0.1", port))
        # Begin anew as a process that never held a month in its memory.
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 - this very program
    sys.exit(
        server.serve("127.0.0.1", port, 2, lambda: _announce(server.address_of("127.0.0.1", port), data))
    )


def _build(address: str) -> None:
    build = import_module("openrounds.ops.demo.build")
    with progress("Making the demo", build.steps()) as advance:
        build.build(advance, address)


def _announce(url: str, data: Path) -> None:
    script = import_module("openrounds.ops.demo.script")
    people = len(script.cast().people)
    click.echo(SIGN_IN.format(url=url, count=people, password=script.PASSWORD, data=data))
