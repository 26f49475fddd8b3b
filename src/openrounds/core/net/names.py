"""From a judged name to judged addresses, inside a deadline."""

import socket
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread

from openrounds.core.net.addresses import Address, AddressPolicy, unwrap
from openrounds.core.net.errors import FetchFailed, FetchRefused, FetchTimedOut
from openrounds.core.net.targets import Target

Resolver = Callable[[str], Sequence[str]]
"""From an ASCII host name to all its addresses in text form; raises OSError when there are none."""


class Deadline:
    """A fixed moment on the monotonic clock by which the whole fetch must be over."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, always positive; FetchTimedOut when none are."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise FetchTimedOut("the deadline passed")
        return left

    def within(self, seconds: float | None) -> float:
        """The shorter of `seconds` and what is left."""
        left = self.remaining()
        return left if seconds is None else min(seconds, left)


def system_resolver(host: str) -> Sequence[str]:
    """All addresses the operating system knows for a name, in its order of preference."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def judged_addresses(
    target: Target, policy: AddressPolicy, resolver: Resolver, deadline: Deadline
) -> list[Address]:
    """The addresses to dial, from one look-up; FetchRefused as soon as a single answer is forbidden.

    A name with one public and one private answer is refused whole: which one is dialled would be chance.
    """
    literal = target.literal
    answers = [literal] if literal is not None else _look_up(target.host, resolver, deadline)
    if not answers:
        raise FetchFailed(f"{target.host} has no address")
    for answer in answers:
        if not policy.allows_address(target.host, target.port, answer):
            raise FetchRefused(f"{target.host} is not at a public address")
    return list(dict.fromkeys(unwrap(answer) for answer in answers))


def _look_up(host: str, resolver: Resolver, deadline: Deadline) -> list[Address]:
    # The C resolver knows no deadline, so it works in its own thread, which is left behind when it is late.
    outcome: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()
    Thread(target=_answer_into, args=(outcome, resolver, host), daemon=True, name="name-look-up").start()
    try:
        answer = outcome.get(timeout=deadline.remaining())
    except Empty:
        raise FetchTimedOut(f"looking up {host} took too long") from None
    if isinstance(answer, Exception):
        raise FetchFailed(f"{host} could not be looked up") from answer
    return [ip_address(text) for text in answer]


def _answer_into(outcome: SimpleQueue[Sequence[str] | Exception], resolver: Resolver, host: str) -> None:
    try:
        outcome.put(resolver(host))
    except Exception as exc:  # whatever a resolver raises belongs to the waiting caller, not to this thread
        outcome.put(exc)
