"""The room of a round: its debate, what facilitators do there, private questions, and how far one has read."""

from msgspec import Raw, Struct

from openrounds.accounts.access import access_account
from openrounds.api.call import Call, Reply
from openrounds.api.entities.round import RoundAsk, RoundCatchUp, RoundContribution
from openrounds.api.openrounds.rounds import BASE, ReasonParams
from openrounds.api.params import Id
from openrounds.api.render.rounds import render_asks, render_contributions
from openrounds.api.rendering import render_posts
from openrounds.api.routing import anyone, person, route
from openrounds.posts.access import access_post
from openrounds.posts.lines import read, read_ids
from openrounds.rounds import actions, debate_queries, queries
from openrounds.rounds.access import (
    access_ask,
    access_contribution,
    access_released_step,
    access_round,
    hosts,
)
from openrounds.rounds.models import Contribution, Round

POST = f"{BASE}/:id/posts/:post_id"
ASK = f"{BASE}/:id/asks/:ask_id"


class DebateParams(Struct):
    """`step_id`: only what belongs to that step. `hidden`: what was taken out, for hosts."""

    step_id: Id | None = None
    hidden: bool = False
    limit: int = 40
    max_id: Id | None = None
    since_id: Id | None = None
    min_id: Id | None = None


class MarkParams(Struct):
    """key_point, common_error or needs_source; "" takes the mark back."""

    mark: str


class MergeParams(Struct):
    """A post of the same part of the round, which said the same first."""

    into: Id


class StepParams(Struct):
    """A released step of the round."""

    step_id: Id


class ReadParams(Struct):
    """The last post that was read."""

    post_id: Id


class AskParams(Struct):
    """A question for the facilitators alone, perhaps about a step."""

    text: str
    step_id: Id | None = None


class AnswerParams(Struct):
    """What is said; for a promotion the facilitator's own wording, or "" for the asker's."""

    text: str = ""


@route(
    "GET", f"{BASE}/:id/posts", anyone("read:statuses"), params=DebateParams, returns=list[RoundContribution]
)
def debate(call: Call, id: int) -> Reply:
    """Newest first, as far as the caller may read them and wants to; of a step that waits for his answer not before it."""
    asked, round = call.params(DebateParams), access_round(call.account_id, id)
    upto, paging = _upto(call, round), call.paging(40, 80)
    hidden = asked.hidden and upto is None
    source = debate_queries.debate(round.pk, call.account_id, step_id=asked.step_id, upto=upto, hidden=hidden)
    lines = read(source, paging)
    ends = (lines[0].id, lines[-1].id) if lines else (None, None)
    return call.paged(render_contributions(call, round.pk, lines), *ends, more=len(lines) == paging.limit)


@route("GET", f"{BASE}/:id/marked", anyone("read:statuses"), returns=list[RoundContribution])
def marked(call: Call, id: int) -> list[RoundContribution]:
    """What facilitators pinned or marked, pinned first."""
    round = access_round(call.account_id, id)
    return _marked(call, round, _upto(call, round))


def _upto(call: Call, round: Round) -> int | None:
    """The last step that the caller may be shown, and with it the debate; None for hosts, who see all of it."""
    return None if hosts(call.account_id, round) else queries.open_position(round, call.account_id)


def _marked(call: Call, round: Round, upto: int | None) -> list[RoundContribution]:
    found = debate_queries.marked(round.pk, call.account_id, upto=upto)
    return render_contributions(call, round.pk, read_ids([about.post_id for about in found]))


@route("GET", f"{BASE}/:id/catch_up", anyone("read:statuses"), returns=RoundCatchUp)
def catch_up(call: Call, id: int) -> dict[str, object]:
    """For late arrivals: key points first, then questions that nobody has answered."""
    round = access_round(call.account_id, id)
    progress = queries.progress_of(round, call.account_id) if call.account_id else None
    since, upto = progress.read_post if progress else 0, _upto(call, round)
    waiting = debate_queries.unanswered(round.pk, call.account_id, upto=upto)
    return {
        "key_points": _marked(call, round, upto),
        "unanswered": Raw(render_posts(call, waiting, context="public")),
        "unread": debate_queries.unread(round.pk, since),
        "read_post_id": str(since) if since else None,
    }


@route("POST", f"{BASE}/:id/read", person("write:statuses"), params=ReadParams, returns=dict[str, str])
def mark_read(call: Call, id: int) -> dict[str, str]:
    """Never goes backwards."""
    round, post = access_round(call.me, id), access_post(call.me, call.params(ReadParams).post_id)
    actions.mark_read(call.me, round.pk, post.pk)
    return {}


@route("POST", f"{POST}/mark", person("write:statuses"), params=MarkParams, returns=RoundContribution)
def mark(call: Call, id: int, post_id: int) -> RoundContribution:
    found = access_contribution(call.me, id, post_id)
    actions.mark(found, call.params(MarkParams).mark)
    return _shown(call, found)


@route("POST", f"{POST}/pin", person("write:statuses"), returns=RoundContribution)
def pin(call: Call, id: int, post_id: int) -> RoundContribution:
    found = access_contribution(call.me, id, post_id)
    actions.pin(found, pinned=True)
    return _shown(call, found)


@route("POST", f"{POST}/unpin", person("write:statuses"), returns=RoundContribution)
def unpin(call: Call, id: int, post_id: int) -> RoundContribution:
    found = access_contribution(call.me, id, post_id)
    actions.pin(found, pinned=False)
    return _shown(call, found)


@route("POST", f"{POST}/move", person("write:statuses"), params=StepParams, returns=RoundContribution)
def move(call: Call, id: int, post_id: int) -> RoundContribution:
    """Puts it under another step."""
    found = access_contribution(call.me, id, post_id)
    actions.move(found, access_released_step(call.me, id, call.params(StepParams).step_id))
    return _shown(call, found)


@route("POST", f"{POST}/merge", person("write:statuses"), params=MergeParams, returns=RoundContribution)
def merge(call: Call, id: int, post_id: int) -> RoundContribution:
    """Folds it under another that said the same first; nothing is deleted."""
    found = access_contribution(call.me, id, post_id)
    actions.merge(found, access_contribution(call.me, id, call.params(MergeParams).into))
    return _shown(call, found)


@route("POST", f"{POST}/unmerge", person("write:statuses"), returns=RoundContribution)
def unmerge(call: Call, id: int, post_id: int) -> RoundContribution:
    """It stands by itself again."""
    found = access_contribution(call.me, id, post_id)
    actions.unmerge(found)
    return _shown(call, found)


@route("POST", f"{POST}/hide", person("write:statuses"), params=ReasonParams, returns=RoundContribution)
def hide(call: Call, id: int, post_id: int) -> RoundContribution:
    """Takes it out of the room, not off the server; its author is told why."""
    found, me = access_contribution(call.me, id, post_id), access_account(call.me, call.me)
    actions.hide(found, me, call.params(ReasonParams).reason)
    return _shown(call, found)


@route("POST", f"{POST}/unhide", person("write:statuses"), returns=RoundContribution)
def unhide(call: Call, id: int, post_id: int) -> RoundContribution:
    found = access_contribution(call.me, id, post_id)
    actions.unhide(found)
    return _shown(call, found)


@route("GET", f"{BASE}/:id/asks", person("read:statuses"), returns=list[RoundAsk])
def asks(call: Call, id: int) -> list[RoundAsk]:
    """One's own private questions; for hosts everybody's, unanswered first."""
    round = access_round(call.me, id)
    if hosts(call.me, round):
        return render_asks(call, queries.asks_for_hosts(round.pk), hosting=True)
    return render_asks(call, queries.asks_of(round.pk, call.me), hosting=False)


@route("POST", f"{BASE}/:id/asks", person("write:statuses"), params=AskParams, returns=RoundAsk)
def ask(call: Call, id: int) -> RoundAsk:
    asked, round = call.params(AskParams), access_round(call.me, id)
    step = access_released_step(call.me, id, asked.step_id) if asked.step_id else None
    made = actions.ask(access_account(call.me, call.me), round, asked.text, step=step)
    return render_asks(call, [made], hosting=False)[0]


@route("POST", f"{ASK}/answer", person("write:statuses"), params=AnswerParams, returns=RoundAsk)
def answer(call: Call, id: int, ask_id: int) -> RoundAsk:
    """To its asker alone."""
    actions.answer_ask(access_ask(call.me, id, ask_id), call.params(AnswerParams).text)
    return render_asks(call, [access_ask(call.me, id, ask_id)], hosting=True)[0]


@route("POST", f"{ASK}/promote", person("write:statuses"), params=AnswerParams, returns=RoundAsk)
def promote(call: Call, id: int, ask_id: int) -> RoundAsk:
    """Publishes it as the host's post, without its asker, once."""
    found, me = access_ask(call.me, id, ask_id), access_account(call.me, call.me)
    actions.promote_ask(found, me, call.params(AnswerParams).text)
    return render_asks(call, [access_ask(call.me, id, ask_id)], hosting=True)[0]


def _shown(call: Call, found: Contribution) -> RoundContribution:
    return render_contributions(call, found.round_id, read_ids([found.post_id]))[0]
