"""Which addresses and ports may be dialled: pure rules, no look-ups.

Lists instead of `ipaddress.is_global`: several Python releases call 64:ff9b::7f00:1, 2002:7f00:1::, 192.0.0.8
and 224.0.0.1 global. Sources: the IANA special-purpose registries (RFC 6890) and, for IPv6, the global
unicast block 2000::/3 (RFC 4291), outside which nothing is public.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from msgspec import Struct

Address = IPv4Address | IPv6Address

_WEB_PORTS = frozenset({80, 443})

_RESERVED_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)

_GLOBAL_V6 = IPv6Network("2000::/3")

_RESERVED_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking, anycast
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries any IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
)

# What "private" may mean for a host the operator lists. Link-local stays out: cloud metadata lives there.
_PRIVATE_V4 = tuple(
    IPv4Network(block)
    for block in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
_PRIVATE_V6 = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))


def unwrap(address: Address) -> Address:
    """The IPv4 address inside an IPv4-mapped one (::ffff:a.b.c.d), any other address unchanged."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(address: Address) -> bool:
    """True for an address anyone on the Internet may host a server at."""
    address = unwrap(address)
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _RESERVED_V4)
    return (
        address.scope_id is None
        and address in _GLOBAL_V6
        and not any(address in block for block in _RESERVED_V6)
    )


def is_private(address: Address) -> bool:
    """True for an address of an internal network or of this machine."""
    address = unwrap(address)
    if isinstance(address, IPv4Address):
        return any(address in block for block in _PRIVATE_V4)
    return address.scope_id is None and any(address in block for block in _PRIVATE_V6)


class AddressPolicy(Struct, frozen=True):
    """What the operator permits; the default permits the public web only.

    `allowed_private_hosts` holds lower-case ASCII names or literals, with a port ("intranet.example:8443",
    "[fd00::1]:8080") or without ("intranet.example", any port). `extra_ports` are open on every public host.
    """

    allowed_private_hosts: frozenset[str] = frozenset()
    extra_ports: frozenset[int] = frozenset()

    def vouches_for(self, host: str, port: int) -> bool:
        """True when the operator listed this host, so that it may be private and use any port."""
        bracketed = f"[{host}]" if ":" in host else host
        return not self.allowed_private_hosts.isdisjoint({host, bracketed, f"{bracketed}:{port}"})

    def allows_port(self, host: str, port: int) -> bool:
        """Whether this port of this host may be dialled."""
        return port in _WEB_PORTS or port in self.extra_ports or self.vouches_for(host, port)

    def allows_address(self, host: str, port: int, address: Address) -> bool:
        """Whether this answer to the look-up of `host` may be dialled."""
        return is_public(address) or (self.vouches_for(host, port) and is_private(address))
