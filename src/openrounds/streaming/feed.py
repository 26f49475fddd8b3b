"""Moves what happens from the outbox to the hub, and lets go of those who may no longer listen.

All database work is done in one thread of its own with one connection: the event loop never waits for the database, and
Django's asynchronous machinery has no part in it.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection

from openrounds.accounts.facts import AccessEnded
from openrounds.core.bus import Listener
from openrounds.jobs.actions import STREAMING
from openrounds.jobs.registry import Fact
from openrounds.oauth.access import living_tokens
from openrounds.oauth.tickets import living_sessions
from openrounds.streaming.events import Translator, decode
from openrounds.streaming.hub import Event, Hub, Interest
from openrounds.streaming.tail import BATCH, Tail

logger = logging.getLogger(__name__)
LONGEST_WAIT = 0.5  # a ring may get lost
BETWEEN_SWEEPS = 1.0  # access that ended closes streams within two seconds
P = ParamSpec("P")
R = TypeVar("R")


class Feed:
    """`run` lasts until it is cancelled; `ask` is for whoever else needs the database."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="streaming database")
        self._tail: Tail | None = None
        self._waiting: list[Fact] = []
        self._swept = 0.0

    async def ask(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What the function says, called in the database's thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: _guarded(function, *args, **kwargs))

    async def run(self) -> None:
        loop, rung, pause = asyncio.get_running_loop(), asyncio.Event(), LONGEST_WAIT
        with Listener(settings.RUN / "bus", STREAMING) as bell:

            def hear() -> None:
                bell.wait(0)
                rung.set()

            loop.add_reader(bell.fileno(), hear)
            while True:
                rung.clear()
                try:
                    more = await self._round()
                    pause = LONGEST_WAIT
                except Error:
                    logger.exception("the database does not answer; trying again in %.1f s", pause)
                    more, pause = False, min(pause * 2, 10.0)
                if not more:
                    await _heard(rung, pause)

    async def _round(self) -> bool:
        """True when there may be more to read at once."""
        while (told := await self.ask(self._work, self._hub.interest())) is None:
            pass
        events, full = told
        self._hub.publish(events)
        ended = any(isinstance(fact, AccessEnded) for fact in self._waiting)
        self._waiting = []
        if ended or time.monotonic() - self._swept >= BETWEEN_SWEEPS:
            await self._sweep()
        return full

    def _work(self, interest: Interest) -> tuple[list[Event], bool] | None:
        """What is new, as events, and whether there may be more. None when the interest does not stand any more once that is
        read: whoever asked for a stream before a post was written must have it. What was read waits for the next call."""
        full = False
        if not self._waiting:
            rows = self._read()
            full = len(rows) >= BATCH
            self._waiting = [fact for row in rows if (fact := decode(*row)) is not None]
        if not self._hub.stands(interest):
            return None
        return (_translate(self._waiting, interest) if interest.channels else []), full

    def _read(self) -> list[tuple[str, str]]:
        if self._tail is None:
            self._tail = Tail()
        return self._tail.read()

    async def _sweep(self) -> None:
        """Asks of every token in use whether it still lets anybody in, however it may have ended."""
        tokens = self._hub.interest().tokens
        if tokens:
            self._hub.close_tokens(tokens - await self.ask(_living, tokens))
        self._swept = time.monotonic()


def _living(tokens: Collection[int]) -> set[int]:
    """Numbers below zero are of browsers."""
    sessions = {number for number in tokens if number < 0}
    plain = set(tokens) - sessions
    return living_sessions(sessions) | (living_tokens(plain) if plain else set())


async def _heard(rung: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await rung.wait()
    except TimeoutError:
        pass


def _translate(facts: Sequence[Fact], interest: Interest) -> list[Event]:
    """A fact that cannot be told is left out; without a database none is."""
    translator, events = Translator(interest), []
    for fact in facts:
        try:
            events += list(translator.translate(fact))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("%s cannot be streamed", fact)
    return events


def _guarded(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """A connection that failed is made anew the next time."""
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        raise
