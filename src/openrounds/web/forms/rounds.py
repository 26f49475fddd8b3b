"""Forms by which hosts write rounds and their steps."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from openrounds.accounts.models import Account
from openrounds.rounds.drafts import (
    PictureDraft,
    QuestionDraft,
    ResultRow,
    RoundDraft,
    StepDraft,
)
from openrounds.rounds.models import (
    Basis,
    Kind,
    Level,
    Licence,
    Question,
    ReleaseBy,
    Round,
    Step,
    StepPicture,
)
from openrounds.rounds.queries import question_of
from openrounds.rounds.rules import CARE_ITEMS, YEARS
from openrounds.web.forms.options import OptionFields
from openrounds.web.language import zones

LOCAL = "%Y-%m-%dT%H:%M"
NOTICES = [
    (0, _("No notice")),
    (30, _("30 minutes before")),
    (60, _("An hour before")),
    (1440, _("A day before")),
]
KINDS = [
    (Kind.CASE.value, _("A case, released in stages")),
    (Kind.CHAT.value, _("A chat, question by question")),
]
BASES = [
    ("", _("Choose …")),
    (Basis.FICTIONAL.value, _("Entirely fictional")),
    (Basis.COMPOSITE.value, _("Composite of several patients, none recognisable")),
    (Basis.CONSENTED.value, _("The patient has consented")),
    (Basis.PUBLIC_DOMAIN.value, _("Already in the public domain")),
    (Basis.SYNTHETIC.value, _("Synthetic data")),
]
WEEK = 7 * 24 * 60
SPANS = [
    (60, _("An hour")),
    (24 * 60, _("A day")),
    (3 * 24 * 60, _("Three days")),
    (WEEK, _("A week")),
    (30 * 24 * 60, _("Thirty days")),
]
LEVELS = [
    ("", _("Choose …")),
    (Level.STUDENT.value, _("Students")),
    (Level.FOUNDATION.value, _("Foundation doctors and interns")),
    (Level.REGISTRAR.value, _("Registrars and residents")),
    (Level.CONSULTANT.value, _("Consultants and attendings")),
    (Level.PUBLIC.value, _("Patients and public")),
]
RELEASES = [
    (ReleaseBy.HAND.value, _("By hand, when I say so")),
    (ReleaseBy.TIME.value, _("At a time")),
    (ReleaseBy.COMMITMENTS.value, _("When enough people have answered the step before")),
]
CARE_LABELS = {
    "title": _("Title"),
    "keywords": _("Key words"),
    "abstract": _("Abstract"),
    "introduction": _("Introduction"),
    "patient_information": _("Patient information"),
    "clinical_findings": _("Clinical findings"),
    "timeline": _("Timeline"),
    "diagnostic_assessment": _("Diagnostic assessment"),
    "therapeutic_intervention": _("Therapeutic intervention"),
    "follow_up": _("Follow-up and outcomes"),
    "discussion": _("Discussion"),
    "patient_perspective": _("Patient perspective"),
    "informed_consent": _("Informed consent"),
}
RESULT_FIELDS = ("test", "value", "unit", "range", "flag")
NEW_PICTURES = 3
PICTURE_WORDS = ("text", "kind", "credit", "licence")


def local(moment: datetime | None, zone: str) -> str:
    """A moment as an input of type datetime-local wants it."""
    return moment.astimezone(ZoneInfo(zone)).strftime(LOCAL) if moment else ""


class HourField(forms.DateTimeField):
    """A wall-clock time; the zone is another field's."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def to_python(self, value: Any) -> Any:
        """Naive on purpose: Django would read it in the reader's zone, not the round's."""
        if value in self.empty_values:
            return None
        try:
            found = datetime.fromisoformat(str(value)).replace(tzinfo=None)
        except ValueError as problem:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from problem
        if found.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def _utc(wall: datetime | None, zone: str) -> datetime | None:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if wall else None


def _area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class NewRoundForm(forms.Form):
    """What a draft begins with."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS)
    host = forms.ChoiceField(label=_("Who hosts it?"))
    title = forms.CharField(label=_("Title"), max_length=200)
    hashtag = forms.CharField(
        label=_("Hashtag"),
        max_length=101,
        help_text=_(
            "The door to the debate: everybody who writes it takes part. CamelCase is read out best."
        ),
    )

    def __init__(self, *args: Any, actors: Sequence[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["host"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(a.pk), f"{a.display_name or a.username} (@{a.username})") for a in actors]

    def draft(self) -> RoundDraft:
        return RoundDraft(title=self.cleaned_data["title"], hashtag=self.cleaned_data["hashtag"])


class RoundForm(forms.Form):
    """What a round says of itself. `version` is the one that the editor saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), max_length=200)
    hashtag = forms.CharField(label=_("Hashtag"), max_length=101)
    intro = forms.CharField(
        label=_("Introduction"),
        required=False,
        widget=_area(5),
        help_text=_("Shown before it opens: what it is about, what to read. Markdown."),
    )
    basis = forms.ChoiceField(
        label=_("On what basis may this be shown?"),
        choices=BASES,
        required=False,
        help_text=_("A case cannot be published without one."),
    )
    basis_note = forms.CharField(label=_("More about the basis"), max_length=500, required=False)
    specialty = forms.CharField(
        label=_("Specialty"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "specialties"}),
    )
    presentation = forms.CharField(
        label=_("Presentation"), max_length=100, required=False, help_text=_("Bruising, chest pain, a rash …")
    )
    level = forms.ChoiceField(label=_("For whom?"), choices=LEVELS, required=False)
    licence = forms.ChoiceField(
        label=_("Licence"),
        choices=Licence.choices,
        help_text=_(
            "What others may do with your case. With NC or ND it is not among what may be reused and changed."
        ),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in zones()])
    opens_at = HourField(label=_("Opens"), required=False)
    closes_at = HourField(label=_("Closes"), required=False)
    notice_minutes = forms.TypedChoiceField(label=_("Announce it"), choices=NOTICES, coerce=int)
    diagnoses = forms.CharField(
        label=_("Answers that count as right"),
        required=False,
        widget=_area(2),
        help_text=_("One in a line; secret until the round is closed."),
    )

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        kwargs["initial"] = self._initial(round) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.round = round
        for item in CARE_ITEMS:
            self.fields[f"care_{item}"] = forms.CharField(
                label=CARE_LABELS[item], required=False, widget=_area(2), initial=round.care.get(item, "")
            )
        if round.opened_at:
            self.fields["opens_at"].disabled = self.fields["hashtag"].disabled = True

    @staticmethod
    def _initial(round: Round) -> dict[str, Any]:
        same = (
            "version",
            "title",
            "intro",
            "basis",
            "basis_note",
            "specialty",
            "presentation",
            "level",
            "licence",
        )
        return {name: getattr(round, name) for name in same} | {
            "hashtag": round.hashtag.display_name,
            "time_zone": round.time_zone,
            "notice_minutes": round.notice_minutes,
            "opens_at": local(round.opens_at, round.time_zone),
            "closes_at": local(round.closes_at, round.time_zone),
            "diagnoses": "\n".join(round.diagnoses),
        }

    @property
    def care_fields(self) -> list[forms.BoundField]:
        return [self[f"care_{item}"] for item in CARE_ITEMS]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if not field.name.startswith("care_")]

    def draft(self) -> RoundDraft:
        """What is to be written; what cannot change any more is left out."""
        sent = dict(self.cleaned_data)
        zone, version = sent["time_zone"], sent.pop("version")
        del version
        care = {item: text for item in CARE_ITEMS if (text := sent.pop(f"care_{item}").strip())}
        sent["diagnoses"] = _lines(sent["diagnoses"])
        sent |= {name: _utc(sent[name], zone) for name in ("opens_at", "closes_at")}
        fixed = ("opens_at", "hashtag") if self.round.opened_at else ()
        return RoundDraft(**{k: v for k, v in sent.items() if k not in fixed}, care=care)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class StepForm(OptionFields):
    """A step: its text, results, questions, pictures, a multiple-choice question, and when it is released."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    text = forms.CharField(
        label=_("Text"), required=False, widget=_area(12), help_text=_("Markdown: **bold**, lists, tables.")
    )
    results = forms.CharField(
        label=_("Results"),
        required=False,
        widget=_area(5, spellcheck="false"),
        help_text=_(
            "One test in a line: name | value | unit | reference range | H, L or A. Lines pasted from a spreadsheet work too."
        ),
    )
    questions = forms.CharField(
        label=_("Questions to discuss"), required=False, widget=_area(3), help_text=_("One in a line.")
    )
    announcement = forms.CharField(
        label=_("What the announcing post says"),
        max_length=300,
        required=False,
        help_text=_(
            "The link and the hashtag are added. Left empty, the title (in a chat: the question) is said."
        ),
    )
    commit_first = forms.BooleanField(
        label=_("Learners commit to an answer before the next step opens to them"), required=False
    )
    question_text = forms.CharField(label=_("Question"), required=False, widget=_area(2))
    question_multiple = forms.BooleanField(label=_("Several answers may be chosen"), required=False)
    release_by = forms.ChoiceField(label=_("Release"), choices=RELEASES, widget=forms.RadioSelect)
    release_at = HourField(label=_("At"), required=False)
    release_after = forms.IntegerField(label=_("How many answers"), required=False, min_value=1)

    def __init__(self, *args: Any, round: Round, step: Step | None, **kwargs: Any) -> None:
        self.round, self.step = round, step
        question = question_of(step) if step else None
        kwargs["initial"] = _step_initial(step, question, round.time_zone)
        super().__init__(*args, **kwargs)
        self.pictures = list(step.pictures.select_related("media")) if step else []
        self.fields["question_minutes"] = _span_field(question.minutes if question else WEEK)
        self.fields["question_licence"] = _licence_field(_("Licence"), question.licence if question else "")
        self._add_pictures()
        self.add_options(list(question.options.all()) if question else [])

    def _add_pictures(self) -> None:
        for picture in self.pictures:
            key = f"picture{picture.media_id}"
            self.fields[f"{key}_place"] = forms.IntegerField(
                label=_("Place"), initial=picture.position, min_value=1, required=False
            )
            self._describe(key, picture, picture.media.description)
            self.fields[f"{key}_remove"] = forms.BooleanField(label=_("Remove"), required=False)
        for number in range(NEW_PICTURES):
            self.fields[f"new{number}_file"] = forms.FileField(
                label=_("Add a picture"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
            )
            self._describe(f"new{number}", StepPicture(), "")

    def _describe(self, key: str, picture: StepPicture, alt: str) -> None:
        self.fields[f"{key}_kind"] = _kind_field(picture.kind)
        self.fields[f"{key}_text"] = _alt_field(alt)
        self.fields[f"{key}_credit"] = forms.CharField(
            label=_("Whose it is, if it is not yours"), max_length=200, required=False, initial=picture.credit
        )
        self.fields[f"{key}_licence"] = _licence_field(_("Licence"), picture.licence)

    # What templates lay out in groups.
    def picture_rows(self) -> list[tuple[StepPicture, list[forms.BoundField]]]:
        names = (*PICTURE_WORDS, "place", "remove")
        return [(p, [self[f"picture{p.media_id}_{name}"] for name in names]) for p in self.pictures]

    def new_picture_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"new{n}_{name}"] for name in ("file", *PICTURE_WORDS)] for n in range(NEW_PICTURES)]

    def clean_results(self) -> list[ResultRow]:
        try:
            return [_result(line) for line in self.cleaned_data["results"].splitlines() if line.strip()]
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def new_pictures(self) -> Iterable[tuple["UploadedFile[bytes]", Mapping[str, str]]]:
        """The file of each picture to be taken in, and what is said of it (`PICTURE_WORDS`)."""
        for n in range(NEW_PICTURES):
            if file := self.cleaned_data.get(f"new{n}_file"):
                yield file, {name: self.cleaned_data[f"new{n}_{name}"] for name in PICTURE_WORDS}

    def kept_pictures(self) -> list[PictureDraft]:
        """Those that stay, in their new order."""
        sent = self.cleaned_data
        kept = [p for p in self.pictures if not sent[f"picture{p.media_id}_remove"]]
        kept.sort(key=lambda p: (sent[f"picture{p.media_id}_place"] or p.position, p.position))
        return [
            PictureDraft(
                media=p.media_id,
                kind=sent[f"picture{p.media_id}_kind"],
                licence=sent[f"picture{p.media_id}_licence"],
                credit=sent[f"picture{p.media_id}_credit"],
                description=sent[f"picture{p.media_id}_text"],
            )
            for p in kept
        ]

    def draft(self, added: Sequence[PictureDraft]) -> StepDraft:
        sent = self.cleaned_data
        released = self.step is not None and self.step.released_at is not None
        more: Mapping[str, Any] = {} if released else self._before_release(sent)
        return StepDraft(
            title=sent["title"],
            text=sent["text"],
            results=sent["results"],
            questions=_lines(sent["questions"]),
            announcement=sent["announcement"],
            commit_first=sent["commit_first"],
            pictures=[*self.kept_pictures(), *added],
            **more,
        )

    def _before_release(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "release_by": sent["release_by"],
            "release_at": _utc(sent["release_at"], self.round.time_zone),
            "release_after": sent["release_after"],
            "question": self._question(sent),
        }

    def _question(self, sent: Mapping[str, Any]) -> QuestionDraft | None:
        options = self.options()
        if not options and not sent["question_text"].strip():
            return None
        return QuestionDraft(
            text=sent["question_text"],
            options=options,
            multiple=sent["question_multiple"],
            licence=sent["question_licence"],
            minutes=int(sent["question_minutes"]),
        )


def _kind_field(initial: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"list": "image-kinds"})
    return forms.CharField(label=_("Kind"), max_length=40, required=False, initial=initial, widget=widget)


def _span_field(minutes: int) -> forms.TypedChoiceField:
    """A span that an app has given stays among the choices, and stays when nothing is chosen."""
    spans = {minutes: _("%d minutes") % minutes} | dict(SPANS)
    return forms.TypedChoiceField(
        label=_("How long it can be answered"),
        choices=sorted(spans.items()),
        coerce=int,
        empty_value=str(minutes),
        required=False,
        initial=minutes,
    )


def _licence_field(label: Any, initial: str = "") -> forms.ChoiceField:
    choices = [("", _("as the round")), *Licence.choices]
    return forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)


def _alt_field(initial: str) -> forms.CharField:
    return forms.CharField(
        label=_("Description for those who cannot see it"), required=False, initial=initial, widget=_area(2)
    )


def _step_initial(step: Step | None, question: Question | None, zone: str) -> dict[str, Any]:
    if step is None:
        return {"release_by": ReleaseBy.HAND.value}
    same = ("version", "title", "text", "announcement", "commit_first", "release_by", "release_after")
    return {name: getattr(step, name) for name in same} | {
        "results": "\n".join(" | ".join(row.get(name, "") for name in RESULT_FIELDS) for row in step.results),
        "questions": "\n".join(step.questions),
        "release_at": local(step.release_at, zone),
        "question_text": question.text if question else "",
        "question_multiple": bool(question and question.multiple),
    }


def _result(line: str) -> ResultRow:
    """A line of the results, its cells apart by | or tabs. Raises ValueError."""
    cells = [cell.strip() for cell in line.split("\t" if "\t" in line else "|")]
    if len(cells) < 2 or len(cells) > len(RESULT_FIELDS) or not cells[0]:
        raise ValueError(str(_("This line has no name and value: %s") % line[:60]))
    row = dict(zip(RESULT_FIELDS, [*cells, "", "", ""], strict=False))
    if row["flag"].upper() not in ("", "H", "L", "A"):
        raise ValueError(str(_("The last cell is H, L, A or nothing: %s") % line[:60]))
    return ResultRow(**{**row, "flag": row["flag"].upper()})
