"""Series of rounds, and what a round closes with: its summary and references. Questions of their own."""

from typing import Literal

from msgspec import Struct

from openrounds.accounts.access import access_account
from openrounds.api.call import Call
from openrounds.api.entities.round import Round, RoundQuestion, RoundReference, RoundSeries
from openrounds.api.openrounds.rounds import BASE
from openrounds.api.params import Id, part
from openrounds.api.render.rounds import render_questions, render_reference, render_round, render_series
from openrounds.api.routing import anyone, person, route
from openrounds.core.errors import Invalid
from openrounds.posts.actions import Author
from openrounds.rounds import actions, queries
from openrounds.rounds.access import (
    access_hosted,
    access_hosted_series,
    access_question,
    access_series_by_id,
)
from openrounds.rounds.citation_rules import identify
from openrounds.rounds.drafts import QuestionDraft, SeriesDraft

SERIES = "/api/openrounds/v1/series"
QUESTIONS = "/api/openrounds/v1/questions"


class NewSeries(SeriesDraft, kw_only=True, frozen=True):
    """`host_id` is the team (or the caller himself) that hosts."""

    kind: Literal["case", "chat"]
    host_id: Id


class SeriesEdit(SeriesDraft, kw_only=True, frozen=True):
    """`version` is the one that the editor saw."""

    version: int | None = None


class SummaryParams(Struct):
    """What was learned, in Markdown; `lay_text` is the same in plain words, for patients and public (left out: as it was)."""

    text: str
    lay_text: str | None = None


class ReferenceParams(Struct):
    """A DOI, a PMID or a web address; `title` for a page that cannot be looked up."""

    kind: Literal["doi", "pmid", "url"]
    value: str
    title: str = ""


class NewQuestion(QuestionDraft, kw_only=True, frozen=True):
    """A multiple-choice question posted by the caller, under a hashtag and with pictures if he wants."""

    hashtag: str = ""
    media_ids: tuple[Id, ...] = ()


@route("GET", SERIES, anyone("read:statuses"), returns=list[RoundSeries])
def series(call: Call) -> list[RoundSeries]:
    """Every series that goes on, newest first."""
    return render_series(call, queries.series_list())


@route("POST", SERIES, person("write:statuses"), params=NewSeries, returns=RoundSeries)
def create(call: Call) -> RoundSeries:
    """Its next round is made with it."""
    asked = call.params(NewSeries)
    me, host = access_account(call.me, call.me), access_account(call.me, asked.host_id)
    made = actions.create_series(me, host, asked.kind, part(asked, SeriesDraft), base_url=call.base)
    return render_series(call, [made], own=True)[0]


@route("GET", f"{SERIES}/:id", anyone("read:statuses"), returns=RoundSeries)
def show(call: Call, id: int) -> RoundSeries:
    return render_series(call, [access_series_by_id(id)])[0]


@route("PATCH", f"{SERIES}/:id", person("write:statuses"), params=SeriesEdit, returns=RoundSeries)
def edit(call: Call, id: int) -> RoundSeries:
    """Rounds that were made already keep their hour."""
    asked = call.params(SeriesEdit)
    found = access_hosted_series(call.me, id)
    row = actions.edit_series(found, part(asked, SeriesDraft), asked.version, base_url=call.base)
    return render_series(call, [row], own=True)[0]


@route("POST", f"{SERIES}/:id/end", person("write:statuses"), returns=RoundSeries)
def end(call: Call, id: int) -> RoundSeries:
    """No further rounds; what there is stays."""
    actions.end_series(access_hosted_series(call.me, id))
    return render_series(call, [access_hosted_series(call.me, id)], own=True)[0]


@route("PUT", f"{BASE}/:id/summary", person("write:statuses"), params=SummaryParams, returns=Round)
def summarise(call: Call, id: int) -> Round:
    """It shows once the round is closed."""
    round, me = access_hosted(call.me, id), access_account(call.me, call.me)
    sent = call.params(SummaryParams)
    actions.write_summary(round, sent.text, me, lay_text=sent.lay_text)
    return render_round(call, round)


@route(
    "POST", f"{BASE}/:id/references", person("write:statuses"), params=ReferenceParams, returns=RoundReference
)
def refer(call: Call, id: int) -> RoundReference:
    """Looked up afterwards."""
    asked, round = call.params(ReferenceParams), access_hosted(call.me, id)
    found = identify(f"PMID {asked.value}" if asked.kind == "pmid" else asked.value)
    if found is None:
        raise Invalid("Validation failed: That is no DOI, PMID or link")
    return render_reference(actions.add_reference(round, found.kind, found.value, title=asked.title))


@route("DELETE", f"{BASE}/:id/references/:reference_id", person("write:statuses"), returns=dict[str, str])
def unrefer(call: Call, id: int, reference_id: int) -> dict[str, str]:
    actions.remove_reference(access_hosted(call.me, id), reference_id)
    return {}


@route("POST", QUESTIONS, person("write:statuses"), params=NewQuestion, returns=RoundQuestion)
def ask(call: Call) -> RoundQuestion:
    """Posts it as a poll that every app can answer; with an `Idempotency-Key` only once."""
    asked = call.params(NewQuestion)
    draft = part(asked, QuestionDraft)
    author = Author(
        access_account(call.me, call.me), None, call.viewer.application_id if call.viewer else None
    )
    key = call.request.headers.get("Idempotency-Key")
    made = actions.ask_question(
        author, draft, hashtag=asked.hashtag.strip().lstrip("#"), media_ids=asked.media_ids, key=key
    )
    return render_questions(call, [made], hosting=True)[made.pk]


@route("GET", f"{QUESTIONS}/:id", anyone("read:statuses"), returns=RoundQuestion)
def question(call: Call, id: int) -> RoundQuestion:
    """Its key is there after one's own answer, or when it is over."""
    found = access_question(call.account_id, id)
    return render_questions(call, [found])[found.pk]
