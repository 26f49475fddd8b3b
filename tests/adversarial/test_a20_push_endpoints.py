"""A20 for Web Push: an endpoint is a URL that a stranger gives us to send to, so it leads nowhere inside.

Literal addresses are refused when an app subscribes, names by what they resolve to when something is sent: one look-up
at each time would be two answers. The network is bent so that every address leads to one canary.
"""

from collections.abc import Callable, Iterator

import pytest
from tests.adversarial.test_a20_to_a25_fetching import FORBIDDEN_ADDRESSES, PUBLIC
from tests.conftest import ApiClient
from tests.factories.push import Phone
from tests.hostile_peer import AllRoadsLeadTo, HostilePeer, answer, drip, flood, head, redirect

from openrounds.accounts.models import Account
from openrounds.core.net import AddressPolicy
from openrounds.core.net.dialler import Dialler
from openrounds.posts.models import Post
from openrounds.push import actions, jobs
from openrounds.push.models import PushSubscription

PATH = "/api/v1/push/subscription"


def at(address: str) -> str:
    return f"https://[{address}]/push" if ":" in address else f"https://{address}/push"


class World:
    """A canary behind every address, and a name server whose answer a test sets."""

    def __init__(self, canary: HostilePeer) -> None:
        self.canary = canary
        self.network = AllRoadsLeadTo(canary)
        self.addresses = [PUBLIC]
        self.dialler = Dialler(AddressPolicy(), lambda _: self.addresses, network=self.network)

    @property
    def untouched(self) -> bool:
        return self.canary.connections == 0 and not self.network.dialled


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with HostilePeer({"/push": answer(status=201)}) as canary:
        world = World(canary)
        for module in (actions, jobs):
            monkeypatch.setattr(module, "dialler", lambda: world.dialler)
        yield world


@pytest.fixture
def client(bob: Account, client_of: Callable[..., ApiClient]) -> ApiClient:
    return client_of(bob)


Posting = Callable[..., Post]


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES)
def test_a20_endpoint_at_an_inner_address_is_refused(world: World, client: ApiClient, address: str) -> None:
    for url in (at(address), at(address).replace("https", "http")):
        assert client.post(PATH, Phone().asks(url)).status_code == 422
    assert not PushSubscription.objects.exists()
    assert world.untouched


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "localhost",
        "①②⑦.0.0.1",
        "[::ffff:7f00:1]",
    ],
)
def test_a20_endpoint_in_disguise_is_refused(world: World, client: ApiClient, host: str) -> None:
    assert client.post(PATH, Phone().asks(f"https://{host}/push")).status_code == 422
    assert world.untouched


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1"], ["169.254.169.254"]])
def test_a20_name_that_leads_inside_is_never_sent_to(
    world: World, alice: Account, client: ApiClient, post_as: Posting, answers: list[str]
) -> None:
    assert client.post(PATH, Phone().asks("http://push.evil.test/push")).status_code == 422, "nor without TLS"
    assert client.post(PATH, Phone().asks("https://push.evil.test/push")).status_code == 200
    world.addresses = answers
    post_as(alice, "@bob hello")
    assert world.untouched
    assert not PushSubscription.objects.exists()


def test_a20_row_that_holds_an_inner_address_all_the_same_is_never_sent_to(
    world: World, alice: Account, client: ApiClient, post_as: Posting
) -> None:
    client.post(PATH, Phone().asks("https://push.evil.test/push"))
    PushSubscription.objects.update(endpoint="http://127.0.0.1/push")
    post_as(alice, "@bob hello")
    assert world.untouched


@pytest.mark.parametrize(
    "script",
    [
        redirect("http://169.254.169.254/", 307),
        redirect("/push", 308),
        flood(head(200, {}), 2**30),
        drip(b"", b"", 0.1),
    ],
    ids=["inside", "circle", "flood", "silence"],
)
def test_a20_hostile_push_service_costs_one_short_connection(
    world: World,
    alice: Account,
    client: ApiClient,
    post_as: Posting,
    monkeypatch: pytest.MonkeyPatch,
    script: object,
) -> None:
    """The canary speaks no TLS, so the row names http, as only an operator could."""
    world.dialler = Dialler(
        AddressPolicy(frozenset({"push.test"})), lambda _: [PUBLIC], network=world.network
    )
    monkeypatch.setattr(jobs, "LIMITS", jobs.FetchLimits(deadline_seconds=0.5, max_bytes=64 * 1024))
    monkeypatch.setattr(jobs, "_resting", {})
    world.canary.scripts["/push"] = script  # type: ignore[assignment]
    assert client.post(PATH, Phone().asks("http://push.test/push")).status_code == 200
    post_as(alice, "@bob hello")
    assert world.network.dialled == [(PUBLIC, 80)]
