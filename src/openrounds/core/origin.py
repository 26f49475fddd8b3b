"""Where a request comes from. Forwarding headers are believed only from the proxies that a setting lists."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.http import HttpRequest

from openrounds.core.options import options


@lru_cache(maxsize=16)
def _networks(listed: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network, strict=False) for network in listed)


def _trusted(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _networks(tuple(options().trusted_proxies)))


def client_ip(request: HttpRequest) -> str:
    """The nearest address that is no trusted proxy."""
    address = str(request.META.get("REMOTE_ADDR") or "127.0.0.1")
    return nearest(address, request.META.get("HTTP_X_FORWARDED_FOR", ""))


def nearest(address: str, forwarded_for: str) -> str:
    """The same, of a peer's address and what its `X-Forwarded-For` says."""
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    while hops and _trusted(address):
        address = hops.pop()
    return address


def network_of(address: str) -> str:
    """What limits count by: an IPv4 address, or the /64 that one IPv6 customer holds."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else str(ip_network(f"{address}/64", strict=False))
