"""Handlers and what they follow from.

A fact is a frozen msgspec Struct; a handler is a function of one. `config.subscriptions` joins the two, so that the
package that records a fact knows nothing of those that react to it.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, get_type_hints

import msgspec
from msgspec import Struct


class Fact(msgspec.Struct, frozen=True):
    """Something that happened, past tense in its name; recorded in the transaction that made it true."""


F = TypeVar("F", bound=Callable[[Any], None])


class Handler(Struct, frozen=True):
    """`run` takes a `takes`. A transactional one is run in one transaction with the removal of its job: exactly once.

    Others (network, child processes, mail) may run twice after a crash and must be idempotent.
    """

    name: str
    run: Callable[[Any], None]
    takes: type[Fact]
    queue: str
    attempts: int
    transactional: bool
    lease: timedelta


HANDLERS: dict[str, Handler] = {}
_SUBSCRIBED: dict[type[Fact], dict[Handler, Callable[[Any], bool]]] = defaultdict(dict)
_AT_ONCE: dict[type[Fact], list[Callable[[Any], None]]] = defaultdict(list)
_PERIODIC: list[tuple[timedelta, Handler]] = []


def handler(
    *,
    queue: str = "default",
    attempts: int = 8,
    transactional: bool = True,
    lease: timedelta = timedelta(seconds=60),
) -> Callable[[F], F]:
    """Makes a function of one fact known by its dotted name."""

    def register(function: F) -> F:
        name = f"{function.__module__.removeprefix('openrounds.')}.{function.__name__}"
        (takes,) = (kind for key, kind in get_type_hints(function).items() if key != "return")
        HANDLERS[name] = Handler(name, function, takes, queue, attempts, transactional, lease)
        return function

    return register


def of(function: Callable[[Any], None]) -> Handler:
    """The handler made of that function."""
    return HANDLERS[f"{function.__module__.removeprefix('openrounds.')}.{function.__name__}"]


def _always(_: Fact) -> bool:
    return True


def subscribe(
    fact: type[Fact], function: Callable[[Any], None], *, when: Callable[[Any], bool] = _always
) -> None:
    """The function becomes a job whenever the fact is recorded and `when` says that there is something to do. It is asked in
    the transaction that records: a short look, where the job would cost ten times as much to find nothing."""
    _SUBSCRIBED[fact].setdefault(of(function), when)


def at_once(fact: type[Fact], *functions: Callable[[Any], None]) -> None:
    """Each of the functions runs in the transaction that records the fact: for what must be seen by the next request."""
    for function in functions:
        if function not in _AT_ONCE[fact]:
            _AT_ONCE[fact].append(function)


def every(period: timedelta, function: Callable[[Any], None]) -> None:
    """The function becomes a job once in each period."""
    if (period, of(function)) not in _PERIODIC:
        _PERIODIC.append((period, of(function)))


def subscribers(fact: Fact) -> list[Handler]:
    """What is to follow from it."""
    return [handler for handler, concerned in _SUBSCRIBED[type(fact)].items() if concerned(fact)]


def run_at_once(fact: Fact) -> None:
    for function in _AT_ONCE[type(fact)]:
        function(fact)


def periodic() -> list[tuple[timedelta, Handler]]:
    return _PERIODIC


class Tick(Fact, frozen=True):
    """What a periodic handler takes: nothing."""
