"""`openrounds vocabulary …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work
from openrounds.ops.progress import progress


@click.group("vocabulary", cls=PoliteGroup)
def command() -> None:
    """The specialties and conditions that are offered while somebody types."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
def mesh(file: Path, data: Path) -> None:
    """Load the Medical Subject Headings from FILE: desc2026.xml, from the National Library of Medicine.

    The servers take it up at once. To update, load the next year's file.
    """
    words = work(data, "vocabulary")
    with progress(f"Reading {file.name}", file.stat().st_size) as advance:
        found = words.load_mesh(file, advance)
    click.echo(f"Loaded {len(found.conditions)} conditions and {len(found.specialties)} specialties.")


@command.command()
@data_option
def reset(data: Path) -> None:
    """Go back to the words that came with OpenRounds."""
    back = work(data, "vocabulary").unload()
    click.echo("The words that came with OpenRounds are in force" + (" again." if back else "."))
