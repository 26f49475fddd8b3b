"""64-bit ids that sort by time, in Mastodon's layout: milliseconds since 1970 << 16, then 16 low bits.

The last id given out is kept in a small memory-mapped file that all processes of one machine share under a
file lock, so ids are unique and never go backwards, even when the clock does. The four lowest bits are the
machine's number (`OPENROUNDS_NODE`), which keeps several machines apart.
"""

import fcntl
import struct
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from openrounds.core.shared import shared_memory

NODE_BITS = 4
_CELL = struct.Struct("<q")


class IdClock:
    """Gives out ids; one per process, all of a machine sharing `path`."""

    def __init__(self, path: Path, node: int = 0) -> None:
        if not 0 <= node < 1 << NODE_BITS:
            raise ValueError(f"node must be 0 to {(1 << NODE_BITS) - 1}, not {node}")
        self._fd, self._cell = shared_memory(path, _CELL.size)
        self._node = node
        self._threads = threading.Lock()

    def next(self) -> int:
        """A new id: greater than every one before it on this machine."""
        with self._threads:
            fcntl.lockf(self._fd, fcntl.LOCK_EX)
            try:
                (last,) = _CELL.unpack_from(self._cell)
                step = (last >> NODE_BITS) + 1
                stamp = time.time_ns() // 1_000_000 << (16 - NODE_BITS)
                fresh = max(step, stamp) << NODE_BITS | self._node
                _CELL.pack_into(self._cell, 0, fresh)
            finally:
                fcntl.lockf(self._fd, fcntl.LOCK_UN)
        return int(fresh)


def id_at(moment: datetime) -> int:
    """The smallest id of that moment; also how clients turn a date into a cursor."""
    return int(moment.timestamp() * 1000) << 16


def time_of(some_id: int) -> datetime:
    """When that id was given out, to the millisecond."""
    return datetime.fromtimestamp((some_id >> 16) / 1000, UTC)
