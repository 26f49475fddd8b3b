"""Streams when the server stops, and when the process behind them is killed."""

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from tests.ops.running import Server, descendants, free_port, is_running, run, serving, wait_until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

# The server has an SQLite database of its own whatever the tests run on.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only, pytest.mark.xdist_group("streaming")]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as running:
        yield running


def token_and_streams(server: Server, folder: Path) -> tuple[str, str]:
    made = run(server.data, "dev", "people", "--count", "2", "--tokens", str(folder / "tokens.json"))
    assert made.returncode == 0, made.stderr
    (first, *_) = json.loads((folder / "tokens.json").read_text())
    _, instance = server.get("/api/v2/instance")
    return first["token"], instance["configuration"]["urls"]["streaming"]


def healthy(streams: str) -> bool:
    with contextlib.suppress(requests.RequestException):
        url = f"{streams.replace('ws', 'http', 1)}/api/v1/streaming/health"
        return requests.get(url, timeout=1).text == "OK"
    return False


def test_open_streams_do_not_keep_the_server_from_stopping(server: Server, tmp_path: Path) -> None:
    token, streams = token_and_streams(server, tmp_path)
    with (
        connect(f"{streams}/api/v1/streaming?stream=user&access_token={token}") as wire,
        requests.get(
            f"{streams.replace('ws', 'http', 1)}/api/v1/streaming/user?access_token={token}",
            stream=True,
            timeout=20,
        ) as answer,
    ):
        assert answer.raw.read(3) == b":)\n"
        codes: list[int] = []
        stopping = threading.Thread(target=lambda: codes.append(server.stop()))
        began = time.monotonic()
        stopping.start()
        with pytest.raises(ConnectionClosed) as closed:
            wire.recv(timeout=20)
        with contextlib.suppress(requests.exceptions.ChunkedEncodingError):
            while answer.raw.read(1):
                pass
        stopping.join()
        assert time.monotonic() - began < 10
        assert codes == [0]
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012


def test_killed_streaming_process_comes_back_at_the_same_place(server: Server, tmp_path: Path) -> None:
    token, streams = token_and_streams(server, tmp_path)
    wait_until(lambda: healthy(streams), 20)
    before = [pid for pid in descendants(server.process.pid) if is_running(pid)]
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: healthy(streams), 20)
    wait_until(server.answers, 20)
    with connect(f"{streams}/api/v1/streaming?stream=user&access_token={token}") as wire:
        requests.post(
            f"http://127.0.0.1:{server.port}/api/v1/statuses",
            json={"status": "Back again"},
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
        )
        assert json.loads(wire.recv(timeout=20))["event"] == "update"


def test_taken_streaming_port_is_named(server: Server, tmp_path: Path) -> None:
    refused = run(
        tmp_path / "other", "serve", "--port", str(free_port()), "--streaming-port", str(server.port)
    )
    assert refused.returncode == 1
    assert f"Port {server.port} on 127.0.0.1 is taken" in refused.stderr
    assert "--streaming-port" in refused.stderr
