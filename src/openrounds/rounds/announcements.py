"""What announcing posts say, in the language in force: callers set that of the round."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from msgspec import Struct

from openrounds.core.text import count_characters

ELLIPSIS = "…"


class Subject(Struct, frozen=True):
    """What is announced: its kind, its title, where it is read, and its hashtag without #."""

    kind: str
    title: str
    link: str
    hashtag: str


def of_step(subject: Subject, position: int, said: str, most: int) -> str:
    """The post of a release, at most `most` characters as the server counts them: `said` is shortened, nothing else."""
    part = gettext("%(title)s — part %(number)d") % {"title": subject.title, "number": position}
    label = f"Q{position}" if subject.kind == "chat" else part
    return _fit(lambda text: _lines(f"{label}: {text}" if text else label, subject), said, most)


def of_notice(subject: Subject, opens_at: datetime, zone: str, minutes: int) -> str:
    """The post that tells followers of it beforehand."""
    local = opens_at.astimezone(ZoneInfo(zone))
    if minutes < 120:
        soon = ngettext("In %(n)d minute", "In %(n)d minutes", minutes) % {"n": minutes}
    else:
        soon = gettext("On %s") % date_format(local, gettext("l j F"))
    said = {"soon": soon, "hour": f"{local:%H:%M}", "zone": zone, "title": subject.title}
    return _lines(gettext("%(soon)s, at %(hour)s (%(zone)s): %(title)s") % said, subject)


def of_question(text: str, hashtag: str, most: int) -> str:
    """The post that holds a question's poll."""
    return _fit(lambda said: f"{said}\n\n#{hashtag}", text, most)


def of_promoted(text: str, hashtag: str, most: int) -> str:
    """A question that somebody asked privately, published without him."""
    asked = gettext("A question from the room: %s")
    return _fit(lambda said: f"{asked % said}\n\n#{hashtag}", text, most)


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
