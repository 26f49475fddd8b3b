"""The guarded dialler in ordinary weather: what it sends, what it hands back, whom it trusts."""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

import httpcore2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.hostile_peer import AllRoadsLeadTo, HostilePeer, answer, drip, head, redirect

from openrounds.core import net
from openrounds.core.net import (
    AddressPolicy,
    Fetched,
    FetchError,
    FetchFailed,
    FetchLimits,
    FetchRefused,
    FetchTimedOut,
    FetchTooLarge,
    FetchWrongType,
)
from openrounds.core.net.addresses import is_private, is_public
from openrounds.core.net.content_types import is_accepted
from openrounds.core.net.dialler import Dialler, user_agent
from openrounds.core.net.names import Resolver, system_resolver
from openrounds.core.net.targets import parse_target

PUBLIC = "93.184.215.14"
ACTIVITY = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'


@pytest.fixture
def peer() -> Iterator[HostilePeer]:
    with HostilePeer({"/": answer(b"hello")}) as peer:
        yield peer


def dialler_to(peer: HostilePeer, **options: Any) -> Dialler:
    return Dialler(AddressPolicy(), lambda host: [PUBLIC], network=AllRoadsLeadTo(peer), **options)


def fetch(peer: HostilePeer, url: str = "http://peer.test/", **options: Any) -> Fetched:
    wanted: dict[str, Any] = {"limits": FetchLimits(), "accept": None} | options
    return dialler_to(peer, agent=user_agent("rounds.example")).fetch(url, **wanted)


# What is sent


def test_request_names_the_host_and_the_agent_and_asks_for_known_encodings(peer: HostilePeer) -> None:
    fetch(peer, "http://peer.test/?q=%C3%A9#part", accept=("application/json", "text/html"))
    heard = peer.requests[0]
    assert (heard.method, heard.path) == ("GET", "/?q=%C3%A9")
    assert heard.headers == {
        "host": "peer.test",
        "user-agent": "OpenRounds/0.1.0 (+https://rounds.example/)",
        "accept": "application/json, text/html",
        "accept-encoding": "gzip, br",
        "connection": "close",
    }


def test_international_name_is_looked_up_and_sent_in_ascii(peer: HostilePeer) -> None:
    looked_up: list[str] = []

    def resolve(host: str) -> list[str]:
        looked_up.append(host)
        return [PUBLIC]

    dialler = Dialler(AddressPolicy(), resolve, network=AllRoadsLeadTo(peer))
    dialler.fetch("http://KRANKENHAUS-münchen.test/", limits=FetchLimits(), accept=None)
    assert looked_up == [peer.requests[0].headers["host"]] == ["xn--krankenhaus-mnchen-y6b.test"]


def test_post_carries_its_body_and_its_length(peer: HostilePeer) -> None:
    fetch(peer, method="POST", content=b'{"a": 1}', headers={"Content-Type": "application/json"})
    heard = peer.requests[0]
    assert (heard.method, heard.body) == ("POST", b'{"a": 1}')
    assert (heard.headers["content-length"], heard.headers["content-type"]) == ("8", "application/json")


@pytest.mark.parametrize("name", ["Host", "Connection", "Accept-Encoding", "Cookie", "Content-Length"])
def test_caller_cannot_set_what_the_dialler_decides(peer: HostilePeer, name: str) -> None:
    fetch(peer, headers={name: "evil"})
    assert "evil" not in peer.requests[0].headers.values()


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nX-Injected: 1", "a\rb", "a\x00b"])
def test_header_with_a_line_break_is_refused(peer: HostilePeer, value: str) -> None:
    with pytest.raises(FetchRefused):
        fetch(peer, headers={"X-Name": value})
    assert peer.connections == 0


def test_proxy_variables_and_netrc_are_ignored(
    peer: HostilePeer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with HostilePeer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        (tmp_path / ".netrc").write_text("machine peer.test login alice password secret")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert fetch(peer).body == b"hello"
        assert proxy.connections == 0
    assert "authorization" not in peer.requests[0].headers


def test_cookies_are_neither_kept_nor_handed_back(peer: HostilePeer) -> None:
    peer.scripts["/"] = answer(b"hello", headers={"Set-Cookie": "a=b", "X-Other": "1"})
    dialler = dialler_to(peer)
    for _ in range(2):
        fetched = dialler.fetch("http://peer.test/", limits=FetchLimits(), accept=None)
        assert "set-cookie" not in fetched.headers
        assert fetched.headers["x-other"] == "1"
    assert all("cookie" not in heard.headers for heard in peer.requests)


# Redirects


def test_secrets_stay_with_the_origin_they_were_meant_for(peer: HostilePeer) -> None:
    peer.scripts |= {"/start": redirect("/next"), "/next": redirect("http://other.test/")}
    headers = {"Authorization": "Bearer x", "Signature": "s", "Accept-Language": "de"}
    assert fetch(peer, "http://peer.test/start", headers=headers).url == "http://other.test/"
    sent = [
        {name for name in ("authorization", "signature") if name in heard.headers} for heard in peer.requests
    ]
    assert sent == [{"authorization", "signature"}, {"authorization", "signature"}, set()]
    assert peer.requests[2].headers["accept-language"] == "de"


def test_each_hop_is_signed_for_itself(peer: HostilePeer) -> None:
    peer.scripts["/start"] = redirect("http://other.test/")
    fetch(peer, "http://peer.test/start", sign=lambda method, url: {"Signature": f"{method} {url}"})
    assert [heard.headers["signature"] for heard in peer.requests] == [
        "GET http://peer.test/start",
        "GET http://other.test/",
    ]


def test_redirected_post_is_not_repeated_elsewhere(peer: HostilePeer) -> None:
    peer.scripts["/inbox"] = redirect("http://other.test/", 307)
    with pytest.raises(FetchRefused):
        fetch(peer, "http://peer.test/inbox", method="POST", content=b"{}")
    assert len(peer.requests) == 1


def test_redirect_without_location_is_an_answer(peer: HostilePeer) -> None:
    peer.scripts["/"] = answer(status=304)
    assert fetch(peer).status == 304


# What comes back


@pytest.mark.parametrize("status", [404, 410, 500])
def test_error_answer_is_handed_back_cut_and_whatever_its_type(peer: HostilePeer, status: int) -> None:
    peer.scripts["/"] = answer(b"x" * 100_000, status=status)
    fetched = fetch(peer, accept=("application/json",), limits=FetchLimits(max_bytes=10))
    assert fetched.status == status
    assert fetched.body == b"x" * 8192


def test_head_request_ignores_the_announced_length(peer: HostilePeer) -> None:
    peer.scripts["/"] = lambda: [head(200, {"Content-Length": "5000000"})]
    assert fetch(peer, method="HEAD").body == b""


@pytest.mark.parametrize(
    ("content_type", "accept", "accepted"),
    [
        ("text/html; charset=utf-8", ("text/html",), True),
        ("TEXT/HTML", ("text/html",), True),
        ("text/plain", ("text/html", "text/plain"), True),
        ("image/png", ("image/*",), True),
        ("application/activity+json", ("application/activity+json", ACTIVITY), True),
        (ACTIVITY, ("application/activity+json", ACTIVITY), True),
        (
            'application/ld+json; profile="https://x.test/ https://www.w3.org/ns/activitystreams"',
            (ACTIVITY,),
            True,
        ),
        ("application/ld+json", (ACTIVITY,), False),
        ('application/ld+json; profile="https://www.w3.org/ns/other"', (ACTIVITY,), False),
        ("application/json", ("application/activity+json", ACTIVITY), False),
        ("imagex/png", ("image/*",), False),
        ("text/htmlx", ("text/html",), False),
        ("", ("text/html",), False),
    ],
)
def test_content_type_is_accepted_only_as_asked_for(
    peer: HostilePeer, content_type: str, accept: tuple[str, ...], accepted: bool
) -> None:
    assert is_accepted(content_type, accept) is accepted
    peer.scripts["/"] = answer(b"{}", content_type=content_type)
    if accepted:
        assert fetch(peer, accept=accept).content_type == content_type.partition(";")[0].lower()
    else:
        with pytest.raises(FetchWrongType):
            fetch(peer, accept=accept)


@pytest.mark.parametrize(
    "steps", [[b"SSH-2.0-OpenSSH\r\n"], [b""], [head(200, {"Content-Encoding": "gzip"}), b"no"]]
)
def test_peer_that_does_not_speak_http_is_a_failure(peer: HostilePeer, steps: list[bytes]) -> None:
    peer.scripts["/"] = lambda: steps
    with pytest.raises(FetchFailed):
        fetch(peer)


def test_endless_header_is_a_failure(peer: HostilePeer) -> None:
    peer.scripts["/"] = drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 65536, 0.0)
    with pytest.raises(FetchFailed):
        fetch(peer)


# Names, connections and certificates


@pytest.mark.parametrize("resolver", [lambda host: [], system_resolver])
def test_name_without_address_is_a_failure(peer: HostilePeer, resolver: Resolver) -> None:
    dialler = Dialler(AddressPolicy(), resolver, network=AllRoadsLeadTo(peer))
    with pytest.raises(FetchFailed):
        dialler.fetch("http://nowhere.invalid/", limits=FetchLimits(), accept=None)


def test_second_address_is_dialled_when_the_first_is_down(peer: HostilePeer) -> None:
    policy = AddressPolicy(allowed_private_hosts=frozenset({"peer.test"}))
    dialler = Dialler(policy, lambda host: ["127.0.0.2", "127.0.0.1"], network=OnlyOneUp())
    fetched = dialler.fetch(f"http://peer.test:{peer.port}/", limits=FetchLimits(), accept=None)
    assert fetched.body == b"hello"


def test_host_that_is_down_is_a_failure() -> None:
    with HostilePeer() as gone:
        port = gone.port
    dialler = Dialler(AddressPolicy(allowed_private_hosts=frozenset({"127.0.0.1"})))
    with pytest.raises(FetchFailed):
        dialler.fetch(f"http://127.0.0.1:{port}/", limits=FetchLimits(), accept=None)


class OnlyOneUp(AllRoadsLeadTo):
    """A network without a bend in it, on which 127.0.0.2 is down."""

    def __init__(self) -> None:
        self.dialled = []

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: object, **options: object
    ) -> httpcore2.NetworkStream:
        if host == "127.0.0.2":
            raise httpcore2.ConnectError("down")
        return httpcore2.SyncBackend().connect_tcp(host, port, timeout)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for peer.test, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer.test")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("peer.test")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "peer.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls_peer(certificate: Path) -> Iterator[HostilePeer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HostilePeer({"/": answer(b"hello"), "/down": redirect("http://peer.test/")}, tls=context) as peer:
        yield peer


def test_https_is_verified_for_the_name_while_the_judged_address_is_dialled(
    tls_peer: HostilePeer, certificate: Path
) -> None:
    dialler = dialler_to(tls_peer, tls=ssl.create_default_context(cafile=str(certificate)))
    assert dialler.fetch("https://peer.test/", limits=FetchLimits(), accept=None).body == b"hello"
    assert tls_peer.server_names == ["peer.test"]
    assert tls_peer.requests[0].headers["host"] == "peer.test"


def test_certificate_for_another_name_is_a_failure(tls_peer: HostilePeer, certificate: Path) -> None:
    dialler = dialler_to(tls_peer, tls=ssl.create_default_context(cafile=str(certificate)))
    with pytest.raises(FetchFailed):
        dialler.fetch("https://other.test/", limits=FetchLimits(), accept=None)
    assert tls_peer.requests == []


def test_unknown_certificate_is_a_failure(tls_peer: HostilePeer) -> None:
    with pytest.raises(FetchFailed):
        fetch(tls_peer, "https://peer.test/")
    assert tls_peer.requests == []


def test_redirect_from_https_to_http_is_refused(tls_peer: HostilePeer, certificate: Path) -> None:
    dialler = dialler_to(tls_peer, tls=ssl.create_default_context(cafile=str(certificate)))
    with pytest.raises(FetchRefused, match="https to http"):
        dialler.fetch("https://peer.test/down", limits=FetchLimits(), accept=None)
    assert [heard.path for heard in tls_peer.requests] == ["/down"]


def test_silent_tls_handshake_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        dialler = Dialler(AddressPolicy(allowed_private_hosts=frozenset({"127.0.0.1"})))
        with pytest.raises(FetchTimedOut):
            dialler.fetch(f"https://127.0.0.1:{port}/", limits=FetchLimits(deadline_seconds=0.5), accept=None)


# The operator's exceptions


@pytest.mark.parametrize(
    ("listed", "url", "accepted"),
    [
        ("intranet.test", "http://intranet.test:{port}/", True),
        ("intranet.test:{port}", "http://intranet.test:{port}/", True),
        ("127.0.0.1:{port}", "http://127.0.0.1:{port}/", True),
        ("intranet", "http://intranet:{port}/", True),
        ("intranet.test:1", "http://intranet.test:{port}/", False),
        ("intranet.test", "http://other.test:{port}/", False),
        ("intranet.test", "http://sub.intranet.test:{port}/", False),
        ("intranet.test", "http://127.0.0.1:{port}/", False),
    ],
)
def test_listed_host_may_be_private_on_any_port_and_no_other_host_may(
    peer: HostilePeer, listed: str, url: str, accepted: bool
) -> None:
    policy = AddressPolicy(allowed_private_hosts=frozenset({listed.format(port=peer.port)}))
    dialler = Dialler(policy, lambda host: ["127.0.0.1"])
    if accepted:
        fetched = dialler.fetch(url.format(port=peer.port), limits=FetchLimits(), accept=None)
        assert fetched.body == b"hello"
    else:
        with pytest.raises(FetchRefused):
            dialler.fetch(url.format(port=peer.port), limits=FetchLimits(), accept=None)
        assert peer.connections == 0


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "fe80::1"]
)
def test_listed_host_may_not_be_at_metadata_multicast_or_nowhere(address: str) -> None:
    policy = AddressPolicy(allowed_private_hosts=frozenset({"intranet.test"}))
    assert not policy.allows_address("intranet.test", 80, ip_address(address))
    assert policy.allows_address("intranet.test", 80, ip_address("10.1.2.3"))


def test_extra_ports_are_open_on_public_hosts_only(peer: HostilePeer) -> None:
    policy = AddressPolicy(extra_ports=frozenset({8443}))
    assert parse_target("https://peer.test:8443/", policy).authority == "peer.test:8443"
    with pytest.raises(FetchRefused):
        parse_target("https://peer.test:8444/", policy)
    assert not policy.allows_address("peer.test", 8443, ip_address("127.0.0.1"))


# The lists and the tree


@pytest.mark.parametrize("last", range(0, 256, 5))
def test_mapped_address_is_judged_like_the_address_inside(last: int) -> None:
    for text in (f"{last}.1.2.3", f"172.{last}.0.1", f"192.{last}.0.1", f"100.{last}.0.1"):
        inner = IPv4Address(text)
        mapped = IPv6Address(f"::ffff:{text}")
        assert (is_public(inner), is_private(inner)) == (is_public(mapped), is_private(mapped))
        assert not (is_public(inner) and is_private(inner))


@pytest.mark.parametrize("first", range(0, 0x10000, 0x333))
def test_ipv6_outside_the_global_block_is_never_public(first: int) -> None:
    address = IPv6Address(first << 112 | 0x1234)
    assert is_public(address) is (0x2000 <= first < 0x4000)


def test_every_error_is_drawn_in_the_docstring_and_exported() -> None:
    errors = {
        name
        for name in net.__all__
        if isinstance(kind := getattr(net, name), type) and issubclass(kind, FetchError)
    }
    assert errors == {
        "FetchError",
        *(kind.__name__ for kind in FetchError.__subclasses__()),
    }
    assert all(name in (net.__doc__ or "") for name in errors)
    assert FetchTooLarge.__name__ in errors
