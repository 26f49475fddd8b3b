"""Hostile URLs, names, redirects and bodies against the guarded dialler (security.md A20-A25).

The policy is production's, without exceptions. The network is bent: every address leads to one canary, so an accepted
fetch and a refused one differ in nothing but the URL or the name's answers, and any forbidden dial is seen.
"""

import gzip
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from tests.hostile_peer import (
    AllRoadsLeadTo,
    HostilePeer,
    Script,
    answer,
    brotli_bomb,
    drip,
    flood,
    gzip_bomb,
    head,
    late,
    redirect,
)

from openrounds.core.net import (
    AddressPolicy,
    Fetched,
    FetchError,
    FetchFailed,
    FetchLimits,
    FetchRefused,
    FetchTimedOut,
    FetchTooLarge,
)
from openrounds.core.net.dialler import Dialler

PUBLIC = "93.184.215.14"

FORBIDDEN_ADDRESSES = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


class World:
    """One dialler, one name server whose answers a test sets, one canary behind every address."""

    def __init__(self, canary: HostilePeer) -> None:
        self.canary = canary
        self.network = AllRoadsLeadTo(canary)
        self.names: dict[str, list[list[str]]] = {"public.test": [[PUBLIC]]}
        self.looked_up: list[str] = []
        self.dialler = Dialler(AddressPolicy(), self.resolve, network=self.network)

    def resolve(self, host: str) -> list[str]:
        """The next answer for a name; its last one stays."""
        self.looked_up.append(host)
        answers = self.names.get(host, [[]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def fetch(self, url: str, *, seconds: float = 10.0, max_bytes: int = 2**20) -> Fetched:
        limits = FetchLimits(deadline_seconds=seconds, max_bytes=max_bytes)
        return self.dialler.fetch(url, limits=limits, accept=None)

    @property
    def untouched(self) -> bool:
        return self.canary.connections == 0 and not self.network.dialled


@pytest.fixture
def world() -> Iterator[World]:
    with HostilePeer({"/": answer(b"hello")}) as canary:
        yield World(canary)


def in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize(
    "address", [PUBLIC, "::ffff:93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
)
def test_a20_public_addresses_reach_the_canary_by_literal_and_by_name(world: World, address: str) -> None:
    world.names["other.test"] = [[address]]
    assert world.fetch(f"http://{in_url(address)}/").body == b"hello"
    assert world.fetch("http://other.test/").body == b"hello"
    assert world.canary.connections == 2


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_a20_forbidden_literal_is_refused_and_canary_untouched(world: World, address: str) -> None:
    with pytest.raises(FetchRefused):
        world.fetch(f"http://{in_url(address)}/")
    assert world.untouched


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_a20_name_at_a_forbidden_address_is_refused_and_canary_untouched(world: World, address: str) -> None:
    world.names["evil.test"] = [[address]]
    with pytest.raises(FetchRefused):
        world.fetch("http://evil.test/")
    assert world.looked_up == ["evil.test"]
    assert world.untouched


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "017700000001",
        "127.0.0.1.",
        "127。0。0。1",
        "localhost",
        "[::1%25lo]",
    ],
)
def test_a20_loopback_in_disguise_is_refused_before_any_look_up(world: World, host: str) -> None:
    world.names[host] = [[PUBLIC]]
    with pytest.raises(FetchRefused):
        world.fetch(f"http://{host}/")
    assert world.looked_up == []
    assert world.untouched


def test_a21_name_that_turns_private_after_the_look_up_is_dialled_at_the_judged_address(world: World) -> None:
    world.names["rebind.test"] = [[PUBLIC], ["127.0.0.1"]]
    assert world.fetch("http://rebind.test/").status == 200
    assert world.network.dialled == [(PUBLIC, 80)]
    assert world.looked_up == ["rebind.test"]
    with pytest.raises(FetchRefused):
        world.fetch("http://rebind.test/")
    assert world.canary.connections == 1


@pytest.mark.parametrize("answers", [[PUBLIC, "127.0.0.1"], ["10.0.0.1", PUBLIC], [PUBLIC, "::1"]])
def test_a21_name_with_one_private_answer_is_refused_whole(world: World, answers: list[str]) -> None:
    world.names["mixed.test"] = [answers]
    with pytest.raises(FetchRefused):
        world.fetch("http://mixed.test/")
    assert world.untouched


def test_a22_redirect_between_public_hosts_is_followed(world: World) -> None:
    world.names["other.test"] = [["1.1.1.1"]]
    world.canary.scripts["/start"] = redirect("http://other.test/")
    fetched = world.fetch("http://public.test/start")
    assert (fetched.url, fetched.body) == ("http://other.test/", b"hello")
    assert world.network.dialled == [(PUBLIC, 80), ("1.1.1.1", 80)]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "//127.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://evil.test/",
        "http://169.254.169.254/latest/meta-data/",
        "http://public.test:22/",
        "http://user@public.test/",
        "file:///etc/passwd",
        "gopher://public.test/",
        "http://[::1",
        "http://\\127.0.0.1/",
    ],
)
def test_a22_redirect_to_a_forbidden_place_is_refused_after_one_dial(world: World, location: str) -> None:
    world.names["evil.test"] = [["127.0.0.1"]]
    world.canary.scripts["/start"] = redirect(location)
    with pytest.raises(FetchRefused):
        world.fetch("http://public.test/start")
    assert world.network.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a22_redirect_loop_is_refused_when_it_closes(world: World, status: int) -> None:
    world.canary.scripts |= {"/a": redirect("/b", status), "/b": redirect("/a", status)}
    with pytest.raises(FetchRefused):
        world.fetch("http://public.test/a")
    assert [heard.path for heard in world.canary.requests] == ["/a", "/b"]


@pytest.mark.parametrize(("hops", "accepted"), [(3, True), (4, False)])
def test_a22_three_redirects_are_followed_and_four_refused(world: World, hops: int, accepted: bool) -> None:
    world.canary.scripts |= {f"/{n}": redirect(f"/{n + 1}") for n in range(hops)}
    world.canary.scripts[f"/{hops}"] = answer(b"end")
    if accepted:
        assert world.fetch("http://public.test/0").body == b"end"
    else:
        with pytest.raises(FetchRefused):
            world.fetch("http://public.test/0")
    assert len(world.canary.requests) == 4


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://public.test/",
        "ftp://public.test/",
        "data:text/html,hello",
        "javascript:alert(1)",
        "//public.test/",
        "public.test/",
        "http:public.test",
        "http:///",
        "",
        "http://public.test:22/",
        "http://public.test:5432/",
        "http://public.test:6379/",
        "http://public.test:0/",
        "http://public.test:65616/",
        "http://alice@public.test/",
        "http://alice:secret@public.test/",
        "http://@public.test/",
        "http://public.test\\@evil.test/",
        "http://public.test/\r\nX-Injected: 1",
        "http://public.test/a b",
        "http://pub%6cic.test/",
        "http://public..test/",
        "http://public.test/" + "a" * 5000,
    ],
)
def test_a23_foreign_schemes_ports_and_forms_are_refused_before_any_look_up(world: World, url: str) -> None:
    with pytest.raises(FetchRefused):
        world.fetch(url)
    assert world.looked_up == []
    assert world.untouched


@pytest.mark.parametrize(
    "script",
    [
        drip(head(200, {"Content-Length": "1000000"}), b"x", 0.1),
        drip(head(200, {}), b"x", 0.1),
        drip(head(200, {"Transfer-Encoding": "chunked"}), b"1\r\nx\r\n", 0.1),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x", 0.1),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
        drip(b"", b"", 0.1),
        drip(head(500, {}), b"x", 0.1),
    ],
    ids=["length", "until-close", "chunked", "headers", "informational", "silence", "error"],
)
def test_a24_slow_answer_is_aborted_at_the_deadline(world: World, script: Script) -> None:
    world.canary.scripts["/slow"] = script
    started = time.monotonic()
    with pytest.raises(FetchTimedOut):
        world.fetch("http://public.test/slow", seconds=0.8)
    assert 0.7 < time.monotonic() - started < 2.5


def test_a24_slow_redirects_share_one_deadline(world: World) -> None:
    world.canary.scripts |= {f"/{n}": late(0.4, redirect(f"/{n + 1}")) for n in range(3)}
    started = time.monotonic()
    with pytest.raises(FetchTimedOut):
        world.fetch("http://public.test/0", seconds=0.8)
    assert time.monotonic() - started < 2.5


def test_a24_slow_name_server_is_left_behind_at_the_deadline(world: World) -> None:
    def never(host: str) -> list[str]:
        time.sleep(3)
        return [PUBLIC]

    dialler = Dialler(AddressPolicy(), never, network=world.network)
    started = time.monotonic()
    with pytest.raises(FetchTimedOut):
        dialler.fetch("http://public.test/", limits=FetchLimits(deadline_seconds=0.5), accept=None)
    assert time.monotonic() - started < 2
    assert world.untouched


def test_a24_more_bytes_than_announced_are_never_read(world: World) -> None:
    world.canary.scripts["/lie"] = flood(head(200, {"Content-Length": "10"}), 2**30)
    assert world.fetch("http://public.test/lie").body == b"x" * 10


def test_a24_fewer_bytes_than_announced_are_a_failure(world: World) -> None:
    world.canary.scripts["/lie"] = answer(b"short", length=500)
    with pytest.raises(FetchFailed):
        world.fetch("http://public.test/lie")


@pytest.mark.parametrize("size", [1000, 1001])
def test_a24_body_is_kept_up_to_its_cap_and_refused_one_byte_later(world: World, size: int) -> None:
    world.canary.scripts["/body"] = lambda: [head(200, {}), b"x" * size]
    if size <= 1000:
        assert len(world.fetch("http://public.test/body", max_bytes=1000).body) == size
    else:
        with pytest.raises(FetchTooLarge):
            world.fetch("http://public.test/body", max_bytes=1000)


@pytest.mark.parametrize("announced", [{}, {"Content-Length": str(2**30)}])
def test_a24_gigabyte_is_aborted_at_the_cap(world: World, announced: dict[str, str]) -> None:
    world.canary.scripts["/flood"] = flood(head(200, announced), 2**30)
    started = time.monotonic()
    with pytest.raises(FetchTooLarge):
        world.fetch("http://public.test/flood")
    assert time.monotonic() - started < 5


def test_a24_gigabyte_that_decodes_to_nothing_is_aborted_at_the_wire_cap(world: World) -> None:
    empty_block = b"\x00\x00\x00\xff\xff"
    first = head(200, {"Content-Encoding": "deflate"}) + b"\x78\x9c"
    world.canary.scripts["/nothing"] = lambda: [first, *([empty_block * 13107] * 1000)]
    with pytest.raises(FetchTooLarge):
        world.fetch("http://public.test/nothing")


BOMB_SCRIPT = """
import re, sys
from pathlib import Path
from openrounds.core.net import AddressPolicy, FetchError, FetchLimits
from openrounds.core.net.dialler import Dialler

host, bomb, most = sys.argv[1:]
dialler = Dialler(AddressPolicy(allowed_private_hosts=frozenset({host})))

def fetch(path):
    try:
        dialler.fetch(f"http://{host}{path}", limits=FetchLimits(max_bytes=int(most)), accept=None)
    except FetchError as exc:
        return type(exc).__name__
    return "fetched"

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

print(fetch("/"))
before = peak()
print(fetch(bomb))
print(peak() - before)
"""


def bombed(canary: HostilePeer, path: str, max_bytes: int) -> tuple[str, int]:
    """Outcome and growth of the peak memory, in MiB, of a process of its own that fetches a bomb."""
    command = [sys.executable, "-c", BOMB_SCRIPT, f"127.0.0.1:{canary.port}", path, str(max_bytes)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    warm_up, outcome, kib = run.stdout.split()
    assert warm_up == "fetched"
    return outcome, int(kib) // 1024


@pytest.mark.parametrize(
    ("encoding", "bomb"),
    [
        ("gzip", gzip_bomb),
        ("br", brotli_bomb),
        ("gzip, gzip", lambda size: gzip.compress(gzip_bomb(size))),
    ],
    ids=["gzip", "brotli", "gzip twice"],
)
def test_a25_bomb_is_aborted_at_the_decoded_cap_in_little_memory(
    world: World, encoding: str, bomb: Callable[[int], bytes]
) -> None:
    packed = bomb(2**31)
    assert len(packed) < 2.5 * 2**20
    world.canary.scripts["/bomb"] = answer(packed, headers={"Content-Encoding": encoding}, length=len(packed))
    outcome, grown = bombed(world.canary, "/bomb", 2**20)
    assert outcome == "FetchTooLarge"
    assert grown < 50


def test_a25_the_memory_probe_sees_a_body_that_is_kept(world: World) -> None:
    packed = gzip_bomb(80 * 2**20)
    world.canary.scripts["/bomb"] = answer(packed, headers={"Content-Encoding": "gzip"})
    outcome, grown = bombed(world.canary, "/bomb", 2**30)
    assert outcome == "fetched"
    assert grown > 50


def test_a25_endless_list_of_encodings_is_a_fetch_error(world: World) -> None:
    body = answer(b"x", headers={"Content-Encoding": ", ".join(["gzip"] * 50)})
    world.canary.scripts["/many"] = body
    with pytest.raises(FetchError):
        world.fetch("http://public.test/many")
