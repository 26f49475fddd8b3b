"""A real HTTP server on loopback that plays scripts: any bytes, any delays, any lies, with or without TLS.

A script is a list or generator of steps: bytes to send, or a float of seconds to wait. What a peer heard is in
`requests`; `connections` counts every TCP connection, also those that never spoke.
"""

import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

import brotli
import httpcore2

Step = bytes | float
Script = Callable[[], Iterable[Step]]


@dataclass(frozen=True)
class Heard:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


def answer(
    body: bytes = b"",
    *,
    status: int = 200,
    content_type: str = "text/html",
    headers: dict[str, str] | None = None,
    length: int | None = None,
) -> Script:
    """An honest answer, or one that lies about its length."""
    lines = {"Content-Type": content_type, "Content-Length": str(len(body) if length is None else length)}
    return lambda: [head(status, lines | (headers or {})), body]


def head(status: int, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode()


def redirect(location: str, status: int = 302) -> Script:
    return answer(status=status, headers={"Location": location})


def drip(first: bytes, byte: bytes, seconds: float) -> Script:
    """`first`, then one byte every so many seconds, for ever."""

    def steps() -> Iterator[Step]:
        yield first
        while True:
            yield seconds
            yield byte

    return steps


def late(seconds: float, script: Script) -> Script:
    return lambda: [seconds, *script()]


def flood(first: bytes, total: int) -> Script:
    """`first`, then `total` bytes as fast as they go."""

    def steps() -> Iterator[Step]:
        yield first
        for _ in range(total // 65536):
            yield b"x" * 65536

    return steps


def gzip_bomb(decoded_bytes: int) -> bytes:
    """About a thousandth of its decoded size: one compressed MiB of zeros, repeated."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    start = deflate.compress(b"") + deflate.flush(zlib.Z_FULL_FLUSH)
    block = deflate.compress(bytes(2**20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return start + block * (decoded_bytes // 2**20)


def brotli_bomb(decoded_bytes: int) -> bytes:
    """Less than a thousandth of its decoded size: after the first, all metablocks of zeros are the same bytes."""
    packer, zeros = brotli.Compressor(quality=5), bytes(2**20)
    start, block, same = (packer.process(zeros) + packer.flush() for _ in range(3))
    assert block == same
    end: bytes = packer.finish()
    return start + block * (decoded_bytes // 2**20 - 1) + end


@dataclass
class HostilePeer:
    """Serves each connection in a thread of its own; use as a context manager."""

    scripts: dict[str, Script] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    requests: list[Heard] = field(default_factory=list)
    server_names: list[str | None] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        if self.tls is not None:
            self.tls.sni_callback = lambda _sock, name, _context: self.server_names.append(name)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with (
            suppress(OSError),
            connection,
        ):  # a client that hangs up in the middle is what most scripts are after
            connection.settimeout(20)
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                heard = _hear(connection)
                self.requests.append(heard)
                self._play(connection, self.scripts.get(heard.path, answer(status=404)))

    @staticmethod
    def _play(connection: socket.socket, script: Script) -> None:
        pause = threading.Event()
        for step in script():
            if isinstance(step, float):
                pause.wait(step)
            else:
                connection.sendall(step)


def _hear(connection: socket.socket) -> Heard:
    with connection.makefile("rb") as stream:
        words = stream.readline().decode("latin-1").split(" ")
        if len(words) != 3:
            raise ConnectionError("hung up, or spoke something else")
        method, path, _ = words
        headers: dict[str, str] = {}
        while line := stream.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Heard(method, path, headers, stream.read(int(headers.get("content-length", "0"))))


class AllRoadsLeadTo(httpcore2.SyncBackend):
    """A network on which every address is one peer, so that any dial at all touches it."""

    def __init__(self, peer: HostilePeer) -> None:
        self.peer = peer
        self.dialled: list[tuple[str, int]] = []

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: object, **options: object
    ) -> httpcore2.NetworkStream:
        self.dialled.append((host, port))
        return super().connect_tcp("127.0.0.1", self.peer.port, timeout)
