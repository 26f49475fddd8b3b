"""A small in-process cache. Keys carry a version out of the row, so nothing in it can be stale."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", str, bytes)

MEGABYTE = 1 << 20
OVERHEAD = 250  # bytes that a key of three parts, its value's header and its place take; measured


class Kept(Generic[K, V]):
    """Values of at most `most` bytes together; when there are more, the ones that were longest not asked for make room."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        # Each step is one for all threads; another may take the value in between, which then is not there.
        try:
            self._values.move_to_end(key)
        except KeyError:
            return None
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._forget(key)
            self._values[key] = value
            self._bytes += len(value) + OVERHEAD
            while self._bytes > self._most:
                self._forget(next(iter(self._values)))

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._bytes = 0

    def _forget(self, key: K) -> None:
        if (value := self._values.pop(key, None)) is not None:
            self._bytes -= len(value) + OVERHEAD
