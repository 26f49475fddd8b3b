"""Fetch a URL somebody else chose, safely: judged on every hop, bounded in time, bytes and redirects."""

import re
import ssl
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Self

import httpcore2
import httpx2
from msgspec import Struct

from openrounds.core.net.addresses import AddressPolicy
from openrounds.core.net.answers import Fetched, FetchLimits
from openrounds.core.net.content_types import essence, is_accepted
from openrounds.core.net.errors import FetchRefused, FetchTooLarge, FetchWrongType
from openrounds.core.net.names import Deadline, Resolver, judged_addresses, system_resolver
from openrounds.core.net.targets import Target, parse_target, redirect_target
from openrounds.core.net.wire import Route, exchange

Signer = Callable[[str, str], Mapping[str, str]]
"""From method and URL of one hop to the headers that sign it."""

_PRODUCT = f"OpenRounds/{version('openrounds')}"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REPEATABLE = frozenset({"GET", "HEAD"})
# What a caller's headers may say is kept from a host the caller did not name.
_PORTABLE = frozenset({"accept", "accept-language", "user-agent"})
_SET_HERE = ("host", "connection", "accept-encoding", "content-length", "transfer-encoding", "cookie")
_ERROR_BODY_BYTES = 8 * 1024
# A line break in a value would start a header, or a request, of its own (CVE-2023-42450).
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def user_agent(server_name: str) -> str:
    """The User-Agent of a server, with a page where its operator can be found (RFC 9110 §10.1.5)."""
    return f"{_PRODUCT} (+https://{server_name}/)"


class _Order(Struct, frozen=True):
    """What the caller asked for, as it stands on the current hop."""

    method: str
    headers: httpx2.Headers
    content: bytes | None
    limits: FetchLimits
    accept: tuple[str, ...] | None
    sign: Signer | None

    def for_hop_to(self, target: Target, origin: Target) -> Self:
        if target.origin == origin.origin:
            return self
        kept = {name: value for name, value in self.headers.items() if name.lower() in _PORTABLE}
        return type(self)(
            self.method, httpx2.Headers(kept), self.content, self.limits, self.accept, self.sign
        )


class Dialler:
    """Thread-safe: holds the policy, the resolver and the trusted certificates, nothing about any fetch.

    `agent` is the User-Agent of every request; `network` opens TCP connections to addresses already judged.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        resolver: Resolver = system_resolver,
        *,
        agent: str = _PRODUCT,
        tls: ssl.SSLContext | None = None,
        network: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._agent = agent
        self._tls = tls or httpx2.create_ssl_context(trust_env=False)
        self._network = network or httpcore2.SyncBackend()

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        limits: FetchLimits,
        accept: tuple[str, ...] | None,
        sign: Signer | None = None,
    ) -> Fetched:
        """Fetch `url`, following redirects of GET and HEAD; FetchError when there is no usable answer.

        `accept` lists media types, with `image/*` for a family and parameters where they are required; it
        becomes the Accept header and is checked on 2xx answers. `sign` is asked again on each hop, for signatures
        that name the target; `headers` go to another origin only if they say nothing about the caller.
        """
        order = _Order(method, self._headers(headers, accept), content, limits, accept, sign)
        deadline = Deadline(limits.deadline_seconds)
        target = parse_target(url, self._policy)
        visited = {target.url}
        for _ in range(limits.max_redirects + 1):
            answer = self._hop(target, order, deadline)
            if isinstance(answer, Fetched):
                return answer
            if answer.url in visited:
                raise FetchRefused("the redirects go round in a circle")
            visited.add(answer.url)
            order = order.for_hop_to(answer, target)
            target = answer
        raise FetchRefused(f"more than {limits.max_redirects} redirects")

    def check(self, url: str) -> None:
        """FetchRefused for a URL that a fetch would refuse before any look-up, and for plain http, but to hosts that the
        operator has listed: for addresses that are kept, to be sent to later."""
        target = parse_target(url, self._policy)
        literal = target.literal
        if literal is not None and not self._policy.allows_address(target.host, target.port, literal):
            raise FetchRefused(f"{target.host} is not a public address")
        if target.scheme != "https" and not self._policy.vouches_for(target.host, target.port):
            raise FetchRefused("plain http is not sent to")

    def _headers(self, given: Mapping[str, str] | None, accept: tuple[str, ...] | None) -> httpx2.Headers:
        headers = httpx2.Headers({"User-Agent": self._agent, "Accept": ", ".join(accept or ("*/*",))})
        headers.update(given)
        return headers

    def _hop(self, target: Target, order: _Order, deadline: Deadline) -> Fetched | Target:
        addresses = judged_addresses(target, self._policy, self._resolver, deadline)
        route = Route(addresses, order.limits.connect_seconds, deadline, self._network, self._tls)
        with exchange(
            target,
            route,
            method=order.method,
            headers=_hop_headers(target, order),
            content=order.content,
            max_bytes=order.limits.max_bytes,
        ) as answer:
            location = answer.headers.get("location")
            if answer.status_code in _REDIRECTS and location is not None:
                return self._follow(target, order.method, location)
            return _read(target, answer, order)

    def _follow(self, target: Target, method: str, location: str) -> Target:
        if method not in _REPEATABLE:
            raise FetchRefused(f"a redirected {method} is not repeated elsewhere")
        return redirect_target(target, location, self._policy)


def _hop_headers(target: Target, order: _Order) -> httpx2.Headers:
    headers = httpx2.Headers(order.headers)
    if order.sign is not None:
        headers.update(order.sign(order.method, target.url))
    for name in _SET_HERE:
        headers.pop(name, None)
    headers["Host"] = target.authority
    headers["Accept-Encoding"] = "gzip, br"
    headers["Connection"] = "close"
    if any(_CONTROL.search(name + value) for name, value in headers.items()):
        raise FetchRefused("a header holds control characters")
    return headers


def _read(target: Target, answer: httpx2.Response, order: _Order) -> Fetched:
    if answer.is_success and order.accept is not None:
        content_type = answer.headers.get("content-type", "")
        if not is_accepted(content_type, order.accept):
            raise FetchWrongType(
                f"{target.host} answered with {essence(content_type)[:80] or 'no content type'}"
            )
    headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() != "set-cookie"}
    body = _error_body(answer) if answer.is_error else _body(answer, order)
    return Fetched(target.url, answer.status_code, headers, body)


def _body(answer: httpx2.Response, order: _Order) -> bytes:
    most = order.limits.max_bytes
    declared = answer.headers.get("content-length", "")
    if order.method != "HEAD" and declared.isdecimal() and int(declared) > most:
        raise FetchTooLarge(f"the answer announces more than {most} bytes")
    body = bytearray()
    for chunk in answer.iter_bytes():
        if len(body) + len(chunk) > most:
            raise FetchTooLarge(f"the answer is longer than {most} bytes")
        body += chunk
    return bytes(body)


def _error_body(answer: httpx2.Response) -> bytes:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk[: _ERROR_BODY_BYTES - len(body)]
        if len(body) == _ERROR_BODY_BYTES:
            break
    return bytes(body)
