"""`openrounds backup`."""

from pathlib import Path

import click

from openrounds.ops.backup.refusing import refusing
from openrounds.ops.boot import PoliteCommand, data_option, work
from openrounds.ops.progress import progress


@click.command("backup", cls=PoliteCommand)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option
def command(file: Path, data: Path) -> None:
    """Write everything into one archive: database, files, keys and openrounds.toml.

    The server may run meanwhile. The archive holds secrets: whoever has it can act as your server.
    """
    if not data.is_dir():
        raise click.ClickException(f"There is no data directory {data}. Name it with --data.")
    saving = work(data, "backup.save")
    with refusing():
        saving.room_for(file)
        with progress(f"Backing up {data}", saving.steps()) as advance:
            manifest = saving.save(file, advance)
    posts, accounts = manifest.counts["posts_post"], manifest.counts["accounts_account"]
    click.echo(f"{file}: {accounts} accounts, {posts} posts, {_files(manifest.parts)} files.")
    if manifest.media_in_bucket:
        click.echo(
            "The files in the bucket are not in it: let the bucket keep versions, or copy it too.", err=True
        )


def _files(parts: dict[str, object]) -> int:
    return sum(name.startswith("media/") for name in parts)
