"""The WebSocket of a real server."""

import json
from collections.abc import Callable

import pytest
import requests
from tests.streaming.conftest import Socket, Stage
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("streaming")]
Open = Callable[..., Socket]


def test_both_instance_documents_name_the_streams_and_they_are_well(stage: Stage) -> None:
    first = requests.get(f"{stage.live.base}/api/v1/instance", timeout=10).json()
    assert first["urls"]["streaming_api"] == stage.streaming
    assert stage.streaming.startswith("ws://127.0.0.1:")
    health = requests.get(f"{stage.streaming.replace('ws', 'http', 1)}/api/v1/streaming/health", timeout=10)
    assert (health.text, health.headers["content-type"].partition(";")[0]) == ("OK", "text/plain")


def test_follower_gets_a_post_whose_links_lead_to_the_web_server(stage: Stage, open_socket: Open) -> None:
    stage.follow("person0001", "team")
    his = open_socket("person0001", stream="user")
    frame = his.await_status(stage.say("team", "A case"))
    assert frame["stream"] == ["user"]
    status = json.loads(frame["payload"])
    assert status["url"].startswith(stage.live.base + "/")
    assert status["content"] == "<p>A case</p>"


def test_token_is_taken_from_the_header(stage: Stage) -> None:
    token = stage.tokens["person0002"]
    for path in ("/api/v1/streaming?stream=user", "/api/v1/streaming/?stream=user"):
        headers = {"Authorization": f"Bearer {token}"}
        with connect(stage.streaming + path, additional_headers=headers) as wire:
            Socket(wire).await_status(stage.say("person0002"))


def test_token_sent_as_subprotocol_is_echoed(stage: Stage) -> None:
    token = stage.tokens["person0002"]
    url = f"{stage.streaming}/api/v1/streaming"
    with connect(url, subprotocols=[Subprotocol(token)]) as wire:
        assert wire.subprotocol == token
        his = Socket(wire)
        his.say(type="subscribe", stream="user")
        his.await_status(stage.say("person0002"))


@pytest.mark.parametrize("token", ["", "wrong", "x" * 4000])
def test_bad_token_is_refused_before_the_upgrade(stage: Stage, token: str) -> None:
    with pytest.raises(InvalidStatus) as refused, stage.socket(token, stream="user"):
        pass
    assert refused.value.response.status_code == 401
    assert "error" in json.loads(refused.value.response.body)


def test_hashtag_is_labelled_as_the_client_spelt_it(stage: Stage, open_socket: Open) -> None:
    his = open_socket("person0001")
    his.say(type="subscribe", stream="hashtag", tag="TEAMhaem")
    his.say(type="subscribe", stream="hashtag", tag="TEAMhaem")
    his.say(type="subscribe", stream="public")
    post = stage.say("team", "See #TeamHaem")
    frames = [his.await_status(post), his.await_status(post)]
    assert sorted(frame["stream"] for frame in frames) == [["hashtag", "TEAMhaem"], ["public"]]
    his.say(type="unsubscribe", stream="hashtag", tag="teamhaem")
    his.say(type="unsubscribe", stream="direct")
    post = stage.say("team", "Again #TeamHaem")
    assert his.await_status(post)["stream"] == ["public"]
    with pytest.raises(TimeoutError):
        his.next(1)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"stream": "local"}, 400),
        ({"stream": ""}, 400),
        ({"stream": "hashtag"}, 400),
        ({"stream": "list"}, 400),
        ({"stream": "list", "list": "999"}, 404),
    ],
)
def test_stream_that_cannot_be_had_is_refused_and_the_socket_stays(
    stage: Stage, open_socket: Open, wish: dict[str, str], status: int
) -> None:
    his = open_socket("person0002", **wish)
    assert his.next()["status"] == status
    his.say(type="subscribe", **wish)
    refusal = his.next()
    assert refusal["status"] == status
    assert refusal["error"]
    his.say(type="subscribe", stream="user")
    his.await_status(stage.say("person0002"))


def test_what_cannot_be_understood_is_ignored(stage: Stage, open_socket: Open) -> None:
    his = open_socket("person0002", stream="user")
    for junk in ("", "hello", "[]", "{}", '{"type": 3}', '{"type": "dance", "stream": "user"}', "[" * 60_000):
        his.connection.send(junk)
    his.await_status(stage.say("person0002"))


def test_binary_frame_closes_the_socket(open_socket: Open) -> None:
    his = open_socket("person0002", stream="user")
    his.connection.send(b"\x00")
    with pytest.raises(ConnectionClosed) as closed:
        his.next()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003


def test_posts_come_each_once_and_in_order(stage: Stage, open_socket: Open) -> None:
    his = open_socket("person0003", stream="user")
    posts = [stage.say("person0003", f"Number {number}") for number in range(30)]
    came = [json.loads(his.next()["payload"])["id"] for _ in posts]
    assert came == posts
