"""Server-sent events of a real server, read as bytes and by Mastodon.py."""

import json
import threading
import time
from typing import Any

import pytest
import requests
from mastodon import Mastodon, StreamListener
from tests.streaming.conftest import PATIENCE, Stage

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("streaming")]


def read_event(answer: requests.Response) -> tuple[str, str]:
    """The next event, byte by byte, comments left out."""
    kind = ""
    while True:
        line = b""
        while not line.endswith(b"\n"):
            line += answer.raw.read(1)
        assert b"\r" not in line
        if line.startswith(b"event: "):
            kind = line[7:-1].decode()
        elif line.startswith(b"data: "):
            assert answer.raw.read(1) == b"\n"
            return kind, line[6:-1].decode()


def test_stream_begins_at_once_and_brings_events(stage: Stage) -> None:
    began = time.monotonic()
    with stage.server_sent(stage.tokens["person0001"], "user") as answer:
        assert answer.raw.read(3) == b":)\n"
        assert time.monotonic() - began < 2
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "no-store" in answer.headers["Cache-Control"]
        post = stage.say("person0001")
        kind, data = read_event(answer)
        assert (kind, json.loads(data)["id"]) == ("update", post)
        stage.api("person0001", "DELETE", f"/api/v1/statuses/{post}")
        assert read_event(answer) == ("delete", post)


def test_event_without_payload_has_data_all_the_same(stage: Stage) -> None:
    with stage.server_sent(stage.tokens["person0001"], "user") as answer:
        assert answer.raw.read(3) == b":)\n"
        stage.api("person0001", "POST", "/api/v2/filters", title="Statistics", context=["home"])
        assert read_event(answer) == ("filters_changed", "null")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("public", {}),
        ("public/local", {}),
        ("hashtag", {"tag": "Haem"}),
        ("hashtag/local", {"tag": "Haem"}),
    ],
)
def test_public_streams_bring_public_posts(stage: Stage, path: str, query: dict[str, str]) -> None:
    with stage.server_sent(stage.tokens["person0001"], path, **query) as answer:
        assert answer.raw.read(3) == b":)\n"
        post = stage.say("team", "A case #haem")
        assert json.loads(read_event(answer)[1])["id"] == post


@pytest.mark.parametrize(
    ("path", "query"),
    [("user/notification", {}), ("public/remote", {}), ("public", {"only_media": "true"}), ("direct", {})],
)
def test_other_streams_open(stage: Stage, path: str, query: dict[str, str]) -> None:
    with stage.server_sent(stage.tokens["person0001"], path, **query) as answer:
        assert answer.raw.read(3) == b":)\n"


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("nowhere", {}, 404),
        ("", {}, 404),
        ("hashtag", {}, 400),
        ("list", {}, 400),
        ("list", {"list": "999"}, 404),
    ],
)
def test_stream_that_cannot_be_had_is_refused(
    stage: Stage, path: str, query: dict[str, str], status: int
) -> None:
    answer = stage.server_sent(stage.tokens["person0001"], path, **query)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_stranger_is_refused(stage: Stage) -> None:
    assert stage.server_sent("wrong", "public").status_code == 401


def test_browser_may_ask_from_any_page(stage: Stage) -> None:
    url = f"{stage.streaming.replace('ws', 'http', 1)}/api/v1/streaming/user"
    answer = requests.options(url, headers={"Origin": "https://app.example"}, timeout=PATIENCE)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


class Collector(StreamListener):
    """Keeps what Mastodon.py made of the stream."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Any]] = []
        self.came = threading.Event()

    def _note(self, kind: str, entity: Any) -> None:
        self.found.append((kind, entity))
        self.came.set()

    def on_update(self, status: Any) -> None:
        self._note("update", status.id)

    def on_status_update(self, status: Any) -> None:
        self._note("status.update", status.id)

    def on_delete(self, status_id: Any) -> None:
        self._note("delete", status_id)

    def on_notification(self, notification: Any) -> None:
        self._note("notification", notification.type)

    def on_filters_changed(self, *_: Any) -> None:
        self._note("filters_changed", None)

    def on_conversation(self, conversation: Any) -> None:
        self._note("conversation", conversation.last_status.id)

    def wait_for(self, kind: str, entity: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while (kind, entity) not in self.found:
            assert time.monotonic() < deadline, self.found
            self.came.wait(0.1)
            self.came.clear()


def test_mastodon_py_understands_what_comes(stage: Stage) -> None:
    reader = Mastodon(access_token=stage.tokens["person0002"], api_base_url=stage.live.base)
    author = Mastodon(access_token=stage.tokens["person0003"], api_base_url=stage.live.base)
    assert reader.stream_healthy()
    stage.follow("person0002", "person0003")
    user, hashtag, direct = Collector(), Collector(), Collector()
    streams = [
        reader.stream_user(user, run_async=True),
        reader.stream_hashtag("haem", hashtag, run_async=True),
        reader.stream_direct(direct, run_async=True),
    ]
    try:
        post = author.status_post("@person0002 look #haem", visibility="public")
        user.wait_for("update", post.id)
        user.wait_for("notification", "mention")
        hashtag.wait_for("update", post.id)
        author.status_update(post.id, "@person0002 look again #haem")
        user.wait_for("status.update", post.id)
        private = author.status_post("@person0002 between us", visibility="direct")
        direct.wait_for("conversation", private.id)
        author.status_delete(post.id)
        user.wait_for("delete", post.id)
        hashtag.wait_for("delete", post.id)
    finally:
        closing = [threading.Thread(target=stream.close) for stream in streams]
        for thread in closing:
            thread.start()
        author.status_post("@person0002 #haem: Mastodon.py closes when it next hears something")
        author.status_post("@person0002 bye", visibility="direct")
        for thread in closing:
            thread.join()
