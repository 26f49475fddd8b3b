"""Rings between machines, through Redis or Valkey. Nothing but "look" is sent; what there is to see is in the database."""

import logging
import threading
import time
from pathlib import Path
from typing import Any

import redis

from openrounds.core.bus import ring_here
from openrounds.core.options import options

logger = logging.getLogger(__name__)
CHANNEL = "openrounds:bus"
PATIENCE = 0.5  # seconds that it has to answer, since whoever rings is answering a request
BETWEEN_TRIALS = 5.0


class _Ringer:
    """This process's connection. One that failed is left alone for a while: nobody must wait for a hint."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._not_before = 0.0

    def ring(self) -> None:
        if time.monotonic() < self._not_before:
            return
        try:
            self._client = self._client or _connect(socket_timeout=PATIENCE)
            self._client.publish(CHANNEL, str(options().node))
        except (redis.RedisError, ValueError) as problem:
            logger.warning("cannot ring through Redis (%s)", type(problem).__name__)
            self._client, self._not_before = None, time.monotonic() + BETWEEN_TRIALS


_ringer = _Ringer()


def ring() -> None:
    """Wakes the listeners of other machines, if it can."""
    _ringer.ring()


def problem() -> str:
    """What stands in the way of ringing other machines; "" when nothing does."""
    try:
        _connect(socket_timeout=PATIENCE).ping()
    except (redis.RedisError, ValueError) as found:
        return str(found) or type(found).__name__
    return ""


def _connect(**more: Any) -> redis.Redis:
    return redis.Redis.from_url(
        options().redis_url, socket_connect_timeout=PATIENCE, socket_keepalive=True, **more
    )


class Relay(threading.Thread):
    """Passes on what other machines ring; one for each machine, for as long as its process lives."""

    def __init__(self, directory: Path) -> None:
        super().__init__(name="bus relay", daemon=True)
        self._directory = directory
        self._own = str(options().node).encode()

    def run(self) -> None:
        while True:
            try:
                self._listen()
            except (redis.RedisError, ValueError) as problem:
                logger.warning("cannot listen to Redis (%s)", type(problem).__name__)
            time.sleep(BETWEEN_TRIALS)

    def _listen(self) -> None:
        heard: Any = _connect().pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        heard.subscribe(CHANNEL)
        for message in heard.listen():
            if message["data"] != self._own:
                ring_here(self._directory)
