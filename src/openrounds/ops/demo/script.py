"""The words of the demo, read from the files beside this one."""

import tomllib
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from openrounds.core.clock import midnight

HERE = Path(__file__).parent
SOON = timedelta(minutes=10)
PASSWORD = "rounds-4417-demo"  # noqa: S105 - everybody who looks at a demo may sign in


class Person(msgspec.Struct, frozen=True):
    """`pull` says how many follow him, from 1 to 9."""

    name: str
    display: str
    role: str
    specialty: str
    note: str
    pull: int
    avatar: bool = False
    locked: bool = False


class Team(msgspec.Struct, frozen=True):
    name: str
    display: str
    specialty: str
    note: str
    pull: int
    owners: list[str]
    posters: list[str]


class Line(msgspec.Struct, frozen=True):
    """Something said; `person` is who said it for a team. `votes`: how many chose each option of the poll."""

    by: str
    text: str
    person: str = ""
    day: float = 0
    hour: float = 0
    key: str = ""
    to: str = ""
    after: float = 0
    picture: str = ""
    alt: str = ""
    cw: str = ""
    visibility: str = "public"
    pinned: bool = False
    poll: list[str] = []
    poll_hours: float = 24
    votes: list[int] = []
    hide_totals: bool = False
    replies: list["Line"] = []


class Cast(msgspec.Struct, frozen=True):
    people: list[Person]
    teams: list[Team]


class Talk(msgspec.Struct, frozen=True):
    posts: list[Line]
    private: list[Line]
    thanks: list[str]


@lru_cache
def cast() -> Cast:
    return msgspec.convert(_read("people"), Cast, strict=False)


@lru_cache
def pulls() -> dict[str, int]:
    """How strongly each account, by name, draws others."""
    people = {person.name: person.pull for person in cast().people}
    return people | {team.name: team.pull for team in cast().teams}


@lru_cache
def talk() -> Talk:
    return msgspec.convert(_read("talk"), Talk, strict=False)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


def moment_of(line: Line, present: datetime) -> datetime:
    """When something was said, seen from now: that many days ago, at that hour, and never in the future."""
    at = midnight(present - timedelta(days=int(line.day))) + timedelta(hours=line.hour)
    return at if at < present - SOON else at - timedelta(days=1)
