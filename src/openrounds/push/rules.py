"""What is pushed, when, in which words. Pure."""

import base64
import re
from collections.abc import Collection
from datetime import datetime, time, timedelta
from enum import Enum
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

# All that apps ask for; those that do not occur here are kept and read back.
ALERTS = (
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
)
WEEK = timedelta(days=7)
BODY_CHARACTERS, TITLE_CHARACTERS = 140, 100
LONGEST_PAUSE_SECONDS = 6 * 60 * 60
_TITLES = {
    "mention": "{} mentioned you",
    "status": "{} posted",
    "reblog": "{} boosted your post",
    "follow": "{} follows you",
    "follow_request": "{} asks to follow you",
    "favourite": "{} likes your post",
    "poll": "A poll by {} has ended",
    "update": "{} edited a post",
    "quote": "{} quoted your post",
    "quoted_update": "{} edited a post that you quoted",
    "admin.sign_up": "{} signed up",
    "admin.report": "{} made a report",
}
_PORTS = {"https": 443, "http": 80}
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def decode_key(text: str) -> bytes:
    """Bytes of base64 or base64url, padded or not; a `+` that came through a query string as a space counts. ValueError."""
    plain = text.strip("=\r\n\t").replace("-", "+").replace("_", "/").replace(" ", "+")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def encode_key(data: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def origin_of(url: str) -> str:
    """Scheme, host and, where it is not the usual one, port (RFC 6454 §6.2)."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0] if parts.port == _PORTS.get(parts.scheme) else parts.netloc
    return f"{parts.scheme}://{host}".lower()


class QuietHours(Struct, frozen=True):
    """Between two hours of the clock in a time zone; over midnight if `end` comes first."""

    zone: str
    start: time
    end: time

    def hold(self, moment: datetime) -> bool:
        """Whether that aware moment lies within."""
        local = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@cache
def time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_clock(text: str) -> time | None:
    """`22:30` as a time of day; None for anything else."""
    found = _CLOCK.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


def is_wanted(kind: str, alerts: Collection[str], policy: str, *, follows: bool, followed: bool) -> bool:
    """Whether a subscription with these alerts and this policy is told. `follows`: the receiver follows whoever acted."""
    by_whom = {"all": True, "followed": follows, "follower": followed}
    return kind in alerts and by_whom.get(policy, False)


class Outcome(Enum):
    """What becomes of a message after the push service's answer (RFC 8030 §5, §7.3)."""

    DELIVERED = "delivered"
    LATER = "later"
    GONE = "gone"


def judge(status: int) -> Outcome:
    """4xx says that this subscription takes nothing any more, but for "too slow" and "too many"."""
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if 400 <= status < 500 and status not in (408, 429):
        return Outcome.GONE
    return Outcome.LATER


def pause(backoff: timedelta, retry_after: str) -> timedelta:
    """How long to wait: what the push service asks for in seconds (RFC 9110 §10.2.3), within reason, but never less than
    `backoff`."""
    asked = (
        int(retry_after) if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9 else 0
    )
    return max(backoff, timedelta(seconds=min(asked, LONGEST_PAUSE_SECONDS)))


def title(kind: str, name: str) -> str:
    return _TITLES[kind].format(shorten(name, TITLE_CHARACTERS))


def shorten(text: str, most: int) -> str:
    """On one line, at most that many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
