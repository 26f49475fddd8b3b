"""A real server with a few people, and WebSockets to it."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from tests.clients.live import Live, serving
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60.0  # s; how soon things come is not asserted here


class Socket:
    """A WebSocket as tests like it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, **command: str) -> None:
        self.connection.send(json.dumps(command))

    def next(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """The next frame; TimeoutError when none comes."""
        frame: dict[str, Any] = json.loads(self.connection.recv(timeout=seconds))
        return frame

    def await_status(self, status_id: str) -> dict[str, Any]:
        """The frame that brings that post."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            frame = self.next()
            if frame.get("event") == "update" and json.loads(frame["payload"])["id"] == status_id:
                return frame
        raise TimeoutError


@dataclass
class Stage:
    """The server and its people: `team`, `person0001`, `person0002`, …, none of whom follows another."""

    live: Live
    tokens: dict[str, str]

    @property
    def streaming(self) -> str:
        """Where the instance document says that streams are."""
        url: str = requests.get(f"{self.live.base}/api/v2/instance", timeout=PATIENCE).json()[
            "configuration"
        ]["urls"]["streaming"]
        return url

    def api(self, name: str, method: str, path: str, **data: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[name]}"}
        answer = requests.request(
            method, f"{self.live.base}{path}", json=data or None, headers=headers, timeout=PATIENCE
        )
        assert answer.ok, answer.text
        return answer.json()

    def say(self, name: str, text: str = "Hello", **more: Any) -> str:
        return str(self.api(name, "POST", "/api/v1/statuses", status=text, **more)["id"])

    def follow(self, follower: str, followee: str) -> None:
        found = self.api(follower, "GET", f"/api/v1/accounts/lookup?acct={followee}")
        self.api(follower, "POST", f"/api/v1/accounts/{found['id']}/follow")

    def token(self, name: str, scopes: str) -> str:
        return self.live.run("token", "create", name, "--scopes", scopes)

    def socket(self, token: str, path: str = "", **query: str) -> AbstractContextManager[ClientConnection]:
        """A connection with the token in the query."""
        more = urlencode({"access_token": token, **query})
        return connect(f"{self.streaming}/api/v1/streaming{path}?{more}")

    def server_sent(self, token: str, path: str, **query: str) -> requests.Response:
        """A response whose body is read line by line."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.streaming.replace('ws', 'http', 1)}/api/v1/streaming/{path}"
        return requests.get(url, params=query, headers=headers, stream=True, timeout=PATIENCE)


def staged(folder: Path, people: int = 4, **settings: str) -> Iterator[Stage]:
    with serving(folder, **settings) as live:
        tokens = folder / "tokens.json"
        live.run("dev", "people", "--count", str(people), "--tokens", str(tokens))
        found = {person["acct"]: person["token"] for person in json.loads(tokens.read_text())}
        yield Stage(live, found)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    yield from staged(tmp_path_factory.mktemp("streaming"))


@pytest.fixture
def open_socket(stage: Stage) -> Iterator[Callable[..., Socket]]:
    """`open_socket("person0001", stream="user")`; closed at the end of the test."""
    with ExitStack() as opened:

        def open_one(name: str, **query: str) -> Socket:
            return Socket(opened.enter_context(stage.socket(stage.tokens[name], **query)))

        yield open_one
