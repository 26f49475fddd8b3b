"""Committing: an answer counts by how the round stands when it is written, not by how it stood when the page was read."""

import pytest
from tests.conftest import step

from openrounds.core.errors import Invalid
from openrounds.rounds import actions
from openrounds.rounds.models import Commitment, State
from openrounds.rounds.rules import GuessDraft

pytestmark = pytest.mark.django_db


def test_answer_that_was_on_its_way_when_the_round_closed_is_late(running, bob):
    read_before = step(running, 1)
    assert read_before.round.state == State.OPEN
    actions.close_round(running, without_summary=True)
    with pytest.raises(Invalid):
        actions.commit(bob, read_before, actions.Answer((GuessDraft("TTP", 80),)))
    assert not Commitment.objects.exists()
