"""Keys in all spellings, quiet hours over midnight and in summer, who wants what, what an answer means."""

import base64
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.push.rules import (
    ALERTS,
    Outcome,
    QuietHours,
    decode_key,
    encode_key,
    is_wanted,
    judge,
    origin_of,
    pause,
    read_clock,
    shorten,
    title,
)
from openrounds.timelines.notification_rules import ALL_KINDS


@given(st.binary(max_size=80))
def test_key_is_read_in_every_spelling(data: bytes) -> None:
    padded, url_safe = base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode()
    spellings = {
        padded,
        padded.rstrip("="),
        url_safe,
        url_safe.rstrip("="),
        padded.replace("+", " "),
        encode_key(data),
    }
    assert {decode_key(spelling) for spelling in spellings} == {data}


@pytest.mark.parametrize("text", ["a", "a%", "\u00fc\u00fc\u00fc\u00fc", "ab=cd"])
def test_what_is_no_base64_is_no_key(text: str) -> None:
    with pytest.raises(ValueError):
        decode_key(text)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://push.example/send/x?y=1", "https://push.example"),
        ("https://push.example:443/x", "https://push.example"),
        ("https://Push.Example:8443/x", "https://push.example:8443"),
        ("http://localhost:8290/notify/1", "http://localhost:8290"),
        ("http://[::1]:80/x", "http://[::1]"),
    ],
)
def test_origin_is_scheme_host_and_unusual_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


NIGHT = QuietHours("Europe/London", time(22), time(7))
NOON = QuietHours("UTC", time(12), time(13, 30))


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        (NIGHT, datetime(2026, 1, 10, 21, 59, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 1, 10, 22, 0, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 1, 11, 6, 59, tzinfo=UTC), True),
        (NIGHT, datetime(2026, 1, 11, 7, 0, tzinfo=UTC), False),
        (NIGHT, datetime(2026, 7, 10, 21, 30, tzinfo=UTC), True),  # 22:30 in summer
        (NIGHT, datetime(2026, 7, 11, 6, 30, tzinfo=UTC), False),
        (NOON, datetime(2026, 1, 10, 11, 59, tzinfo=UTC), False),
        (NOON, datetime(2026, 1, 10, 12, 0, tzinfo=UTC), True),
        (NOON, datetime(2026, 1, 10, 13, 30, tzinfo=UTC), False),
    ],
)
def test_quiet_hours_hold_by_the_clock_of_their_place(
    hours: QuietHours, moment: datetime, quiet: bool
) -> None:
    assert hours.hold(moment) is quiet


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("22:30", time(22, 30)),
        ("00:00", time(0)),
        ("24:00", None),
        ("7:00", None),
        ("", None),
        ("22:3٠", None),
    ],
)
def test_hour_is_read_as_the_clock_shows_it(text: str, found: time | None) -> None:
    assert read_clock(text) == found


@pytest.mark.parametrize(
    ("policy", "follows", "followed", "wanted"),
    [
        ("all", False, False, True),
        ("followed", True, False, True),
        ("followed", False, True, False),
        ("follower", False, True, True),
        ("follower", True, False, False),
        ("none", True, True, False),
    ],
)
def test_policy_says_whose_doings_are_pushed(
    policy: str, follows: bool, followed: bool, wanted: bool
) -> None:
    assert is_wanted("mention", ["mention"], policy, follows=follows, followed=followed) is wanted
    assert not is_wanted("follow", ["mention"], policy, follows=True, followed=True)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_message_that_was_taken_is_done(status: int) -> None:
    assert judge(status) is Outcome.DELIVERED


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
def test_refusal_ends_the_subscription(status: int) -> None:
    assert judge(status) is Outcome.GONE


@pytest.mark.parametrize("status", [304, 408, 429, 500, 502, 503])
def test_trouble_is_waited_out(status: int) -> None:
    assert judge(status) is Outcome.LATER


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("", 10),
        ("5", 10),
        ("120", 120),
        ("999999", 21600),
        ("-3", 10),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 10),
        ("9" * 5000, 10),
    ],
)
def test_pause_is_what_was_asked_for_within_reason(asked: str, seconds: int) -> None:
    assert pause(timedelta(seconds=10), asked) == timedelta(seconds=seconds)


def test_every_kind_of_notification_can_be_asked_for_and_has_a_title() -> None:
    assert set(ALL_KINDS) <= set(ALERTS)
    assert all("Alice" in title(kind, "Alice") for kind in ALL_KINDS)


@given(st.text(max_size=400))
def test_body_is_one_line_of_at_most_140_characters(text: str) -> None:
    short = shorten(text, 140)
    assert len(short) <= 140
    assert "\n" not in short
    assert len(text.split()) == 0 or short
