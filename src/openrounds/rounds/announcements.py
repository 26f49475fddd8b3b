"""What announcing posts say. Pure: text in, text out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from openrounds.core.text import count_characters

ELLIPSIS = "…"


@dataclass(frozen=True)
class Subject:
    """What is announced: its kind, its title, where it is read, and its hashtag without #."""

    kind: str
    title: str
    link: str
    hashtag: str


def of_step(subject: Subject, position: int, said: str, most: int) -> str:
    """The post of a release, at most `most` characters as the server counts them: `said` is shortened, nothing else."""
    label = f"Q{position}" if subject.kind == "chat" else f"{subject.title} — part {position}"
    return _fit(lambda text: _lines(f"{label}: {text}" if text else label, subject), said, most)


def of_notice(subject: Subject, opens_at: datetime, zone: str, minutes: int) -> str:
    """The post that tells followers of it beforehand."""
    local = opens_at.astimezone(ZoneInfo(zone))
    soon = f"In {minutes} minutes" if minutes < 120 else f"On {local:%A %d %B}"
    return _lines(f"{soon}, at {local:%H:%M} ({zone}): {subject.title}", subject)


def of_question(text: str, hashtag: str, most: int) -> str:
    """The post that holds a question's poll."""
    return _fit(lambda said: f"{said}\n\n#{hashtag}", text, most)


def of_promoted(text: str, hashtag: str, most: int) -> str:
    """A question that somebody asked privately, published without him."""
    return _fit(lambda said: f"A question from the room: {said}\n\n#{hashtag}", text, most)


def _lines(first: str, subject: Subject) -> str:
    return f"{first}\n\n{subject.link}\n#{subject.hashtag}"


def _fit(write: Callable[[str], str], said: str, most: int) -> str:
    """Shortens `said` at a word until the whole fits."""
    whole = " ".join(said.split()) if "\n" not in said else said.strip()
    while whole and count_characters(write(whole)) > most:
        whole = whole.removesuffix(ELLIPSIS)
        shorter = whole[: -max(1, count_characters(write(whole)) - most + 1)].rstrip()
        whole = (shorter.rsplit(None, 1)[0] if " " in shorter else shorter) + ELLIPSIS if shorter else ""
    return write(whole)
