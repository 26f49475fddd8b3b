"""One HTTP exchange with one judged host: connects to the given addresses only, never outlives its deadline.

The name stays in the Host header, in SNI and in the certificate check; only the TCP connection uses the
address, so a second look-up (DNS rebinding) cannot happen.
"""

import ssl
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager

import httpcore2
import httpx2
from msgspec import Struct

from openrounds.core.net.addresses import Address
from openrounds.core.net.errors import FetchFailed, FetchRefused, FetchTimedOut, FetchTooLarge
from openrounds.core.net.names import Deadline
from openrounds.core.net.targets import Target

_MAX_ADDRESSES_TRIED = 4
# Compression never makes a sane body longer than this over its decoded length.
_WIRE_SLACK_BYTES = 64 * 1024


class Route(Struct, frozen=True):
    """How to reach a target: judged addresses in order, and the seconds one TCP connection may take."""

    addresses: Sequence[Address]
    connect_seconds: float
    deadline: Deadline
    network: httpcore2.NetworkBackend
    tls: ssl.SSLContext


class _DeadlineStream(httpcore2.NetworkStream):
    """A connection whose every read, write and handshake gets only what is left of the whole fetch's time."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _RouteBackend(httpcore2.NetworkBackend):
    """Dials the route's addresses whatever host name it is asked for."""

    def __init__(self, route: Route) -> None:
        self._route = route

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the route's own limits are stricter
        local_address: str | None = None,  # noqa: ARG002 - never set: the interface asks for it
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002 - likewise
    ) -> httpcore2.NetworkStream:
        failure: Exception = httpcore2.ConnectError(f"no address of {host} to dial")
        for address in self._route.addresses[:_MAX_ADDRESSES_TRIED]:
            try:
                return self._dial(str(address), port)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as exc:
                failure = exc
        raise failure

    def _dial(self, address: str, port: int) -> httpcore2.NetworkStream:
        seconds = self._route.deadline.within(self._route.connect_seconds)
        stream = self._route.network.connect_tcp(address, port, timeout=seconds)
        return _DeadlineStream(stream, self._route.deadline)


class _WireBody(httpx2.SyncByteStream):
    """The body as it comes off the wire, before decompression, up to a cap of its own."""

    def __init__(self, body: Iterable[bytes], max_bytes: int) -> None:
        self._body = body
        self._max_bytes = max_bytes

    def __iter__(self) -> Iterator[bytes]:
        seen = 0
        for chunk in self._body:
            seen += len(chunk)
            if seen > self._max_bytes + _WIRE_SLACK_BYTES:
                raise FetchTooLarge("the compressed answer is longer than its limit")
            yield chunk


@contextmanager
def exchange(
    target: Target,
    route: Route,
    *,
    method: str,
    headers: httpx2.Headers,
    content: bytes | None,
    max_bytes: int,
) -> Generator[httpx2.Response]:
    """Send one request and yield the answer with its body unread; failures become the package's errors."""
    url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    with (
        _own_errors(target.host),
        httpcore2.HTTPConnection(
            url.origin, ssl_context=route.tls, network_backend=_RouteBackend(route)
        ) as line,
        line.stream(method, url, headers=headers.raw, content=content) as answer,
    ):
        body = _WireBody(answer.iter_stream(), max_bytes)
        yield httpx2.Response(answer.status, headers=answer.headers, stream=body)


@contextmanager
def _own_errors(host: str) -> Generator[None]:
    try:
        yield
    except httpcore2.LocalProtocolError as exc:
        raise FetchRefused("the request cannot be sent as HTTP") from exc
    except httpcore2.TimeoutException as exc:
        raise FetchTimedOut(f"{host} did not answer in time") from exc
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpx2.DecodingError) as exc:
        raise FetchFailed(f"{host} could not be read: {type(exc).__name__}") from exc
