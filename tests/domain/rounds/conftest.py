"""A team that hosts, and rounds on their way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.core.clock import now
from openrounds.rounds import actions
from openrounds.rounds.drafts import RoundDraft, StepDraft
from openrounds.rounds.models import Round, Step


@pytest.fixture
def team(alice: Account) -> Account:
    """Alice owns the team that hosts."""
    account = Account.objects.create(username="haemteam", display_name="Haem Team", is_team=True)
    TeamMembership.objects.create(team=account, member=alice, right=TeamRight.OWNER)
    return account


@pytest.fixture
def make_case(alice: Account, team: Account) -> Callable[..., Round]:
    """`make_case(steps=3, commit_first=True)`: a draft case of the team's with that many stages."""

    def make(steps: int = 3, *, kind: str = "case", **step: Any) -> Round:
        start = now() + timedelta(hours=1)
        draft = RoundDraft(
            title="A man with bruises",
            hashtag="#HaemRounds",
            basis="fictional",
            specialty="Hematology",
            level="registrar",
            opens_at=start,
            closes_at=start + timedelta(days=7),
        )
        round = actions.create_round(alice, team, kind, draft, base_url="http://testserver")
        for number in range(1, steps + 1):
            written = StepDraft(title=f"Stage {number}", text=f"Secret of stage {number}", **step)
            actions.add_step(round, written, None, editor_id=alice.pk)
        return round

    return make


@pytest.fixture
def running(make_case: Callable[..., Round], alice: Account) -> Round:
    """A case whose first stage is out."""
    round = make_case()
    actions.release_step(step(round, 1), alice)
    round.refresh_from_db()
    return round


def step(round: Round, position: int) -> Step:
    found = round.steps.get(position=position)
    found.round = round
    return found
