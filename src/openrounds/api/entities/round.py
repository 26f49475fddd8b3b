"""Rounds: hosted discussions under a hashtag, in our own part of the API. Times are ISO 8601 in UTC, ids strings."""

from typing import Any

from msgspec import Struct

from openrounds.api.entities.account import Account
from openrounds.api.entities.status import MediaAttachment, Status


class RoundReference(Struct):
    """What a round rests on. `kind` is doi, pmid or url; `state` waiting, resolved, not_found or offline. Until it is resolved
    `citation` is "" and `url` is all there is."""

    id: str
    kind: str
    value: str
    url: str
    state: str
    citation: str
    title: str
    year: int | None
    retracted: bool


class RoundSeries(Struct):
    """Recurring rounds. `starts_at` is the local hour of the first in `time_zone`, `rrule` RFC 5545, "" for just one."""

    id: str
    slug: str
    url: str
    kind: str
    title: str
    description: str
    host: Account
    hashtag: str
    time_zone: str
    starts_at: str
    rrule: str
    minutes: int
    notice_minutes: int
    licence: str
    ended: bool
    version: int | None


class RoundSeriesName(Struct):
    """The series that a round belongs to."""

    id: str
    slug: str
    title: str


class Round(Struct):
    """A round. `intro`, `summary` and `lay_summary` (in plain words) are HTML.
    `released_steps` counts what is out; how many are still to come nobody is told.

    `licence` is an SPDX identifier or all-rights, `licence_url` its deed.
    `hosting` says whether the caller runs it; only then `version` (for edits) and `source` (as typed) are given.
    `closed_without_summary` flags an end without what was learned.
    """

    id: str
    slug: str
    url: str
    kind: str
    state: str
    title: str
    intro: str
    host: Account
    hashtag: str
    series: RoundSeriesName | None
    language: str
    basis: str
    basis_note: str
    specialty: str
    presentation: str
    level: str
    licence: str
    licence_url: str | None
    time_zone: str
    opens_at: str | None
    closes_at: str | None
    opened_at: str | None
    closed_at: str | None
    paused: bool
    slow_seconds: int
    released_steps: int
    posts_count: int
    participants_count: int
    summary: str | None
    lay_summary: str | None
    closed_without_summary: bool
    diagnoses: list[str] | None
    references: list[RoundReference]
    hosting: bool
    version: int | None
    source: dict[str, Any] | None


class RoundOption(Struct):
    """An option of a question. `right`, `explanation` and `reference` are null until the caller has answered or it is over."""

    title: str
    right: bool | None
    explanation: str | None
    reference: str | None


class RoundQuestion(Struct):
    """A multiple-choice question; its votes are those of the poll in post `post_id`. `own_choices` null: not answered yet.
    `licence` null: the round's."""

    id: str
    text: str
    multiple: bool
    poll_id: str | None
    post_id: str | None
    expired: bool
    licence: str | None
    licence_url: str | None
    own_choices: list[int] | None
    options: list[RoundOption]


class RoundPicture(Struct):
    """A picture of a step and what kind of picture it is. `licence` null: the round's; `credit` says whose it is, "" the
    hosts'."""

    kind: str
    licence: str | None
    licence_url: str | None
    credit: str
    media: MediaAttachment


class ResultLine(Struct):
    """A line of a results table; `flag` is "", H, L or A."""

    test: str
    value: str
    unit: str
    range: str
    flag: str


class RoundStep(Struct):
    """A step that the caller may be shown. `text` is HTML. To hosts also what is not released (`released_at` null), with
    `source`."""

    id: str
    position: int
    title: str
    text: str
    results: list[ResultLine]
    questions: list[str]
    pictures: list[RoundPicture]
    question: RoundQuestion | None
    commit_first: bool
    released_at: str | None
    post_id: str | None
    committed: bool
    source: dict[str, Any] | None


class RoundPaper(Struct):
    """A paper that a contribution names; `kind` is doi or pmid, `state` waiting, resolved, not_found or offline."""

    kind: str
    value: str
    url: str
    state: str
    title: str
    container: str
    year: int | None
    retracted: bool


class RoundContribution(Struct):
    """A post of the debate. `way` is hashtag, thread (without the hashtag) or host; `mark` "", key_point, common_error or
    needs_source; `step` a position. `same_as` is the post that said the same first, under which it is folded, `folded` how many
    are folded under this one."""

    status: Status
    step: int | None
    way: str
    mark: str
    pinned: bool
    hidden: bool
    hidden_reason: str
    same_as: str | None
    folded: int
    papers: list[RoundPaper]


class PooledAnswer(Struct):
    """An answer of the many: how many gave it, how many as their first; `confidence` is their mean, in per cent."""

    text: str
    given: int
    first: int
    confidence: float


class OwnGuess(Struct):
    """A line of one's own differential."""

    rank: int
    text: str
    confidence: int


class RoundPool(Struct):
    """What everybody committed to, after one's own answer or the close. `total` counts all who did, `counted` those whose
    answers are added up: in fives while the round runs. Groups under five are left out."""

    total: int
    counted: int
    answers: list[PooledAnswer]
    levels: dict[str, list[PooledAnswer]]
    own: list[OwnGuess]


class RoundTurn(Struct):
    """One's own differential at a step."""

    position: int
    guesses: list[OwnGuess]


class CalibrationBin(Struct):
    """First answers given with a confidence from `low` to `high` per cent; `right` is the share of them."""

    low: int
    high: int
    answers: int
    right: float


class RoundAsk(Struct):
    """A question put privately. `asker` is given to hosts alone; `post_id` once it was published, without him."""

    id: str
    text: str
    created_at: str
    asker: Account | None
    answer: str
    answered_at: str | None
    post_id: str | None


class RoundCatchUp(Struct):
    """For whoever comes late: what facilitators marked, what nobody has answered, how much is unread, up to where one read."""

    key_points: list[RoundContribution]
    unanswered: list[Status]
    unread: int
    read_post_id: str | None
