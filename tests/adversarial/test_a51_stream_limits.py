"""A51: whoever opens too much, sends too much or reads too little is closed or refused, and the server stays as it was."""

import base64
import contextlib
import json
import os
import socket
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from tests.ops.running import Server, descendants, run, serving
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from openrounds.streaming.hub import MOST_CHANNELS, MOST_PER_ADDRESS, MOST_PER_PERSON, MOST_QUEUED

# The server has an SQLite database of its own whatever the tests run on.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only, pytest.mark.xdist_group("streaming")]
TAGS = [f"a51tag{number}" for number in range(28)]


@dataclass
class Target:
    server: Server
    tokens: list[str]
    streams: str

    def say(self, text: str) -> str:
        answer = requests.post(
            f"http://127.0.0.1:{self.server.port}/api/v1/statuses",
            json={"status": text},
            headers={"Authorization": f"Bearer {self.tokens[0]}"},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def url(self, token: str, query: str = "") -> str:
        return f"{self.streams}/api/v1/streaming?access_token={token}{query}"

    def memory(self) -> int:
        """Kilobytes that the processes below the supervisor hold for themselves."""
        found = 0
        for pid in descendants(self.server.process.pid):
            with contextlib.suppress(FileNotFoundError):
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                found += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        return found


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("a51")
    with serving(folder) as server:
        made = run(server.data, "dev", "people", "--count", "8", "--tokens", str(folder / "tokens.json"))
        assert made.returncode == 0, made.stderr
        tokens = [person["token"] for person in json.loads((folder / "tokens.json").read_text())]
        _, instance = server.get("/api/v2/instance")
        yield Target(server, tokens, instance["configuration"]["urls"]["streaming"])


def refusal(url: str) -> int:
    """The status with which the upgrade is refused."""
    with pytest.raises(InvalidStatus) as refused, connect(url):
        pass
    return refused.value.response.status_code


def open_all(opened: contextlib.ExitStack, target: Target, token: str, wanted: int) -> int:
    """How many of the sockets are let in."""
    for count in range(wanted):
        try:
            opened.enter_context(connect(target.url(token)))
        except InvalidStatus as refused:
            if refused.response.status_code != 429:
                raise
            return count
    return wanted


def test_a51_person_has_eight_sockets_and_no_more(target: Target) -> None:
    with contextlib.ExitStack() as opened:
        assert open_all(opened, target, target.tokens[1], 50) == MOST_PER_PERSON
        answer = requests.get(
            f"{target.streams.replace('ws', 'http', 1)}/api/v1/streaming/user",
            headers={"Authorization": f"Bearer {target.tokens[1]}"},
            timeout=10,
        )
        assert answer.status_code == 429
    time.sleep(0.5)
    with contextlib.ExitStack() as opened:
        assert open_all(opened, target, target.tokens[1], 1) == 1, "places that were left are free again"


def test_a51_address_has_forty_sockets_and_no_more(target: Target) -> None:
    with contextlib.ExitStack() as opened:
        found = [open_all(opened, target, token, MOST_PER_PERSON) for token in target.tokens]
    assert sum(found) == MOST_PER_ADDRESS
    time.sleep(0.5)


def test_a51_large_frame_closes_the_socket(target: Target) -> None:
    with connect(target.url(target.tokens[2], "&stream=user")) as wire:
        with contextlib.suppress(ConnectionClosed):
            wire.send("x" * 1_000_000)
        with pytest.raises(ConnectionClosed) as closed:
            wire.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009


def test_a51_thousand_subscriptions_are_mostly_refused(target: Target) -> None:
    with connect(target.url(target.tokens[2])) as wire:
        refused = 0
        for number in range(1000):
            wire.send(json.dumps({"type": "subscribe", "stream": "hashtag", "tag": f"tag{number}"}))
            if number >= MOST_CHANNELS:
                refused += json.loads(wire.recv(timeout=10))["status"] == 429
        assert refused == 1000 - MOST_CHANNELS


def test_a51_foreign_page_gets_nothing_without_a_token(target: Target) -> None:
    """Streams know no cookies, so where a page comes from says nothing; the token does."""
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(
            f"{target.streams}/api/v1/streaming?stream=user",
            origin="https://evil.example",
            additional_headers={"Cookie": "session=whatever"},
        ),
    ):
        pass
    assert refused.value.response.status_code == 401


def test_a51_revoked_token_opens_nothing(target: Target) -> None:
    made = run(target.server.data, "token", "create", "person0003").stdout.strip()
    with connect(target.url(made)):
        pass
    with contextlib.closing(sqlite3.connect(target.server.data / "openrounds.sqlite3")) as database, database:
        database.execute(
            "DELETE FROM oauth_accesstoken WHERE token_hash = ?", [sha256(made.encode()).hexdigest()]
        )
    assert refusal(target.url(made)) == 401


def sleeping_reader(target: Target, token: str) -> socket.socket:
    """A WebSocket that shakes hands, listens to everything, and never reads again."""
    where = urlsplit(target.streams)
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.connect((where.hostname, where.port))
    key = base64.b64encode(os.urandom(16)).decode()
    wire.sendall(
        f"GET /api/v1/streaming?access_token={token} HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert wire.recv(4096).startswith(b"HTTP/1.1 101")
    for tag in TAGS:
        command = json.dumps({"type": "subscribe", "stream": "hashtag", "tag": tag}).encode()
        wire.sendall(
            bytes([0x81, 0x80 | len(command)]) + bytes(4) + command
        )  # masked with zeros (RFC 6455, 5.3)
    return wire


def test_a51_reader_that_stops_is_dropped_and_memory_stays_flat(target: Target) -> None:
    text = " ".join(f"#{tag}" for tag in TAGS)
    target.say(text)
    before = target.memory()
    sleepers = [sleeping_reader(target, target.tokens[0]) for _ in range(MOST_PER_PERSON)]
    with connect(target.url(target.tokens[7], f"&stream=hashtag&tag={TAGS[0]}")) as awake:
        time.sleep(1)
        assert refusal(target.url(target.tokens[0])) == 429
        rounds = 3 * MOST_QUEUED // len(TAGS)
        for _ in range(rounds):
            post = target.say(text)
            assert json.loads(json.loads(awake.recv(timeout=20))["payload"])["id"] == post
        assert target.memory() - before < 40_000
    deadline = time.monotonic() + 20
    with contextlib.ExitStack() as opened:
        while open_all(opened, target, target.tokens[0], 1) == 0:
            assert time.monotonic() < deadline, "the sleepers are still counted"
            time.sleep(0.5)
    for wire in sleepers:
        wire.close()
