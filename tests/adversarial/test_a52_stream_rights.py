"""A52: a stream brings nobody what his token, or he himself, may not see."""

import json
from collections.abc import Iterator

import pytest
from tests.streaming.conftest import Socket, Stage, staged

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("streaming")]
STREAMS = ["user", "user:notification", "public", "public:local", "public:remote", "direct"]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    yield from staged(tmp_path_factory.mktemp("a52"))


@pytest.mark.parametrize("scopes", ["write", "follow", "push"])
def test_a52_token_that_may_not_read_listens_to_nothing(stage: Stage, scopes: str) -> None:
    with stage.socket(stage.token("person0001", scopes), stream="user") as wire:
        socket = Socket(wire)
        assert socket.next()["status"] == 401
        for stream in STREAMS[1:]:
            socket.say(type="subscribe", stream=stream)
            assert socket.next()["status"] == 401
        socket.say(type="subscribe", stream="hashtag", tag="haem")
        assert socket.next()["status"] == 401
        stage.say("person0001", "A case #haem")
        with pytest.raises(TimeoutError):
            socket.next(1.5)


def test_a52_server_sent_events_need_the_scope_too(stage: Stage) -> None:
    token = stage.token("person0001", "write")
    for path in ("user", "user/notification", "public", "public/local", "direct"):
        assert stage.server_sent(token, path).status_code == 401, path
    assert stage.server_sent(token, "hashtag", tag="haem").status_code == 401


@pytest.mark.parametrize(
    ("scope", "granted", "refused"),
    [
        ("read:notifications", "user:notification", "user"),
        ("read:statuses", "user", "user:notification"),
    ],
)
def test_a52_fine_scope_opens_its_own_streams(stage: Stage, scope: str, granted: str, refused: str) -> None:
    with stage.socket(stage.token("person0001", scope), stream=granted) as wire:
        socket = Socket(wire)
        socket.say(type="subscribe", stream=refused)
        assert socket.next()["status"] == 401
        with pytest.raises(TimeoutError):
            socket.next(0.5)


def test_a52_anothers_list_is_as_absent_as_none(stage: Stage) -> None:
    made = stage.api("person0001", "POST", "/api/v1/lists", title="Mine")["id"]
    with stage.socket(stage.tokens["person0002"]) as wire:
        socket = Socket(wire)
        answers = []
        for number in (made, "4711"):
            socket.say(type="subscribe", stream="list", list=number)
            answers.append(socket.next())
        assert answers[0] == answers[1]
        assert answers[0]["status"] == 404
    with (
        stage.socket(stage.tokens["person0001"], stream="list", list=made) as wire,
        pytest.raises(TimeoutError),
    ):
        Socket(wire).next(0.5)


def test_a52_user_stream_is_that_of_the_tokens_account_whatever_is_asked(stage: Stage) -> None:
    stage.follow("person0001", "team")
    victim = stage.api("person0001", "GET", "/api/v1/accounts/verify_credentials")["id"]
    with (
        stage.socket(stage.tokens["person0002"], stream="user", account_id=victim, user_id=victim) as curious,
        stage.socket(stage.tokens["person0001"], stream="user") as own,
    ):
        post = stage.say("team", "For followers", visibility="private")
        Socket(own).await_status(post)
        with pytest.raises(TimeoutError):
            Socket(curious).next(1)


def test_a52_rights_are_asked_again_for_each_event(stage: Stage) -> None:
    """Bob follows, then no longer: the socket that was open all the time brings him nothing more."""
    stage.follow("person0003", "team")
    team = stage.api("person0003", "GET", "/api/v1/accounts/lookup?acct=team")["id"]
    with stage.socket(stage.tokens["person0003"], stream="user") as wire:
        socket = Socket(wire)
        socket.await_status(stage.say("team", "While he follows", visibility="private"))
        stage.api("person0003", "POST", f"/api/v1/accounts/{team}/unfollow")
        stage.say("team", "When he no longer does", visibility="private")
        own = stage.say("person0003", "Mine")
        came = [json.loads(socket.next()["payload"])["id"]]
        with pytest.raises(TimeoutError):
            socket.next(1)
        assert came == [own]
