"""What every write has in common: values that fit, an edit of the present version, a refusal that names the field."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db.models import CharField, F, JSONField, Model, TextField
from msgspec import UNSET, Struct
from msgspec.structs import replace

from openrounds.accounts.models import Block
from openrounds.core.clock import now
from openrounds.core.errors import Conflict, Invalid, NotPermitted
from openrounds.core.text import without_controls
from openrounds.hashtags.actions import ensure_hashtag
from openrounds.hashtags.models import Hashtag
from openrounds.rounds.models import Round, Step
from openrounds.rounds.rules import LONGEST_TEXT, YEARS, Problem

MEANWHILE = "Somebody else has changed this meanwhile. Look at the new version, then save again."
NOT_NOW = "Validation failed: That cannot be done as the round stands now"
Details = Mapping[str, list[tuple[str, str]]]


def refuse(problems: Iterable[Problem]) -> None:
    """Raises Invalid with every problem beside its field (`steps.2.text` for a step's); nothing for none."""
    found = list(problems)
    if not found:
        return
    details: dict[str, list[tuple[str, str]]] = {}
    for problem in found:
        where = f"steps.{problem.step}.{problem.field}" if problem.step else problem.field
        details.setdefault(where, []).append(("ERR_INVALID", str(problem)))
    raise Invalid("Validation failed: " + "; ".join(map(str, found)), details)


def invalid(field: str, message: str) -> Invalid:
    """A refusal of one field."""
    return Invalid(f"Validation failed: {message}", {field: [("ERR_INVALID", message)]})


def given(draft: Struct) -> dict[str, Any]:
    """The fields of a draft that are to be changed, without signs that feeds and calendars cannot hold."""
    names = draft.__struct_fields__
    return {name: _clean(value) for name in names if (value := getattr(draft, name)) is not UNSET}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {name: _clean(item) for name, item in value.items()}
    if isinstance(value, Struct):
        return replace(value, **{name: _clean(getattr(value, name)) for name in value.__struct_fields__})
    return value


def write(row: Model, changes: Mapping[str, Any]) -> None:
    """Sets the columns; what has one line keeps to it."""
    for name, value in changes.items():
        line = isinstance(value, str) and isinstance(row._meta.get_field(name), CharField)
        setattr(row, name, " ".join(value.split()) if line else value)


def check_row(row: Model, *, exclude: Iterable[str] = ()) -> None:
    """Raises Invalid when a value does not fit its column: too long, no such choice, a year that no calendar knows."""
    refuse(_unbounded(row, set(exclude)))
    try:
        row.clean_fields(exclude=set(exclude))
    except ValidationError as problem:
        details = {
            field: [
                ("ERR_INVALID", f"{field.replace('_', ' ').capitalize()}: {message}") for message in messages
            ]
            for field, messages in problem.message_dict.items()
        }
        words = "; ".join(text for lines in details.values() for _, text in lines)
        raise Invalid(f"Validation failed: {words}", details) from problem


def _unbounded(row: Model, exclude: set[str]) -> Iterable[Problem]:
    """What the databases would take, and no page could show."""
    for field in row._meta.concrete_fields:
        value = None if field.name in exclude else getattr(row, field.attname)
        if isinstance(value, datetime) and value.year not in YEARS:
            yield Problem(field.name, f"The year lies between {YEARS[0]} and {YEARS[-1]}")
        if isinstance(field, TextField | JSONField) and len(str(value)) > LONGEST_TEXT:
            yield Problem(field.name, f"This is too long: at most {LONGEST_TEXT} characters")


def check_welcome(account_id: int, round: Round) -> None:
    """Raises NotPermitted for somebody whom the host has blocked: the room is no way round that."""
    if Block.objects.filter(blocker=round.host_id, blocked=account_id).exists():
        raise NotPermitted("The hosts of this round have blocked you")


def check_zone(name: str) -> None:
    """Raises Invalid for what is no time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise invalid("time_zone", "This time zone is not known") from problem


def hashtag_of(written: str) -> Hashtag:
    """The hashtag of that name, made if nobody has used it yet. Raises Invalid for what can be none."""
    try:
        return ensure_hashtag(written)
    except Invalid as problem:
        raise invalid("hashtag", problem.message.removeprefix("Validation failed: ")) from problem


def claim_version(round: Round, version: int | None) -> None:
    """Takes the next version of what hosts write: of two who edit at once the second is told, and overwrites nothing.

    `version` is the one that the editor saw; None for changes that overwrite nothing of others'. Raises Conflict.
    """
    expected = {} if version is None else {"version": version}
    taken = Round.objects.filter(pk=round.pk, **expected).update(version=F("version") + 1, updated_at=now())
    if not taken:
        raise Conflict(MEANWHILE)
    round.refresh_from_db()


def claim_step_version(step: Step, version: int | None) -> None:
    """The same for one step."""
    expected = {} if version is None else {"version": version}
    if not Step.objects.filter(pk=step.pk, **expected).update(version=F("version") + 1):
        raise Conflict(MEANWHILE)
    Round.objects.filter(pk=step.round_id).update(updated_at=now())
    step.refresh_from_db(fields=[field.attname for field in Step._meta.concrete_fields])
