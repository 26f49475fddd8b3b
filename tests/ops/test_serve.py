"""The supervisor, with real processes that are really killed."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ops.running import Server, descendants, free_port, is_running, run, serving, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only, pytest.mark.xdist_group("serve")]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as running:
        yield running


def test_operator_starts_in_a_new_directory_and_works_while_it_runs(server: Server) -> None:
    made = run(
        server.data, "account", "create", "asha", "--email", "asha@example.org", "--password", "long enough 7"
    )
    assert made.returncode == 0, made.stderr
    token = run(server.data, "token", "create", "asha").stdout
    assert token.count("\n") == 1
    status, me = server.get("/api/v1/accounts/verify_credentials", token.strip())
    assert (status, me["acct"]) == (200, "asha")
    assert server.stop() == 0


def test_operator_starts_again_and_finds_everything(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        run(
            first.data,
            "account",
            "create",
            "asha",
            "--email",
            "asha@example.org",
            "--password",
            "long enough 7",
        )
        assert first.stop(signal.SIGINT) == 0
    with serving(tmp_path) as second:
        assert second.get("/api/v1/accounts/lookup?acct=asha")[0] == 200


def test_request_under_way_is_answered_before_the_server_ends(server: Server) -> None:
    body = b'{"client_name": "slow", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}'
    head = f"POST /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(head.encode() + b"Connection: close\r\n\r\n" + body[:20])
        time.sleep(0.5)
        codes: list[int] = []
        stopping = threading.Thread(target=lambda: codes.append(server.stop()))
        stopping.start()
        time.sleep(0.5)
        wire.sendall(body[20:])
        answer = wire.recv(65536)
        stopping.join()
    assert answer.startswith(b"HTTP/1.1 200"), answer
    assert codes == [0]


def test_killed_parent_leaves_nothing_running(server: Server) -> None:
    children = descendants(server.process.pid)
    assert len(children) >= 4  # granian, its two workers, the job worker
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(is_running(pid) for pid in children), 5)


def test_killed_children_are_replaced(server: Server) -> None:
    before = descendants(server.process.pid)
    for pid in before:
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(set(descendants(server.process.pid)) - set(before)) >= 4, 15)
    wait_until(server.answers, 15)
    assert server.stop() == 0


def test_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = run(tmp_path / "data", "serve", "--port", str(port))
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in refused.stderr


def test_wrong_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "openrounds.toml").write_text('registrations = "maybe"\n')
    refused = run(tmp_path / "data", "serve")
    assert refused.returncode == 1
    assert "registrations" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_database_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.ops.running.environment",
        lambda: dict(os.environ) | {"DATABASE_URL": "postgres://rounds:hidden7@127.0.0.1:1/rounds"},
    )
    refused = run(tmp_path / "data", "serve")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: The database cannot be used")
    assert "hidden7" not in refused.stderr


@pytest.mark.parametrize(
    "url",
    [
        "mysql://rounds:hidden7@127.0.0.1/rounds",
        "sqlite:///rounds.db",
        "rubbish",
        "postgres://rounds:hidden7@127.0.0.1",
        "postgres://rounds:hid/den7@127.0.0.1/rounds",
    ],
    ids=["other-program", "file", "word", "no-name", "slash-in-password"],
)
def test_database_url_that_is_none_is_named_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr("tests.ops.running.environment", lambda: dict(os.environ) | {"DATABASE_URL": url})
    refused = run(tmp_path / "data", "serve")
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "Error: OpenRounds cannot start: DATABASE_URL must look like postgres://"
    )
    assert "hid" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_one_port_for_pages_and_streams_is_refused(tmp_path: Path) -> None:
    port = str(free_port())
    refused = run(tmp_path / "data", "serve", "--port", port, "--streaming-port", port)
    assert refused.returncode == 1
    assert f"Port {port} is meant for pages and for streams" in refused.stderr
