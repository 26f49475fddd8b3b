"""Who gets which frame, and who is let go."""

import json

import pytest

from openrounds.oauth.access import Viewer
from openrounds.streaming.channels import Channel, Subscription, parse
from openrounds.streaming.hub import (
    MOST_CHANNELS,
    MOST_PER_ADDRESS,
    MOST_PER_PERSON,
    MOST_QUEUED,
    OVERLOADED,
    REFUSED,
    Event,
    Frame,
    Hub,
    Session,
)

BASE = "https://rounds.example"
USER = Channel("user", 1)


def session(
    account: int = 1, *, token: int = 1, address: str = "a", websocket: bool = True, scopes: str = ""
) -> Session:
    viewer = Viewer(token, 1, frozenset(scopes.split()), account, account, 0, False)
    return Session(viewer, BASE, address, as_websocket=websocket)


def listening(hub: Hub, *names: str, **more: object) -> Session:
    made = session(**more)  # type: ignore[arg-type]
    assert hub.admit(made)
    for name in names:
        assert hub.subscribe(made, parse(name, made.account_id, tag="Haem", list_id="5"))
    return made


def received(listener: Session) -> list[str]:
    return [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]


def payloads(listener: Session) -> list[str]:
    return [json.loads(frame)["payload"] for frame in received(listener)]


def event(*channels: Channel, **more: object) -> Event:
    return Event(channels, "update", {BASE: '{"id":"9"}'}, **more)  # type: ignore[arg-type]


def test_listener_gets_the_frame_with_the_words_he_asked_by() -> None:
    hub = Hub()
    listener = listening(hub, "hashtag")
    hub.publish([event(Channel("hashtag", "haem"))])
    (frame,) = received(listener)
    assert json.loads(frame) == {"stream": ["hashtag", "Haem"], "event": "update", "payload": '{"id":"9"}'}


def test_stranger_to_a_channel_gets_nothing() -> None:
    hub = Hub()
    other = listening(hub, "user", account=2)
    hub.publish([event(USER)])
    assert received(other) == []


def test_server_sent_frame_is_lf_only_and_never_without_data() -> None:
    assert Frame(("user",), "update", "{}").server_sent() == "event: update\ndata: {}\n\n"
    assert Frame(("user",), "filters_changed", "").server_sent() == "event: filters_changed\ndata: null\n\n"


def test_frame_without_payload_has_none() -> None:
    assert json.loads(Frame(("user",), "filters_changed", "").websocket()) == {
        "stream": ["user"],
        "event": "filters_changed",
    }


def test_account_gets_what_is_special_to_it_and_the_spared_one_nothing() -> None:
    hub = Hub()
    one, two, three = (listening(hub, "public", account=i, token=i) for i in (1, 2, 3))
    hub.publish([event(Channel("public"), special={(2, BASE): "mine"}, spared={3})])
    assert payloads(one) == ['{"id":"9"}']
    assert payloads(two) == ["mine"]
    assert payloads(three) == []


def test_event_that_needs_a_scope_goes_to_those_who_hold_it() -> None:
    hub = Hub()
    without = listening(hub, "user", token=1, scopes="read:statuses")
    holder = listening(hub, "user", token=2, scopes="read:notifications")
    hub.publish([event(USER, scope="read:notifications")])
    assert received(without) == []
    assert len(received(holder)) == 1


def test_both_kinds_of_connection_get_their_own_form() -> None:
    hub = Hub()
    socket, stream = listening(hub, "user"), listening(hub, "user", websocket=False)
    hub.publish([event(USER)])
    assert received(socket)[0].startswith("{")
    assert received(stream)[0].startswith("event: update\n")


def test_asking_twice_changes_nothing() -> None:
    hub = Hub()
    listener = listening(hub, "user", "user")
    hub.publish([event(USER)])
    assert len(received(listener)) == 1
    hub.unsubscribe(listener, USER)
    hub.unsubscribe(listener, USER)
    hub.publish([event(USER)])
    assert received(listener) == []
    assert hub.interest().channels == frozenset()


def test_connection_has_only_so_many_channels() -> None:
    hub = Hub()
    listener = listening(hub)
    asked = [Subscription(Channel("list", number), ("list", str(number))) for number in range(1000)]
    assert sum(hub.subscribe(listener, each) for each in asked) == MOST_CHANNELS
    assert hub.subscribe(listener, asked[0]), "what he has he keeps"


def test_person_and_address_have_only_so_many_connections() -> None:
    hub = Hub()
    assert sum(hub.admit(session(1, address=str(i))) for i in range(50)) == MOST_PER_PERSON
    hub = Hub()
    assert sum(hub.admit(session(i)) for i in range(50)) == MOST_PER_ADDRESS
    hub = Hub(limited=False)
    assert sum(hub.admit(session(1)) for _ in range(50)) == 50


def test_place_is_free_again_after_leaving() -> None:
    hub = Hub()
    sessions = [session(1, address=str(i)) for i in range(MOST_PER_PERSON)]
    assert all(hub.admit(each) for each in sessions)
    hub.leave(sessions[0])
    assert hub.admit(session(1, address="b"))


def test_reader_who_stops_is_let_go_and_what_waited_dropped() -> None:
    hub = Hub()
    slow, quick = listening(hub, "user"), listening(hub, "user")
    for _ in range(MOST_QUEUED + 1):
        hub.publish([event(USER)])
        received(quick)
    assert (slow.closed.is_set(), slow.code, slow.queue.qsize()) == (True, OVERLOADED, 0)
    assert not quick.closed.is_set()
    hub.publish([event(USER)])
    assert slow.queue.qsize() == 0


def test_session_ends_with_its_token() -> None:
    hub = Hub()
    gone, stays = listening(hub, "user", token=5), listening(hub, "user", token=6)
    hub.close_tokens({5})
    assert (gone.closed.is_set(), gone.code) == (True, REFUSED)
    assert not stays.closed.is_set()


def test_interest_follows_who_is_there() -> None:
    hub = Hub()
    listener = listening(hub, "user", "public")
    interest = hub.interest()
    assert interest.channels == {USER, Channel("public")}
    assert (interest.accounts, interest.bases, interest.tokens) == ({1}, {BASE}, {1})
    assert hub.interest() is interest
    hub.leave(listener)
    assert hub.interest().channels == frozenset()


@pytest.mark.parametrize("names", [("user",), ("public", "user", "list")])
def test_leaving_leaves_nothing_behind(names: tuple[str, ...]) -> None:
    hub = Hub()
    listener = listening(hub, *names)
    hub.leave(listener)
    hub.publish([event(USER, Channel("public"), Channel("list", 5))])
    assert received(listener) == []
    assert hub.sessions == set()
