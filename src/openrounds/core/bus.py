"""Wakes the processes that wait for something to happen. A hint only: the truth is in the database.

Every listener binds a datagram socket in one directory; ringing sends a byte to each. A lost ring costs at most
the listener's time-out. Several machines share no directory: between them the ring goes through Redis or Valkey when
`redis_url` is set, from which a relay (`core.broker`) on each machine passes it on; without one the time-out alone is at work.
"""

import contextlib
import logging
import os
import socket
from collections.abc import Collection
from importlib import import_module
from pathlib import Path

from openrounds.core.options import options

logger = logging.getLogger(__name__)


class Listener:
    """Waits for rings; use as a context manager. The name tells listeners of one process apart."""

    def __init__(self, directory: Path, name: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._path = directory / f"{name}-{os.getpid()}.sock"
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._socket.bind(os.fspath(self._path))
        except OSError as problem:  # a path of more than 107 bytes, or a file system without sockets
            logger.warning("cannot be woken at %s (%s); looking now and then instead", self._path, problem)

    def wait(self, seconds: float) -> bool:
        """True when it rang; several rings count as one."""
        self._socket.settimeout(seconds)
        try:
            self._socket.recv(1)
        except (TimeoutError, BlockingIOError):
            return False
        self._drain()
        return True

    def _drain(self) -> None:
        self._socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(1):
                pass

    def fileno(self) -> int:
        """For event loops that watch it."""
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ring(directory: Path, names: Collection[str] | None = None) -> None:
    """Wakes the listeners of those names (None: all) on this machine, and all on others where a broker is set."""
    ring_here(directory, names)
    if options().redis_url:
        import_module("openrounds.core.broker").ring()  # takes a tenth of a second that few need


def ring_here(directory: Path, names: Collection[str] | None = None) -> None:
    """Wakes listeners of this machine; sockets that nobody holds any more are removed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        for path in _sockets(directory, names):
            try:
                sender.sendto(b"!", path)
            except (ConnectionRefusedError, FileNotFoundError):
                Path(path).unlink(missing_ok=True)
            except OSError:
                pass  # it has rings waiting already, or cannot be reached: what was written must not fail for that


def _sockets(directory: Path, names: Collection[str] | None) -> list[str]:
    with contextlib.suppress(FileNotFoundError), os.scandir(directory) as found:
        return [
            entry.path
            for entry in found
            if entry.name.endswith(".sock") and (names is None or entry.name.rpartition("-")[0] in names)
        ]
    return []
