"""What an operator brings here from elsewhere, and takes back."""

from collections.abc import Callable, Sequence
from pathlib import Path

import click
import msgspec

from openrounds.accounts.models import Account
from openrounds.core.options import options
from openrounds.ops.people import account_named
from openrounds.portability.models import Import
from openrounds.portability.questions.question import Unreadable as UnreadableQuestions
from openrounds.portability.questions.taking import Report as QuestionReport
from openrounds.portability.questions.taking import Wishes as QuestionWishes
from openrounds.portability.questions.taking import take_questions
from openrounds.portability.report import Unwanted, totals
from openrounds.portability.undoing import Undone, undo_import
from openrounds.portability.wordpress.plan import By
from openrounds.portability.wordpress.reading import Unreadable
from openrounds.portability.wordpress.taking import Report, Wishes, take_export
from openrounds.rounds.models import Round

SHOWN_CHARACTERS = 60


def take_wordpress(
    path: Path,
    *,
    team: str,
    hashtag: str,
    by: str,
    only: tuple[str, ...],
    licence: str,
    address: str,
    trial: bool,
    advance: Callable[[int], None],
) -> Report:
    """The report of a file taken in for that team, or tried."""
    base_url = options().base_url or address.rstrip("/")
    wishes = Wishes(
        host=account_named(team), hashtag=hashtag, base_url=base_url, by=By(by), only=only, licence=licence
    )
    try:
        with path.open("rb") as file:
            return take_export(file, path.name, wishes, trial=trial, advance=advance)
    except (Unreadable, Unwanted) as problem:
        raise click.ClickException(f"{path.name}: {problem}") from problem


def take_question_file(
    path: Path,
    *,
    team: str,
    into: str | None,
    title: str,
    hashtag: str,
    kind: str,
    licence: str,
    address: str,
    trial: bool,
) -> QuestionReport:
    """The report of a file of questions taken in for that team, or tried."""
    host = account_named(team)
    wishes = QuestionWishes(
        host=host,
        editor=host,
        base_url=options().base_url or address.rstrip("/"),
        into=_draft_of(host, into) if into else None,
        kind=kind,
        title=title,
        hashtag=hashtag,
        licence=licence,
    )
    try:
        with path.open("rb") as file:
            return take_questions(file, path.name, wishes, trial=trial)
    except (UnreadableQuestions, Unwanted) as problem:
        raise click.ClickException(f"{path.name}: {problem}") from problem


def _draft_of(host: Account, slug: str) -> Round:
    found = Round.objects.filter(host=host, slug=slug.rpartition("/")[2]).first()
    if found is None:
        raise click.ClickException(f"@{host.username} hosts no round of the name “{slug}”.")
    return found


def table_of(report: Report | QuestionReport) -> str:
    """Every item of the file in a line, then what it comes to."""
    rows = [(entry.what, entry.id, entry.title, entry.outcome.value, entry.why) for entry in report.lines]
    sums = [(str(number), what, outcome.value, why) for what, outcome, why, number in totals(report.lines)]
    return f"{_table(('WHAT', 'ID', 'TITLE', '', 'WHERE, OR WHY NOT'), rows)}\n\n{_table((), sums)}"


def json_of(report: Report | QuestionReport) -> bytes:
    """The same for programs: what was made, every item, and the pictures to fetch."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2)


def undo(number: int, *, edited_too: bool) -> list[Undone]:
    """What became of each case of the import."""
    return undo_import(number, edited_too=edited_too)


def runs() -> list[tuple[Import, str, int, int]]:
    """Each import, newest first: of what it made how many, and how many of them there still are."""
    return [_counted(run) for run in Import.objects.select_related("host").order_by("-pk")]


def _counted(run: Import) -> tuple[Import, str, int, int]:
    if "cases" in run.report:
        return run, "cases", len(run.report["cases"]), run.cases.count()
    made = sum(each["questions"] for each in run.report.get("rounds", []))
    return run, "questions", made, run.steps.count()


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [tuple(_short(cell) for cell in row) for row in [*([head] if head else []), *rows]]
    if not lines:
        return ""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


def _short(cell: str) -> str:
    line = "".join(char if char.isprintable() else " " for char in cell)
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"
