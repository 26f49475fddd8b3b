"""Rings between machines, through a real Redis (or Valkey)."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytest_django import Settings

from openrounds.core import broker, bus

REDIS = shutil.which("redis-server") or shutil.which("valkey-server")
needs_redis = pytest.mark.skipif(REDIS is None, reason="needs redis-server or valkey-server")


def choose(settings: Settings, port: int, node: int) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(
        settings.OPENROUNDS, redis_url=f"redis://127.0.0.1:{port}/0", node=node
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    command = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(autouse=True)
def _new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_ringer", broker._Ringer())


@needs_redis
def test_ring_on_one_machine_wakes_another(
    port: int, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        broker, "BETWEEN_TRIALS", 3600.0
    )  # the thread ends with the process; meanwhile it is quiet
    here, there = tmp_path / "here", tmp_path / "there"
    choose(settings, port, node=1)
    broker.Relay(there).start()
    with bus.Listener(here, "one") as near, bus.Listener(there, "other") as far:
        deadline = time.monotonic() + 10
        heard = False
        while not heard and time.monotonic() < deadline:  # until the relay has subscribed
            choose(settings, port, node=2)
            bus.ring(here)
            heard = far.wait(0.2)
        assert heard
        assert near.wait(0)
        far.wait(0.2)
        choose(settings, port, node=1)
        bus.ring(here)
        assert not far.wait(0.5), "its own rings are not passed on"


def test_broker_that_is_away_costs_nobody_his_post(settings: Settings, tmp_path: Path) -> None:
    choose(settings, free_port(), node=1)
    with bus.Listener(tmp_path, "one") as bell:
        began = time.monotonic()
        for _ in range(20):
            bus.ring(tmp_path)
        assert time.monotonic() - began < 2 * broker.PATIENCE
        assert bell.wait(0)
