"""Steps of a round: read by everybody once they are out, written and released by hosts."""

from msgspec import Struct

from openrounds.accounts.access import access_account
from openrounds.api.call import Call
from openrounds.api.entities.round import (
    CalibrationBin,
    RoundPool,
    RoundStep,
    RoundTurn,
)
from openrounds.api.openrounds.rounds import BASE
from openrounds.api.params import Id, part
from openrounds.api.render.rounds import render_guesses, render_pool, render_steps
from openrounds.api.routing import anyone, person, route
from openrounds.core.errors import NotFound
from openrounds.rounds import actions, queries
from openrounds.rounds.access import (
    access_hosted,
    access_hosted_step,
    access_released_step,
    access_round,
    hosts,
)
from openrounds.rounds.actions import Answer
from openrounds.rounds.drafts import StepDraft
from openrounds.rounds.models import Round, Step
from openrounds.rounds.rules import GuessDraft

STEP = f"{BASE}/:id/steps/:step_id"


class NewStep(StepDraft, kw_only=True, frozen=True):
    """`position` from 1; left out, the step comes last."""

    position: int | None = None
    version: int | None = None


class StepEdit(StepDraft, kw_only=True, frozen=True):
    """`version` is the step's that the editor saw; 409 when somebody else was first."""

    version: int | None = None


class MoveParams(Struct):
    """Where to."""

    position: int
    version: int | None = None


class VersionParams(Struct):
    """The round's version that the editor saw, if he minds."""

    version: int | None = None


class GuessParams(Struct):
    """A diagnosis, best first in their list; `confidence` in per cent, `mesh` its descriptor if one was chosen."""

    text: str
    confidence: int = 50
    mesh: str = ""


class CommitParams(Struct):
    """A ranked differential, or the `choices` (places from 0) in the step's question."""

    guesses: list[GuessParams] = []
    choices: list[int] = []


@route("GET", f"{BASE}/:id/steps", anyone("read:statuses"), returns=list[RoundStep])
def steps(call: Call, id: int) -> list[RoundStep]:
    """What is released and open to the caller: up to the first step that waits for his answer. Hosts get all."""
    return _steps(call, id)


def _steps(call: Call, id: int) -> list[RoundStep]:
    round = access_round(call.account_id, id)
    if hosts(call.account_id, round):
        return render_steps(call, queries.all_steps(round), hosting=True)
    last = queries.open_position(round, call.account_id)
    return render_steps(call, queries.released_steps(round, last), hosting=False)


@route("POST", f"{BASE}/:id/steps", person("write:statuses"), params=NewStep, returns=RoundStep)
def add(call: Call, id: int) -> RoundStep:
    asked, round = call.params(NewStep), access_hosted(call.me, id)
    made = actions.add_step(
        round, part(asked, StepDraft), asked.version, editor_id=call.me, position=asked.position
    )
    return _step(call, round, made.pk)


@route("PATCH", STEP, person("write:statuses"), params=StepEdit, returns=RoundStep)
def edit(call: Call, id: int, step_id: int) -> RoundStep:
    asked, step = call.params(StepEdit), _own_step(call, id, step_id)
    actions.edit_step(step, part(asked, StepDraft), asked.version, editor_id=call.me)
    return _step(call, step.round, step_id)


@route("DELETE", STEP, person("write:statuses"), params=VersionParams, returns=dict[str, str])
def remove(call: Call, id: int, step_id: int) -> dict[str, str]:
    """One that is not released."""
    actions.remove_step(_own_step(call, id, step_id), call.params(VersionParams).version)
    return {}


@route("POST", f"{STEP}/move", person("write:statuses"), params=MoveParams, returns=list[RoundStep])
def move(call: Call, id: int, step_id: int) -> list[RoundStep]:
    asked, step = call.params(MoveParams), _own_step(call, id, step_id)
    actions.move_step(step, asked.position, asked.version)
    return render_steps(call, queries.all_steps(step.round), hosting=True)


@route("POST", f"{STEP}/release", person("write:statuses"), returns=RoundStep)
def release(call: Call, id: int, step_id: int) -> RoundStep:
    """Shows the step to everybody and announces it, once: asked again, it answers what the first release made."""
    step = _own_step(call, id, step_id)
    actions.release_step(step, access_account(call.me, call.me))
    return _step(call, step.round, step_id)


@route("POST", f"{STEP}/commit", person("write:statuses"), params=CommitParams, returns=RoundPool)
def commit(call: Call, id: int, step_id: int) -> RoundPool:
    """Answers what the others thought. 422 when it is too early or too late, 409 when there is an answer already."""
    asked, step = call.params(CommitParams), _open_step(call, id, step_id)
    guesses = tuple(GuessDraft(g.text, g.confidence, g.mesh) for g in asked.guesses)
    actions.commit(access_account(call.me, call.me), step, Answer(guesses, tuple(asked.choices)))
    return render_pool(queries.pooled(step, call.me))


@route("POST", f"{STEP}/give_up", person("write:statuses"), returns=list[RoundStep])
def give_up(call: Call, id: int, step_id: int) -> list[RoundStep]:
    """Opens the next step without an answer to this one."""
    actions.give_up(call.me, _open_step(call, id, step_id))
    return _steps(call, id)


@route("GET", f"{STEP}/pool", anyone("read:statuses"), returns=RoundPool)
def pool(call: Call, id: int, step_id: int) -> RoundPool:
    """What everybody committed to; after one's own answer, or once the round is closed (404 before)."""
    step = _open_step(call, id, step_id)
    if not queries.may_see_pool(step, call.account_id) and not hosts(call.account_id, step.round):
        raise NotFound
    return render_pool(queries.pooled(step, call.account_id))


@route("GET", f"{BASE}/:id/turns", person("read:statuses"), returns=list[RoundTurn])
def turns(call: Call, id: int) -> list[RoundTurn]:
    """How the caller changed his mind, step by step."""
    found = queries.change_of_mind(access_round(call.me, id), call.me)
    return [RoundTurn(turn.position, render_guesses(turn.guesses)) for turn in found]


@route("GET", f"{BASE}/calibration", person("read:statuses"), returns=list[CalibrationBin])
def calibration(call: Call) -> list[CalibrationBin]:
    """How often the caller was right at which confidence, over every closed round with a diagnosis."""
    found = queries.own_judgement(call.me).bins
    return [CalibrationBin(b.low, b.high, b.answers, round(b.right, 3)) for b in found]


def _own_step(call: Call, id: Id, step_id: Id) -> Step:
    step = access_hosted_step(call.me, step_id)
    if step.round_id != id:
        raise NotFound
    return step


def _open_step(call: Call, id: int, step_id: int) -> Step:
    """A released step that is open to the caller."""
    step = access_released_step(call.account_id, id, step_id)
    if step.position > queries.open_position(step.round, call.account_id) and not hosts(
        call.account_id, step.round
    ):
        raise NotFound
    return step


def _step(call: Call, round: Round, step_id: int) -> RoundStep:
    found = [step for step in queries.all_steps(round) if step.pk == step_id]
    return render_steps(call, found, hosting=True)[0]
