"""An extra finding: somebody in the room asked ("any film?"), and it becomes part of the case."""

from django.db import transaction

from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid
from openrounds.rounds.actions.release import release_step
from openrounds.rounds.actions.steps import add_step
from openrounds.rounds.drafts import StepDraft
from openrounds.rounds.models import Round, State, Step


@transaction.atomic
def release_extra(round: Round, draft: StepDraft, by: Account) -> Step:
    """A step in front of all that wait, released at once. Raises Invalid."""
    if round.state != State.OPEN:
        raise Invalid("Validation failed: Findings are added while the round is open")
    released = round.steps.filter(released_at__isnull=False).count()
    step = add_step(round, draft, None, editor_id=by.pk, position=released + 1)
    return release_step(step, by)
