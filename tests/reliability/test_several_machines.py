"""Two machines on one PostgreSQL, and between them a Redis that is killed, restarted and frozen: nobody waits for it, and
whoever listens on one machine hears each post of the other once."""

import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.reliability.broker import PROGRAM, Broker, running
from tests.reliability.invariants import broken
from tests.reliability.server import Server, _free_port, wait_until
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres_only,
    pytest.mark.skipif(PROGRAM is None, reason="needs redis-server or valkey-server"),
]
LONGEST_POST = 5.0  # seconds, on a machine that runs other tests as well; Redis may cost half of one


class Machine(Server):
    """One of several; the first has made the people."""

    def __init__(self, data: Path, broker: Broker, first: "Machine | None" = None) -> None:
        self.broker, self.node = broker, 1 if first else 0
        if first is None:
            super().__init__(data, people=3)
            return
        data.mkdir()
        self.data, self.log, self.process = data, data / "server.log", None
        self.database, self.tokens, self.port = first.database, first.tokens, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"REDIS_URL": self.broker.url, "OPENROUNDS_NODE": str(self.node)}
        return super().environment | own | {"OPENROUNDS_SECRET_KEY": "the same on all machines"}


class Listening(threading.Thread):
    """What a follower's home stream says of posts."""

    def __init__(self, wire: ClientConnection) -> None:
        super().__init__()
        self.wire = wire
        self.heard: list[str] = []

    def run(self) -> None:
        try:
            for frame in self.wire:
                event: dict[str, Any] = json.loads(frame)
                if event["event"] == "update":
                    self.heard.append(json.loads(event["payload"])["id"])
        except ConnectionClosed:
            return


def streams_of(machine: Machine, acct: str) -> str:
    return f"{machine.streams()}/api/v1/streaming?stream=user&access_token={machine.tokens[acct]}"


@pytest.fixture
def broker() -> Iterator[Broker]:
    with running() as broker:
        yield broker


class Talk:
    """Posts on the machines in turn; how long each took, in seconds."""

    def __init__(self, machines: list[Machine]) -> None:
        self.machines = machines
        self.posted: list[str] = []
        self.took: list[float] = []

    def say(self, number: int) -> None:
        for _ in range(number):
            machine, key = self.machines[len(self.posted) % 2], f"k{len(self.posted)}"
            began = time.monotonic()
            answer = machine.post("team", f"Post {key} #chaos @person0002", key)
            self.took.append(time.monotonic() - began)
            assert answer.status_code == 200, answer.text
            self.posted.append(str(answer.json()["id"]))


def test_redis_is_killed_restarted_and_frozen_and_each_machine_hears_every_post_once(tmp_path, broker):
    (tmp_path / "first").mkdir()
    first = Machine(tmp_path / "first", broker)
    first.follow_everyone("team")
    with ExitStack() as opened:
        machines = [first, Machine(tmp_path / "second", broker, first)]
        for machine in machines:
            opened.enter_context(machine)
        ears = [
            Listening(opened.enter_context(connect(streams_of(machine, "person0001"))))
            for machine in machines
        ]
        for ear in ears:
            ear.start()
        talk = Talk(machines)
        wait_until(lambda: broker.listeners() == 2)
        talk.say(6)
        broker.send(signal.SIGKILL)
        talk.say(10)
        broker.start()
        wait_until(lambda: broker.listeners() == 2, 30)
        talk.say(6)
        broker.send(signal.SIGSTOP)
        talk.say(6)
        broker.send(signal.SIGCONT)
        talk.say(6)
        for machine in machines:
            machine.drain()
        wait_until(lambda: all(len(ear.heard) >= len(talk.posted) for ear in ears), 30)
        for ear in ears:
            ear.wire.close()
            ear.join()
        assert [Counter(ear.heard) for ear in ears] == [Counter(talk.posted)] * 2
        assert max(talk.took) < LONGEST_POST
        assert not broken(first.database, drained=True)
