"""/api/v1/push/subscription: where an app wants to be told."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.conftest import ApiClient
from tests.factories.push import Phone

from openrounds.accounts.models import Account
from openrounds.push import vapid
from openrounds.push.models import PushSubscription

PATH = "/api/v1/push/subscription"
ENDPOINT = "https://push.example/send/abc"
KINDS = {
    "mention",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "quote",
    "quoted_update",
    "admin.sign_up",
    "admin.report",
}


@pytest.fixture
def client(alice: Account, client_of: Callable[..., ApiClient]) -> ApiClient:
    return client_of(alice)


def ask(**data: Any) -> dict[str, Any]:
    return Phone().asks(ENDPOINT, **data)


def test_app_subscribes_and_reads_it_back(client: ApiClient) -> None:
    answer = client.post(PATH, ask(alerts={"mention": True, "admin.report": True}, policy="followed"))
    assert answer.status_code == 200
    found = answer.json()
    assert isinstance(found["id"], int)
    assert 0 < found["id"] < 2**31
    assert found["alerts"] == {kind: kind in ("mention", "admin.report") for kind in KINDS}
    assert (found["endpoint"], found["standard"], found["policy"]) == (ENDPOINT, True, "followed")
    assert client.get(PATH).json() == found


def test_server_key_is_the_one_that_everything_else_names(client: ApiClient, anonymous: ApiClient) -> None:
    key = client.post(PATH, ask()).json()["server_key"]
    assert key == vapid.public_key()
    assert anonymous.get("/api/v2/instance").json()["configuration"]["vapid"]["public_key"] == key
    app = anonymous.post("/api/v1/apps", {"client_name": "X", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"})
    assert app.json()["vapid_key"] == key
    assert client.get("/api/v1/apps/verify_credentials").json()["vapid_key"] == key


def test_app_without_a_subscription_finds_none(client: ApiClient) -> None:
    for answer in (client.get(PATH), client.put(PATH, {"data": {"alerts": {"mention": True}}})):
        assert answer.status_code == 404
        assert answer.json() == {"error": "Record not found"}
    assert client.delete(PATH).json() == {}


def test_subscription_is_its_tokens_alone(
    alice: Account, client: ApiClient, charlie: Account, client_of: Callable[..., ApiClient]
) -> None:
    client.post(PATH, ask())
    for other in (client_of(alice), client_of(charlie)):
        assert other.get(PATH).status_code == 404
        other.delete(PATH)
    assert client.get(PATH).status_code == 200


def test_new_subscription_takes_the_place_of_the_former(client: ApiClient) -> None:
    first = client.post(PATH, ask()).json()
    second = client.post(PATH, Phone().asks("https://push.example/other")).json()
    assert first["id"] != second["id"]
    assert client.get(PATH).json() == second
    assert PushSubscription.objects.count() == 1


def test_alerts_and_policy_are_changed_and_the_place_stays(client: ApiClient) -> None:
    first = client.post(PATH, ask(policy="follower")).json()
    changed = client.put(PATH, {"data": {"alerts": {"poll": True}}}).json()
    assert changed["alerts"] == {kind: kind == "poll" for kind in KINDS}
    assert changed == first | {"alerts": changed["alerts"]}
    only_policy = client.put(PATH, {"policy": "none"}).json()
    assert only_policy == changed | {"policy": "none"}
    assert client.put(PATH, {"data": {"policy": "all"}}).json()["policy"] == "all"


def test_subscription_is_taken_back(client: ApiClient) -> None:
    client.post(PATH, ask())
    assert client.delete(PATH).json() == {}
    assert client.get(PATH).status_code == 404


def test_policy_may_stand_at_the_top(client: ApiClient) -> None:
    assert client.post(PATH, ask() | {"policy": "follower"}).json()["policy"] == "follower"
    assert client.post(PATH, ask()).json()["policy"] == "all"


def flat(phone: Phone) -> dict[str, str]:
    return {
        "subscription[endpoint]": ENDPOINT,
        "subscription[keys][p256dh]": phone.keys["p256dh"],
        "subscription[keys][auth]": phone.keys["auth"],
        "subscription[standard]": "true",
        "data[alerts][mention]": "1",
        "data[alerts][admin.sign_up]": "true",
        "data[alerts][follow]": "false",
        "data[policy]": "followed",
    }


@pytest.mark.parametrize("way", ["form", "multipart", "query"])
def test_flat_names_are_understood_however_they_come(client: ApiClient, way: str) -> None:
    sent = flat(Phone())
    if way == "multipart":
        answer = client.post(PATH, sent, form=True)
    elif way == "form":
        kind = "application/x-www-form-urlencoded"
        answer = client._client.post(PATH, urlencode(sent), content_type=kind)
    else:
        answer = client._client.post(f"{PATH}?{urlencode(sent)}")
    found = answer.json()
    assert {kind for kind, on in found["alerts"].items() if on} == {"mention", "admin.sign_up"}
    assert (found["endpoint"], found["standard"], found["policy"]) == (ENDPOINT, True, "followed")


def test_keys_come_in_either_alphabet_padded_or_not(client: ApiClient) -> None:
    phone, stored = Phone(), set()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for pad in ("", "="):
            keys = {
                name: encode(data).decode().rstrip("=") + pad * (-len(encode(data).rstrip(b"=")) % 4)
                for name, data in (("p256dh", phone.public), ("auth", phone.auth))
            }
            answer = client.post(PATH, {"subscription": {"endpoint": ENDPOINT, "keys": keys}})
            assert answer.status_code == 200
            stored.add(PushSubscription.objects.values_list("p256dh", "auth").get())
    assert stored == {tuple(phone.keys.values())}


def test_what_an_old_app_sends_means_the_draft_and_no_alerts(client: ApiClient) -> None:
    found = client.post(PATH, {"subscription": {"endpoint": ENDPOINT, "keys": Phone().keys}}).json()
    assert found["standard"] is False
    assert not any(found["alerts"].values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""},
        {"endpoint": "http://push.example/send"},
        {"endpoint": "ftp://push.example/send"},
        {"endpoint": "https://push.example:22/send"},
        {"endpoint": "https://user:secret@push.example/send"},
        {"endpoint": "https://push.example/\r\nX: y"},
        {"endpoint": "https://push.example/" + "a" * 2048},
        {"endpoint": "https://localhost/send"},
        {"endpoint": {"a": "b"}},
        {"keys": {}},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": "%%%", "auth": "%%%"}},
        {"keys": "none"},
        {"standard": "perhaps"},
    ],
    ids=str,
)
def test_subscription_to_nowhere_is_refused_and_the_former_stays(
    client: ApiClient, wrong: dict[str, Any]
) -> None:
    former = client.post(PATH, ask()).json()
    sent = ask()
    sent["subscription"] |= wrong
    answer = client.post(PATH, sent)
    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}
    assert client.get(PATH).json() == former


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"data": {"alerts": {"mention": True}}}, 400),
        ({"subscription": "https://push.example"}, 422),
        ({"subscription": {"endpoint": ENDPOINT, "keys": Phone().keys}, "policy": "everybody"}, 422),
        ({"subscription": {"endpoint": ENDPOINT, "keys": Phone().keys}, "data": {"alerts": "all"}}, 422),
    ],
)
def test_malformed_subscription_is_refused(client: ApiClient, sent: dict[str, Any], status: int) -> None:
    assert client.post(PATH, sent).status_code == status
    assert not PushSubscription.objects.exists()


def test_push_needs_its_scope_and_a_person(
    alice: Account, anonymous: ApiClient, client_of: Callable[..., ApiClient]
) -> None:
    assert client_of(alice, "read write follow").post(PATH, ask()).status_code == 403
    assert client_of(alice, "push").post(PATH, ask()).status_code == 200
    assert client_of(None).post(PATH, ask()).status_code in (401, 403, 422)
    assert anonymous.post(PATH, ask()).status_code == 401


def test_token_lies_in_the_database_only_sealed(client: ApiClient) -> None:
    client.post(PATH, ask())
    row = PushSubscription.objects.values().get()
    assert client.token
    assert not any(client.token in str(value) for value in row.values())


def test_revoked_token_leaves_no_subscription(client: ApiClient) -> None:
    client.post(PATH, ask())
    sent = {"token": client.token, "client_id": "test-client", "client_secret": "secret"}
    assert client.post("/oauth/revoke", sent).status_code == 200
    assert not PushSubscription.objects.exists()
