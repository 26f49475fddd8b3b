"""What the demo's people say hangs together."""

from datetime import UTC, datetime, timedelta

from openrounds.accounts.models import Role
from openrounds.core.text import count_characters, find_hashtags, find_mentions
from openrounds.ops.demo.pictures import PICTURES
from openrounds.ops.demo.script import cast, moment_of, pulls, talk

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LINES = [*talk().posts, *talk().private]
REPLIES = [reply for line in LINES for reply in line.replies]


def test_everybody_of_every_role_is_there() -> None:
    assert len(pulls()) == len(cast().people) + len(cast().teams) >= 60
    assert {person.role for person in cast().people} == set(Role.values)
    assert all(len(team.owners) >= 2 for team in cast().teams)


def test_everything_is_said_by_somebody_who_may() -> None:
    may_post = {team.name: {*team.owners, *team.posters} for team in cast().teams}
    people = {person.name for person in cast().people}
    wrong = [line for line in LINES if line.person not in may_post.get(line.by, {""})]
    wrong += [line for line in REPLIES if line.by not in people]
    assert wrong == []


def test_everybody_mentioned_exists() -> None:
    named = {name.username for line in [*LINES, *REPLIES] for name in find_mentions(line.text)}
    assert {name.lower() for name in named} <= {name.lower() for name in pulls()}


def test_every_post_fits_and_every_picture_is_described() -> None:
    assert [line.text for line in [*LINES, *REPLIES] if count_characters(line.text) > 950] == []
    assert [
        line for line in LINES if line.picture and (line.picture not in PICTURES or len(line.alt) < 40)
    ] == []


def test_month_is_full_of_hashtags_polls_and_warnings() -> None:
    tags = {tag.value.lower() for line in [*LINES, *REPLIES] for tag in find_hashtags(line.text)}
    assert len(tags) >= 15
    polls = [line for line in LINES if line.poll]
    ended = [line for line in polls if moment_of(line, NOW) + timedelta(hours=line.poll_hours) < NOW]
    assert len(polls) > len(ended) > 0
    assert any(line.cw for line in LINES)
    assert all(len(line.votes) == len(line.poll) for line in polls)


def test_nothing_is_said_in_the_future_or_more_than_a_month_ago() -> None:
    moments = [moment_of(line, NOW) for line in [*talk().posts, *talk().private]]
    assert NOW - timedelta(days=31) < min(moments) <= max(moments) < NOW
