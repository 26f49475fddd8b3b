"""What hosts write, before it is a row. Whatever is left UNSET stays as it is."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from openrounds.core.paging import GREATEST

Text = str | UnsetType
When = Annotated[datetime, Meta(tz=True)] | UnsetType | None


class RoundDraft(Struct, kw_only=True, frozen=True):
    """Fields of a round (`models.Round`); `hashtag` with or without #, `facilitators` and `references` as whole lists."""

    title: Text = UNSET
    hashtag: Text = UNSET
    intro: Text = UNSET
    language: Text = UNSET
    basis: Text = UNSET
    basis_note: Text = UNSET
    specialty: Text = UNSET
    presentation: Text = UNSET
    level: Text = UNSET
    image_kinds: list[str] | UnsetType = UNSET
    licence: Text = UNSET
    care: dict[str, str] | UnsetType = UNSET
    diagnoses: list[str] | UnsetType = UNSET
    time_zone: Text = UNSET
    opens_at: When = UNSET
    closes_at: When = UNSET
    notice_minutes: int | UnsetType = UNSET


class ResultRow(Struct, kw_only=True, frozen=True):
    """A line of a results table; `flag` is "", "H" (high), "L" (low) or "A" (abnormal)."""

    test: str
    value: str
    unit: str = ""
    range: str = ""
    flag: str = ""


class PictureDraft(Struct, kw_only=True, frozen=True):
    """An uploaded file (of the host's or the editor's) to show, what kind of picture it is, and its alt text. `licence` "" for
    the round's; `credit` says whose it is, where it is not the hosts'."""

    media: Annotated[int, Meta(ge=0, le=GREATEST)]
    kind: str = ""
    licence: str = ""
    credit: str = ""
    description: Text = UNSET


class OptionDraft(Struct, kw_only=True, frozen=True):
    """An option of a multiple-choice question."""

    title: str
    right: bool = False
    explanation: str = ""
    reference: str = ""


class QuestionDraft(Struct, kw_only=True, frozen=True):
    """A multiple-choice question; `minutes` is how long it can be answered. `licence` "" for its round's, for one without a
    round CC BY."""

    text: str
    options: list[OptionDraft]
    multiple: bool = False
    minutes: int = 7 * 24 * 60
    licence: str = ""


class StepDraft(Struct, kw_only=True, frozen=True):
    """Fields of a step (`models.Step`). `question` None takes a question away."""

    title: Text = UNSET
    text: Text = UNSET
    results: list[ResultRow] | UnsetType = UNSET
    questions: list[str] | UnsetType = UNSET
    announcement: Text = UNSET
    commit_first: bool | UnsetType = UNSET
    release_by: Text = UNSET
    release_at: When = UNSET
    release_after: int | UnsetType | None = UNSET
    pictures: list[PictureDraft] | UnsetType = UNSET
    question: QuestionDraft | UnsetType | None = UNSET


class SeriesDraft(Struct, kw_only=True, frozen=True):
    """Fields of a series (`models.Series`); `starts_at` is the local hour of the first, `2026-11-24T20:00`."""

    title: Text = UNSET
    description: Text = UNSET
    hashtag: Text = UNSET
    time_zone: Text = UNSET
    starts_at: Text = UNSET
    rrule: Text = UNSET
    minutes: int | UnsetType = UNSET
    notice_minutes: int | UnsetType = UNSET
    licence: Text = UNSET
