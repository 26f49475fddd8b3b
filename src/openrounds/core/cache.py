"""A small in-process cache. Keys carry a version out of the row, so nothing in it can be stale."""

import threading
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar

from openrounds.core import db

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

MEGABYTE = 1 << 20
OVERHEAD = 250  # bytes that a key of three parts, its value's header and its place take; measured


class Kept(Generic[K, V]):
    """Values of at most `most` bytes together; when there are more, those that were long not asked for make room. `weigh` says
    how many bytes a value takes.

    Two generations: what is put or asked for is in the young one, which becomes the old one when it fills half of the room;
    the old one before it is forgotten. So to ask, which happens dozens of times in a request, moves nothing.
    """

    def __init__(self, most: int, weigh: Callable[[Any], int] = len) -> None:
        self._half = most // 2
        self._weigh = weigh
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._bytes = 0  # of the young ones
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self._keep(key, value)
        return value

    def put(self, key: K, value: V) -> None:
        """Not within a transaction: were it undone, another change would later come to the same version."""
        if not db.may_be_undone():
            self._keep(key, value)

    def put_all(self, values: Mapping[K, V]) -> None:
        """The same of a page's worth that is not kept yet, in one go."""
        if not values or db.may_be_undone():
            return
        size = sum(map(self._weigh, values.values())) + OVERHEAD * len(values)
        if size > self._half:
            for key, value in values.items():
                self._keep(key, value)
            return
        with self._lock:
            self._make_room(size)
            self._young.update(values)

    def clear(self) -> None:
        with self._lock:
            self._young, self._old, self._bytes = {}, {}, 0

    def _keep(self, key: K, value: V) -> None:
        size = self._weigh(value) + OVERHEAD
        with self._lock:
            if size > self._half:
                return
            self._make_room(0 if key in self._young else size)
            self._young[key] = value

    def _make_room(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._half:
            self._old, self._young, self._bytes = self._young, {}, size
