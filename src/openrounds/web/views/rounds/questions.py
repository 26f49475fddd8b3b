"""Multiple-choice questions as posts: key and explanation after one's own answer, and for the author how it went."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from msgspec import Struct

from openrounds.accounts.models import Role
from openrounds.api.call import Call
from openrounds.api.entities.round import RoundQuestion
from openrounds.api.render.rounds import render_questions
from openrounds.core.errors import NotFound
from openrounds.rounds import queries, room_queries
from openrounds.rounds.access import access_question, runs_question
from openrounds.web import reading
from openrounds.web.access import for_members
from openrounds.web.views.acting import known


class Shown(Struct, frozen=True):
    """A question under its post; `own`: the reader wrote it, or runs the round it belongs to."""

    question: RoundQuestion
    own: bool


def of_post(call: Call, post_id: int) -> Shown | None:
    """One query for a post that asks nothing."""
    found = queries.question_of_post(post_id)
    if found is None:
        return None
    return Shown(render_questions(call, [found])[found.pk], runs_question(call.account_id, found))


@require_safe
@for_members
def statistics(request: HttpRequest, question_id: int) -> HttpResponse:
    """How hard it was, and whether it tells those who know from those who do not. For its author alone."""
    call = reading.call_of(request)
    question = access_question(call.account_id, known(question_id))
    if not runs_question(call.me, question):
        raise NotFound
    found = room_queries.statistics_of(question)
    roles = {role.value: gettext(role.label) for role in Role}
    page = {
        "question": question,
        "options": [(o, found.choices.get(o.position, 0)) for o in queries.options_of(question)],
        "found": found,
        "levels": [
            (roles.get(role, role), found.level_sizes[role], votes) for role, votes in found.levels.items()
        ],
    }
    return render(request, "rounds/statistics.html", page)
