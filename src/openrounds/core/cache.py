"""A small in-process cache. Keys carry a version out of the row, so nothing in it can be stale."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most `size` values; when it is full, the ones put in first make room."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        if len(self._values) >= self._size:
            for oldest in list(self._values)[: self._size // 10 + 1]:
                self._values.pop(oldest, None)
        self._values[key] = value

    def clear(self) -> None:
        self._values.clear()
