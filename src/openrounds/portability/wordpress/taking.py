"""Draft cases out of a WordPress export: each in one transaction, none twice, and a line about every item of the file."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO

import msgspec
from django.db import IntegrityError, transaction
from msgspec import Struct

from openrounds.accounts.models import Account
from openrounds.core.text import is_hashtag
from openrounds.portability.markup import link_line
from openrounds.portability.models import Import, ImportedCase
from openrounds.portability.report import Line, Outcome, Unwanted
from openrounds.portability.wordpress.export import Comment, Item, Site
from openrounds.portability.wordpress.plan import (
    By,
    Case,
    Head,
    Stage,
    head_of,
    kept_comments,
    make_plan,
    stages_of,
)
from openrounds.portability.wordpress.reading import read_export
from openrounds.portability.wordpress.words import gallery_ids
from openrounds.rounds.actions import add_step, create_round
from openrounds.rounds.drafts import RoundDraft, StepDraft
from openrounds.rounds.models import ArchivedComment, Kind, Licence, Round, Step
from openrounds.rounds.rules import MOST_STEPS


class Wishes(Struct, frozen=True, kw_only=True):
    """How a file is to be taken. `only` names categories, tags or posts; empty takes all. `base_url` is this server's."""

    host: Account
    hashtag: str
    base_url: str
    by: By = By.CATEGORY
    only: tuple[str, ...] = ()
    licence: str = Licence.ALL_RIGHTS.value


class MadeCase(Struct, frozen=True):
    """A case that was made, or in a trial would be (`slug` is "" then)."""

    key: str
    title: str
    slug: str
    stages: int
    comments: int


class FoundPicture(Struct, frozen=True):
    """A picture that a stage showed; it is not fetched, since nobody has said that it may be used."""

    url: str
    description: str
    case: str
    stage: str


class Report(Struct):
    """What became of a file. `run` is the number by which it is undone; None when nothing was made."""

    file_name: str
    site: Site
    trial: bool
    run: int | None
    cases: list[MadeCase]
    lines: list[Line]
    pictures: list[FoundPicture]


def take_export(
    file: BinaryIO, file_name: str, wishes: Wishes, *, trial: bool, advance: Callable[[int], None]
) -> Report:
    """Takes the file in, or in a trial only says what would be taken. Raises Unreadable, Unwanted."""
    _check(wishes)
    with _Shelf() as shelf:
        site = read_export(file, shelf.put, advance)
        cases, left = make_plan(shelf.heads, wishes.by, wishes.only, MOST_STEPS)
        report = Report(file_name, site, trial, None, [], [], [])
        taking = _Taking(shelf, wishes, report)
        for case in cases:
            taking.take(case)
        taking.leave(left)
    _close(report)
    return report


def _close(report: Report) -> None:
    """Keeps the report with the run; a run that has made nothing is none."""
    if report.run is None:
        return
    run = Import.objects.filter(pk=report.run)
    if any(case.slug for case in report.cases):
        run.update(report=msgspec.to_builtins(report))
    else:
        run.delete()
        report.run = None


def _check(wishes: Wishes) -> None:
    if not is_hashtag(wishes.hashtag.removeprefix("#")):
        raise Unwanted(f"“{wishes.hashtag}” is no hashtag: letters and digits, not digits alone")
    if wishes.licence not in Licence.values:
        raise Unwanted(f"“{wishes.licence}” is no licence that is known: {', '.join(Licence.values)}")


class _Shelf:
    """The items of a file, on disk: memory holds their heads alone."""

    def __init__(self) -> None:
        self.heads: list[Head] = []
        self._file = TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._end = 0

    def __enter__(self) -> "_Shelf":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, item: Item) -> None:
        self.heads.append(head_of(item, self._end))
        written = msgspec.msgpack.encode(item)
        self._file.write(len(written).to_bytes(8) + written)
        self._end += 8 + len(written)

    def get(self, head: Head) -> Item:
        self._file.seek(head.place)
        length = int.from_bytes(self._file.read(8))
        return msgspec.msgpack.decode(self._file.read(length), type=Item)


class _Taking:
    """One run: makes the cases and writes the report."""

    def __init__(self, shelf: _Shelf, wishes: Wishes, report: Report) -> None:
        self._shelf, self._wishes, self._report = shelf, wishes, report
        self._places: dict[
            str, tuple[str, str]
        ] = {}  # of a post or file of the blog: the case and stage it went to

    def take(self, case: Case) -> None:
        """Makes the case, or says that it was made before."""
        before = ImportedCase.objects.filter(
            host=self._wishes.host, site=self._report.site.address, key=case.key
        ).first()
        if before is not None:
            self._leave_posts(case.posts, f"taken before: by import {before.run_id}")
            return
        posts = [(item, stages) for item, stages in self._written(case.posts) if stages]
        if not posts:
            return
        try:
            slug = "" if self._report.trial else self._make(case, posts, self._run())
        except IntegrityError:  # another run was quicker
            self._leave_posts(case.posts, "taken at the same time: by another import")
            return
        self._tell(case, posts, slug)

    def leave(self, left: Sequence[Line]) -> None:
        """What the plan has no place for, with the comments on it."""
        files = {head.id: head for head in self._shelf.heads if head.kind == "attachment"}
        for entry in left:
            self._report.lines.append(self._about_file(files[entry.id]) if entry.id in files else entry)
        with_comments = {entry.id for entry in left}
        for head in self._shelf.heads:
            if head.comments and head.id in with_comments:
                self._leave_comments(self._shelf.get(head))

    def _written(self, heads: Sequence[Head]) -> Iterator[tuple[Item, list[Stage]]]:
        for head in heads:
            item = self._shelf.get(head)
            stages = stages_of(item, self._wishes.by, MOST_STEPS)
            if not stages:
                self._leave_posts([head], "there is no text in it that may be shown")
            yield item, stages

    # ------------------------------------------------------------------------------------------------------------ making
    @transaction.atomic
    def _make(self, case: Case, posts: Sequence[tuple[Item, list[Stage]]], run: int) -> str:
        wishes = self._wishes
        round = create_round(wishes.host, wishes.host, Kind.CASE, self._draft(case), base_url=wishes.base_url)
        for item, stages in posts:
            step = self._make_steps(round, item, stages)
            _keep_comments(round, step, item)
        round.refresh_from_db()
        ImportedCase.objects.create(
            run_id=run,
            round=round,
            version=round.version,
            host=wishes.host,
            site=self._report.site.address,
            key=case.key,
        )
        return round.slug

    def _run(self) -> int:
        if self._report.run is None:
            site = self._report.site.address
            name = self._report.file_name[:255]
            self._report.run = Import.objects.create(host=self._wishes.host, file_name=name, site=site).pk
        return self._report.run

    def _draft(self, case: Case) -> RoundDraft:
        site = self._report.site
        return RoundDraft(
            title=case.title,
            hashtag=self._wishes.hashtag,
            intro=link_line("First published on", site.title or site.address, site.address),
            language=site.language[:35] or "en",
            licence=self._wishes.licence,
        )

    def _make_steps(self, round: Round, item: Item, stages: Sequence[Stage]) -> Step:
        texts = [stage.text for stage in stages]
        texts[-1] = f"{texts[-1]}\n\n{self._origin(item)}"
        drafts = [StepDraft(title=stage.title, text=text) for stage, text in zip(stages, texts, strict=True)]
        return [add_step(round, draft, None, editor_id=self._wishes.host.pk) for draft in drafts][-1]

    def _origin(self, item: Item) -> str:
        """Who wrote it, when and where."""
        author = self._report.site.authors.get(item.author, item.author)
        date = f"{item.written_at:%Y-%m-%d}" if item.written_at else "no date"
        return link_line(f"{author}," if author else "", date, item.link)

    # ----------------------------------------------------------------------------------------------------------- telling
    def _tell(self, case: Case, posts: Sequence[tuple[Item, list[Stage]]], slug: str) -> None:
        number = comments = 0
        for item, stages in posts:
            first, number = number + 1, number + len(stages)
            where = f"stage {first}" if first == number else f"stages {first} to {number}"
            self._line("post", item.id, stages[0].title, f"{where} of “{case.title}”")
            for shown in (item.id, *gallery_ids(item.content)):
                self._places.setdefault(shown, (case.title, f"{first}. {stages[0].title}"))
            comments += self._tell_comments(item, f"stage {number} of “{case.title}”")
            for place, stage in enumerate(stages, first):
                self._tell_pictures(stage, case.title, f"{place}. {stage.title}")
        self._report.cases.append(MadeCase(case.key, case.title, slug, number, comments))

    def _tell_comments(self, item: Item, where: str) -> int:
        kept, left = kept_comments(item.comments, item.written_at)
        for comment in kept:
            self._line("comment", comment.id, comment.author, where)
        self._report.lines += left
        return len(kept)

    def _tell_pictures(self, stage: Stage, case: str, place: str) -> None:
        for url, description in stage.pictures:
            self._report.pictures.append(FoundPicture(url, description, case, place))
            why = f"to be fetched by hand: “{case}”, {place}"
            self._report.lines.append(Line("picture", "", url, Outcome.LEFT, why))

    def _about_file(self, head: Head) -> Line:
        """A file of the blog: one that a stage showed by itself, in a gallery or beside the text, is to be fetched."""
        place = self._places.get(head.id) or self._places.get(head.parent)
        if place is None or not head.file_url.startswith(("http://", "https://")):
            why = "no stage shows it"
        elif any(picture.url == head.file_url for picture in self._report.pictures):
            why = "listed with the stage that shows it"
        else:
            self._report.pictures.append(FoundPicture(head.file_url, head.title, *place))
            why = f"to be fetched by hand: “{place[0]}”, {place[1]}"
        return Line(head.kind, head.id, head.title, Outcome.LEFT, why)

    def _line(self, what: str, number: str, title: str, where: str) -> None:
        self._report.lines.append(Line(what, number, title, Outcome.TAKEN, where))

    def _leave_posts(self, heads: Sequence[Head], why: str) -> None:
        for head in heads:
            self._report.lines.append(Line(head.kind, head.id, head.title, Outcome.LEFT, why))
            if head.comments:
                self._leave_comments(self._shelf.get(head))

    def _leave_comments(self, item: Item) -> None:
        for comment in item.comments:
            line = Line("comment", comment.id, comment.author, Outcome.LEFT, f"its post was left: {item.id}")
            self._report.lines.append(line)


def _keep_comments(round: Round, step: Step, item: Item) -> None:
    """What people said, under the last stage that the post made; names as written, no accounts."""
    kept, _ = kept_comments(item.comments, item.written_at)
    rows = {comment.id: ArchivedComment(round=round, step=step, **_columns(comment)) for comment in kept}
    ArchivedComment.objects.bulk_create(rows.values())
    answers = [comment for comment in kept if comment.parent]
    for comment in answers:
        rows[comment.id].parent = rows[comment.parent]
    ArchivedComment.objects.bulk_update([rows[comment.id] for comment in answers], ["parent"])


def _columns(comment: Comment) -> dict[str, str | datetime | None]:
    return {"author_name": comment.author, "said_at": comment.said_at, "text": comment.text}
