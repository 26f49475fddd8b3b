"""`openrounds import …`."""

from pathlib import Path

import click

from openrounds.ops.boot import PoliteGroup, data_option, work
from openrounds.ops.progress import progress

# What every import has.
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
address_option = click.option(
    "--address",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="Where this server is reached, for links in announcements; only used while no domain is set.",
)
trial_option = click.option("--dry-run", is_flag=True, help="Make nothing; say what would be made.")
report_option = click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report here, as JSON."
)


@click.group("import", cls=PoliteGroup)
def command() -> None:
    """Bring what was elsewhere, or take it back."""


@command.command()
@file_argument
@click.option("--team", required=True, help="Who hosts the cases: the user name of a team or person here.")
@click.option("--hashtag", required=True, help="The hashtag of the debates, for example HaemRounds.")
@click.option(
    "--by",
    type=click.Choice(["category", "tag", "headings"]),
    default="category",
    show_default=True,
    help="What makes a case: the posts of a category or tag, each a stage; or one post, cut at its headings.",
)
@click.option(
    "--only", multiple=True, help="Only this category, tag or post (name, slug or id); may be repeated."
)
@click.option(
    "--licence", default="all-rights", show_default=True, help="For example CC-BY-4.0, if the blog says so."
)
@address_option
@trial_option
@report_option
@data_option
def wordpress(
    *,
    file: Path,
    team: str,
    hashtag: str,
    by: str,
    only: tuple[str, ...],
    licence: str,
    address: str,
    dry_run: bool,
    report: Path | None,
    data: Path,
) -> None:
    """Turn a blog's export (WordPress: Tools, Export) into draft cases.

    Nothing is published: the team's people look at the drafts, say on what basis each may be shown, and schedule them.
    Comments come along as they were written, without accounts. Pictures are listed, not fetched. A case that was taken
    before is not taken twice.
    """
    imports = work(data, "imports")
    with progress(f"Reading {file.name}", file.stat().st_size) as advance:
        found = imports.take_wordpress(
            file,
            team=team,
            hashtag=hashtag,
            by=by,
            only=only,
            licence=licence,
            address=address,
            trial=dry_run,
            advance=advance,
        )
    if report is not None:
        report.write_bytes(imports.json_of(found))
    click.echo(imports.table_of(found))
    click.echo()
    for case in found.cases:
        where = f"  /rounds/{case.slug}" if case.slug else ""
        click.echo(f"“{case.title}”: {case.stages} stages, {case.comments} comments{where}")
    _close(found.run, dry_run)


@command.command()
@file_argument
@click.option("--team", required=True, help="Who hosts them: the user name of a team or person here.")
@click.option("--into", metavar="NAME", help="A draft of the team's, as its address calls it: /rounds/NAME.")
@click.option("--title", default="", help="Else the title of a new draft.")
@click.option("--hashtag", default="", help="The hashtag of its debate, for example HaemRounds.")
@click.option("--kind", type=click.Choice(["case", "chat"]), default="case", show_default=True)
@click.option(
    "--licence",
    default="all-rights",
    show_default=True,
    help="For example CC-BY-4.0, if their authors say so.",
)
@address_option
@trial_option
@report_option
@data_option
def questions(
    *,
    file: Path,
    team: str,
    into: str | None,
    title: str,
    hashtag: str,
    kind: str,
    licence: str,
    address: str,
    dry_run: bool,
    report: Path | None,
    data: Path,
) -> None:
    """Turn multiple-choice questions into steps of a draft: CSV, QTI 2.1 to 3.0, or what Anki writes as text.

    Nothing is published. A question that the draft has already is not taken twice; every other item of the file is
    listed with what became of it.
    """
    imports = work(data, "imports")
    found = imports.take_question_file(
        file,
        team=team,
        into=into,
        title=title,
        hashtag=hashtag,
        kind=kind,
        licence=licence,
        address=address,
        trial=dry_run,
    )
    if report is not None:
        report.write_bytes(imports.json_of(found))
    click.echo(imports.table_of(found))
    click.echo()
    for made in found.rounds:
        where = f"  /rounds/{made.slug}" if made.slug else ""
        click.echo(f"“{made.title}”: {made.questions} questions{where}")
    _close(found.run, dry_run)


def _close(run: int | None, dry_run: bool) -> None:
    if run is not None:
        click.echo(f"Import {run}. To take it back: openrounds import undo {run}")
    else:
        click.echo("Nothing was made: this was a dry run." if dry_run else "Nothing was made.")


@command.command()
@click.argument("number", type=int)
@click.option("--edited-too", is_flag=True, help="Also what somebody has worked on since.")
@data_option
def undo(number: int, edited_too: bool, data: Path) -> None:
    """Delete what import NUMBER made in drafts. What is published stays."""
    for case in work(data, "imports").undo(number, edited_too=edited_too):
        click.echo(
            f"“{case.title}”: "
            + (f"kept, since {case.kept} (/rounds/{case.slug})" if case.kept else "deleted")
        )


@command.command("list")
@data_option
def list_imports(data: Path) -> None:
    """List what was brought here."""
    for run, what, made, there in work(data, "imports").runs():
        state = "undone" if run.undone_at else f"{there} of {made} {what} there"
        click.echo(f"{run.pk}\t{run.made_at:%Y-%m-%d %H:%M}\t@{run.host.username}\t{run.file_name}\t{state}")
