"""Questions of a file as steps of a draft: a line about every item, nothing published, nothing twice."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import BinaryIO, Final

import msgspec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from msgspec import Struct

from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid, Refusal
from openrounds.core.options import options
from openrounds.core.text import is_hashtag
from openrounds.media.actions import upload
from openrounds.media.rules import SNIFF_BYTES, MediaFamily, sniff
from openrounds.portability.models import Import, ImportedCase, ImportedStep
from openrounds.portability.questions.question import Choice, Question, fitted, lines, one_line, refusal
from openrounds.portability.questions.reading import Sheet, opened
from openrounds.portability.report import Line, Outcome, Unwanted
from openrounds.rounds import models
from openrounds.rounds.actions import add_step, create_round
from openrounds.rounds.drafts import OptionDraft, PictureDraft, QuestionDraft, RoundDraft, StepDraft
from openrounds.rounds.models import Kind, Licence, Round, State
from openrounds.rounds.rules import MOST_STEPS

_SITE: Final = "questions:"  # no blog's address, so that keys of both never meet
_SHOWN: Final = 100


class Wishes(Struct, frozen=True, kw_only=True):
    """Where the questions go: `into` a draft of the host's, or into new ones of that kind, title and hashtag.

    `editor` brings them; at most `pictures` pictures are taken. `base_url` is this server's.
    """

    host: Account
    editor: Account
    base_url: str
    into: Round | None = None
    kind: str = Kind.CASE.value
    title: str = ""
    hashtag: str = ""
    licence: str = Licence.ALL_RIGHTS.value
    pictures: int = 500


class MadeRound(Struct, frozen=True):
    """A draft that took questions, or in a trial would (`slug` is "" for one that is not made yet)."""

    title: str
    slug: str
    questions: int


class Report(Struct):
    """What became of a file. `run` is the number by which it is undone; None when nothing was made."""

    file_name: str
    format: str
    trial: bool
    run: int | None
    rounds: list[MadeRound]
    lines: list[Line]


def take_questions(file: BinaryIO, file_name: str, wishes: Wishes, *, trial: bool) -> Report:
    """Takes the file in, or in a trial only says what would be taken. Raises Unreadable, Unwanted."""
    _check(wishes)
    with opened(file) as sheet:
        report = Report(file_name, sheet.format, trial, None, [], list(sheet.left))
        taking = _Taking(sheet, wishes, report)
        try:
            taking.run()
        finally:
            _close(report)
    return report


def _check(wishes: Wishes) -> None:
    if wishes.into is not None:
        if wishes.into.state != State.DRAFT:
            raise Unwanted("Questions are only taken into a draft")
        return
    if not one_line(wishes.title):
        raise Unwanted("A new draft needs a title")
    if not is_hashtag(wishes.hashtag.removeprefix("#")):
        raise Unwanted(f"That is no hashtag: {wishes.hashtag}")
    if wishes.licence not in Licence.values:
        raise Unwanted(f"There is no such licence: {wishes.licence}")


def _close(report: Report) -> None:
    """Keeps the report with the run; a run that has made nothing is none."""
    if report.run is None:
        return
    run = Import.objects.filter(pk=report.run)
    if any(made.slug for made in report.rounds):
        run.update(report=msgspec.to_builtins(report))
    else:
        run.delete()
        report.run = None


class _Taking:
    """One run: makes the steps and writes the report."""

    def __init__(self, sheet: Sheet, wishes: Wishes, report: Report) -> None:
        self._sheet, self._wishes, self._report = sheet, wishes, report
        self._pictures = wishes.pictures
        self._asides: dict[int, list[Line]] = {}  # by `id` of a question: what is told behind it

    def run(self) -> None:
        wanted = list(self._wanted())
        into = self._wishes.into
        if into is not None:
            room = max(0, MOST_STEPS - into.steps.count())
            for question in wanted[room:]:
                self._leave(question, f"A round has at most {MOST_STEPS} steps")
            self._take(wanted[:room], into.title, into.steps.count())
            return
        parts = [wanted[start : start + MOST_STEPS] for start in range(0, len(wanted), MOST_STEPS)]
        for number, part in enumerate(parts, 1):
            title = one_line(self._wishes.title)[:180]
            self._take(part, f"{title} ({number})" if number > 1 else title, 0)

    def _wanted(self) -> Iterator[Question]:
        """What can be taken, each question once."""
        there = _digests_in(self._wishes.into)
        for read in self._sheet.questions:
            question, changed = fitted(read)
            mark = _digest(question)
            if why := refusal(read):
                self._leave(read, why)
            elif mark in there:
                self._leave(read, there[mark])
            else:
                there[mark] = "It is in the file twice"
                if changed:
                    why = "Its options are longer than a poll's; they stand in the text, each with its letter"
                    self._asides[id(question)] = [_line("options", question, Outcome.TAKEN, why)]
                yield question

    def _take(self, questions: Sequence[Question], title: str, before: int) -> None:
        if not questions:
            return
        key = "" if self._wishes.into else _key(questions)
        known = (
            ImportedCase.objects.filter(host=self._wishes.host, site=_SITE, key=key).first() if key else None
        )
        if known is not None:
            self._leave_all(questions, f"Taken before by import {known.run_id}")
            return
        drafts = [self._draft(question) for question in questions]
        try:
            slug = "" if self._report.trial else self._make(drafts, title, key, self._run())
        except IntegrityError:  # another run was quicker
            self._leave_all(questions, "Taken at the same time by another import")
            return
        except Invalid as problem:
            raise Unwanted(problem.message) from problem
        slug = slug or (self._wishes.into.slug if self._wishes.into else "")
        self._report.rounds.append(MadeRound(title, slug, len(questions)))
        for number, question in enumerate(questions, before + 1):
            self._report.lines.append(
                _line("question", question, Outcome.TAKEN, f"Step {number} of: {title}")
            )
            self._report.lines += self._asides.pop(id(question), [])
            self._report.lines += [_line("part", question, Outcome.LEFT, note) for note in question.notes]

    # ------------------------------------------------------------------------------------------------------------ making
    @transaction.atomic
    def _make(self, drafts: Sequence[StepDraft], title: str, key: str, run: int) -> str:
        wishes = self._wishes
        round = wishes.into or self._new_round(title)
        steps = [add_step(round, draft, None, editor_id=wishes.editor.pk) for draft in drafts]
        ImportedStep.objects.bulk_create([ImportedStep(run_id=run, step=step) for step in steps])
        if key:
            round.refresh_from_db()
            ImportedCase.objects.create(
                run_id=run, round=round, version=round.version, host=wishes.host, site=_SITE, key=key
            )
        return round.slug

    def _new_round(self, title: str) -> Round:
        wishes = self._wishes
        draft = RoundDraft(title=title, hashtag=wishes.hashtag, licence=wishes.licence)
        return create_round(wishes.editor, wishes.host, wishes.kind, draft, base_url=wishes.base_url)

    def _run(self) -> int:
        if self._report.run is None:
            name = self._report.file_name[:255]
            self._report.run = Import.objects.create(host=self._wishes.host, file_name=name).pk
        return self._report.run

    def _draft(self, question: Question) -> StepDraft:
        return StepDraft(
            title=question.title,
            text=question.text,
            pictures=list(self._take_pictures(question)),
            question=QuestionDraft(
                text=question.prompt,
                multiple=question.multiple,
                options=[OptionDraft(**msgspec.structs.asdict(choice)) for choice in question.choices],
            ),
        )

    def _take_pictures(self, question: Question) -> Iterator[PictureDraft]:
        """Uploads them, or in a trial looks whether they are there; a line for each."""
        for picture in question.pictures:
            data, why = self._picture(picture.name)
            if data is not None and not self._report.trial:
                try:
                    yield self._upload(picture.name, data, picture.description)
                except Refusal as problem:
                    why = problem.message.removeprefix("Validation failed: ")
            outcome = Outcome.LEFT if why else Outcome.TAKEN
            told = Line("picture", question.key, picture.name[-_SHOWN:], outcome, why)
            self._asides.setdefault(id(question), []).append(told)

    def _picture(self, name: str) -> tuple[bytes | None, str]:
        """Its bytes, or why it is not taken."""
        if not self._pictures:
            return None, "More pictures than are taken at once; add it by hand"
        data = self._sheet.picture(name)
        if data is None:
            return None, "It is not in the file"
        kind = sniff(data[:SNIFF_BYTES])
        if kind is None or kind.family is not MediaFamily.IMAGE:
            return None, "It is no picture of a kind that is shown here"
        self._pictures -= 1
        return data, ""

    def _upload(self, name: str, data: bytes, description: str) -> PictureDraft:
        told = description[: options().alt_text_characters]
        made = upload(self._wishes.editor.pk, SimpleUploadedFile(name, data), description=told, now=True)
        return PictureDraft(media=made.pk)

    # ----------------------------------------------------------------------------------------------------------- telling
    def _leave(self, question: Question, why: str) -> None:
        self._report.lines.append(_line("question", question, Outcome.LEFT, why))

    def _leave_all(self, questions: Iterable[Question], why: str) -> None:
        for question in questions:
            self._leave(question, why)


def _line(what: str, question: Question, outcome: Outcome, why: str) -> Line:
    title = question.title or one_line(question.prompt)
    return Line(what, question.key, title[:_SHOWN], outcome, why)


def _key(questions: Sequence[Question]) -> str:
    """The same for the same questions, whatever the file is called."""
    return blake2b("".join(map(_digest, questions)).encode(), digest_size=16).hexdigest()


def _digest(question: Question) -> str:
    """The same for what asks the same behind the same text and offers the same answers."""
    said = [
        question.text,
        question.prompt,
        *(f"{choice.title}\0{choice.right}" for choice in question.choices),
    ]
    return blake2b("\1".join(said).encode(), digest_size=16).hexdigest()


def _digests_in(round: Round | None) -> dict[str, str]:
    """The questions of a round already, with where they stand; two queries."""
    if round is None:
        return {}
    found = (
        models.Question.objects.filter(step__round=round).select_related("step").prefetch_related("options")
    )
    return {
        _digest(_asked(row)): f"It is there already as step {row.step.position}" for row in found if row.step
    }


def _asked(row: models.Question) -> Question:
    options_ = sorted(row.options.all(), key=lambda option: option.position)
    choices = tuple(Choice(one_line(o.title), o.right) for o in options_)
    text = row.step.text.strip() if row.step else ""
    return Question(key="", text=text, prompt=lines(row.text), choices=choices)
