"""Counts how often something was done in a span of time, across all processes of one machine.

A fixed-size memory-mapped table of counters that all share: no database write per request, and an attacker who invents
keys cannot make it grow. Two keys may fall into one slot; then the younger takes it over, so a limit may be forgotten
under a flood of keys, but never strikes an innocent. What must hold to the letter belongs into a constraint.
"""

import fcntl
import hashlib
import struct
import threading
import time
from pathlib import Path

from msgspec import Struct

from openrounds.core.shared import shared_memory

_SLOT = struct.Struct("<QQQ")  # key, count, window number
_SLOTS = 1 << 16


class Limit(Struct, frozen=True):
    """At most `times` in any fixed window of `seconds`."""

    name: str
    times: int
    seconds: int


class Budget(Struct, frozen=True):
    """What is left of a limit; `resets_at` is in seconds since 1970."""

    limit: Limit
    used: int
    resets_at: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit.times - self.used)

    @property
    def spent(self) -> bool:
        return self.used > self.limit.times


class Counters:
    """The table; every process opens the same file."""

    def __init__(self, path: Path) -> None:
        self._fd, self._table = shared_memory(path, _SLOTS * _SLOT.size)
        self._threads = threading.Lock()

    def count(self, limit: Limit, key: str, *, times: int = 1) -> Budget:
        """Adds `times` to the key's count in the present window; 0 only looks."""
        digest = int.from_bytes(
            hashlib.blake2b(f"{limit.name}\0{key}".encode(errors="surrogatepass"), digest_size=8).digest(),
            "little",
        )
        window = int(time.time()) // limit.seconds
        place = digest % _SLOTS * _SLOT.size
        with self._threads:
            fcntl.lockf(self._fd, fcntl.LOCK_EX, _SLOT.size, place)
            try:
                owner, used, since = _SLOT.unpack_from(self._table, place)
                used = used + times if (owner, since) == (digest, window) else times
                if times:
                    _SLOT.pack_into(self._table, place, digest, used, window)
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN, _SLOT.size, place)
        return Budget(limit, used, (window + 1) * limit.seconds)
