"""A46, streams: when access ends, open streams end within two seconds, however it ended."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
import requests
from tests.streaming.conftest import Socket, Stage, staged
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("streaming")]
LATEST = 2.0


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    yield from staged(tmp_path_factory.mktemp("a46"), people=8)


def change(stage: Stage, sql: str) -> None:
    """Straight in the database, where no code of ours hears of it."""
    if url := stage.live.environment.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.encode())
    else:
        file = stage.live.data / "openrounds.sqlite3"
        with contextlib.closing(sqlite3.connect(file, timeout=10)) as connection, connection:
            connection.execute(sql)


def revoke(stage: Stage, name: str) -> None:
    change(stage, f"DELETE FROM oauth_accesstoken WHERE account_id = ({account(name)})")


def account(name: str) -> str:
    return f"SELECT id FROM accounts_account WHERE username = '{name}'"


def disable(stage: Stage, name: str) -> None:
    change(stage, f"UPDATE accounts_user SET is_active = FALSE WHERE account_id = ({account(name)})")


def suspend(stage: Stage, name: str) -> None:
    change(stage, f"UPDATE accounts_account SET suspended_at = created_at WHERE username = '{name}'")


def await_end(wire: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        while True:
            wire.recv(timeout=10)


@pytest.mark.parametrize(
    ("end", "name"), [(revoke, "person0001"), (disable, "person0002"), (suspend, "person0003")]
)
def test_a46_streams_end_with_the_right_to_them(
    stage: Stage, end: Callable[[Stage, str], None], name: str
) -> None:
    token = stage.tokens[name]
    with (
        stage.socket(token, stream="user") as wire,
        stage.socket(stage.tokens["person0007"], stream="user") as others,
        stage.server_sent(token, "user") as answer,
    ):
        assert answer.raw.read(3) == b":)\n"
        Socket(wire).await_status(stage.say(name))
        end(stage, name)
        ended = time.monotonic()
        await_end(wire)
        assert time.monotonic() - ended < LATEST
        while answer.raw.read(1):
            pass
        assert time.monotonic() - ended < LATEST + 0.5
        assert stage.server_sent(token, "user").status_code in (401, 403)
        Socket(others).await_status(stage.say("person0007"))


def test_a46_token_that_its_application_gives_back_closes_its_stream(stage: Stage) -> None:
    base = stage.live.base
    application = requests.post(
        f"{base}/api/v1/apps",
        json={"client_name": "A46", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"},
        timeout=10,
    ).json()
    change(
        stage,
        "UPDATE oauth_accesstoken SET application_id = (SELECT id FROM oauth_application WHERE client_id = "
        f"'{application['client_id']}') WHERE account_id = ({account('person0004')})",
    )
    with stage.socket(stage.tokens["person0004"], stream="user") as wire:
        Socket(wire).await_status(stage.say("person0004"))
        answer = requests.post(
            f"{base}/oauth/revoke",
            data={
                "client_id": application["client_id"],
                "client_secret": application["client_secret"],
                "token": stage.tokens["person0004"],
            },
            timeout=10,
        )
        assert answer.status_code == 200
        ended = time.monotonic()
        await_end(wire)
        assert time.monotonic() - ended < 1, "it is told at once, not found by looking now and then"
