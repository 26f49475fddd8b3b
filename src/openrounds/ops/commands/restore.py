"""`openrounds restore`."""

from pathlib import Path

import click

from openrounds.ops.backup import archive, restore
from openrounds.ops.backup.refusing import refusing
from openrounds.ops.boot import boot, data_option
from openrounds.ops.progress import progress

DONE = """\
Restored to {data}: {accounts} accounts, {posts} posts, {files} files, as of {made_at}.

Jobs are paused: nobody's home is filled, no mail and no scheduled post goes out, so that you can look around first. Once
you are sure that the old server does not run any more, start this one and let them go:

  openrounds jobs release --data {data}
"""


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
def command(file: Path, data: Path) -> None:
    """Put a backup into the new data directory given with --data.

    Every byte is checked first; nothing that is there already is touched. With PostgreSQL, DATABASE_URL names an empty
    database. Jobs are paused afterwards, until openrounds jobs release.
    """
    size = file.stat().st_size
    with refusing():
        with progress(f"Checking {file}", size) as advance:
            manifest = restore.examine(file, data, advance)
        with progress(f"Restoring to {data}", 2 * size) as advance:
            _put(file, data, manifest, advance)
    click.echo(
        DONE.format(
            data=data,
            made_at=manifest.made_at,
            accounts=manifest.counts["accounts_account"],
            posts=manifest.counts["posts_post"],
            files=sum(name.startswith("media/") for name in manifest.parts),
        )
    )


def _put(file: Path, data: Path, manifest: archive.Manifest, advance: archive.Advance) -> None:
    try:
        restore.unpack(file, data, manifest, advance)
        boot(data, unfinished=True)
        restore.finish(data, manifest, advance)
    except BaseException:
        restore.give_up(data)
        raise
