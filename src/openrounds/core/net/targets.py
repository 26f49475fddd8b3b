"""From a URL somebody else wrote to the host, port and path we would dial: one parser, no look-ups."""

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urljoin

import httpx2
from msgspec import Struct

from openrounds.core.net.addresses import Address, AddressPolicy
from openrounds.core.net.errors import FetchRefused

_MAX_URL_CHARS = 4096
_MAX_NAME_CHARS = 253  # RFC 1035 §2.3.4
_DEFAULT_PORTS = {"http": 80, "https": 443}

# Parsers disagree about these, and disagreement between the judge and the dialler is how SSRF guards fall.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}", re.ASCII)
# A last label like 1 or 0x7f makes the C library read the name as an address (127.1, 0x7f.1, 2130706433).
_NUMERIC_END = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$", re.ASCII)


class Target(Struct, frozen=True):
    """A URL that passed every rule that needs no look-up.

    `host` is lower-case ASCII without brackets, `authority` the Host header; `path` includes the query.
    """

    url: str
    scheme: str
    host: str
    port: int
    authority: str
    path: bytes

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def literal(self) -> Address | None:
        """The address when the host is one, None when it is a name."""
        return _literal(self.host)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def parse_target(url: str, policy: AddressPolicy) -> Target:
    """The target of an absolute http or https URL; FetchRefused when a rule forbids it. No fragment."""
    parsed = _parse(url)
    host = parsed.raw_host.decode("ascii")
    port = _DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    if not 0 < port < 65536 or not policy.allows_port(host, port):
        raise FetchRefused(f"port {port} is not open to us")
    _check_host(host, policy.vouches_for(host, port))
    return Target(
        url=str(parsed),
        scheme=parsed.scheme,
        host=host,
        port=port,
        authority=parsed.netloc.decode("ascii"),
        path=parsed.raw_path,
    )


def _parse(url: str) -> httpx2.URL:
    if len(url) > _MAX_URL_CHARS or _AMBIGUOUS.search(url):
        raise FetchRefused("the URL is too long or holds spaces, control characters or backslashes")
    try:
        parsed = httpx2.URL(url).copy_with(fragment=None)
    except (httpx2.InvalidURL, UnicodeError, ValueError) as exc:
        raise FetchRefused("the URL cannot be read") from exc
    if parsed.scheme not in _DEFAULT_PORTS:
        raise FetchRefused("only http and https are fetched")
    if parsed.userinfo or "@" in re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]:
        raise FetchRefused("a URL with a user name is not fetched")
    return parsed


def _check_host(host: str, vouched: bool) -> None:
    literal = _literal(host)
    if isinstance(literal, IPv6Address) and literal.scope_id is not None:
        raise FetchRefused("an address with a zone is not fetched")
    if literal is not None:
        return
    if len(host) > _MAX_NAME_CHARS or not _NAME.fullmatch(host) or _NUMERIC_END.search(host):
        raise FetchRefused("the host is neither a name nor an address")
    # Without a dot a resolver appends its own search domains, so the name would mean another host.
    if "." not in host and not vouched:
        raise FetchRefused("a host name without a dot is not fetched")


def redirect_target(origin: Target, location: str, policy: AddressPolicy) -> Target:
    """Where a redirect leads; FetchRefused when a rule forbids it or it leaves https for http."""
    try:
        url = urljoin(origin.url, location)
    except ValueError as exc:
        raise FetchRefused("the redirect cannot be read") from exc
    target = parse_target(url, policy)
    if origin.scheme == "https" and target.scheme == "http":
        raise FetchRefused("a redirect from https to http is not followed")
    return target
