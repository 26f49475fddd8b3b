"""Announcing posts speak the language of the round, which is that of its hosts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override
from tests.conftest import step

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.posts.models import Post
from openrounds.rounds import actions
from openrounds.rounds.announcements import Subject, of_notice
from openrounds.rounds.drafts import RoundDraft

SUBJECT = Subject("case", "Blaue Flecken", "https://example.org/rounds/x", "HaemRounds")


def test_round_is_in_the_language_of_its_host_and_so_are_its_posts(team, alice, make_case, bob):
    Account.objects.filter(pk=team.pk).update(default_language="de")
    team.refresh_from_db()
    round = make_case(1)
    assert round.language == "de"
    released = actions.release_step(step(round, 1), alice)
    assert released.post.text.startswith("A man with bruises – Teil 1: Stage 1")
    assert released.post.language == "de"
    round.refresh_from_db()
    post = actions.promote_ask(actions.ask(bob, round, "Und der Abstrich?"), alice)
    assert post.text.startswith("Eine Frage aus dem Raum: Und der Abstrich?")


@pytest.mark.parametrize(
    ("language", "minutes", "begins"),
    [
        ("en", 1, "In 1 minute, at 20:00 (Europe/Berlin): Blaue"),
        ("en", 30, "In 30 minutes, at 20:00"),
        ("en", 1440, "On Tuesday 1 December, at 20:00"),
        ("de", 30, "In 30 Minuten um 20:00 (Europe/Berlin): Blaue"),
        ("de", 1440, "Am Dienstag, 1. Dezember um 20:00"),
    ],
)
def test_notice_names_the_hour_in_words_of_the_language(language, minutes, begins):
    opens = datetime(2026, 12, 1, 20, tzinfo=ZoneInfo("Europe/Berlin"))
    with override(language):
        assert of_notice(SUBJECT, opens, "Europe/Berlin", minutes).startswith(begins)


def test_notice_whose_hour_has_passed_is_not_posted(make_case):
    round = make_case()
    actions.edit_round(round, RoundDraft(opens_at=now() + timedelta(minutes=5), notice_minutes=30), None)
    actions.schedule_round(round, None)
    type(round).objects.update(opens_at=now() - timedelta(minutes=5))
    actions.announce(round)
    assert not Post.objects.exists()
