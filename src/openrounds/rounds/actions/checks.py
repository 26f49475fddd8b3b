"""What every write has in common: values that fit, an edit of the present version, a refusal that names the field."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db.models import F, Model
from msgspec import UNSET, Struct

from openrounds.core.clock import now
from openrounds.core.errors import Conflict, Invalid
from openrounds.rounds.models import Round, Step
from openrounds.rounds.rules import Problem

MEANWHILE = "Somebody else has changed this meanwhile. Look at the new version, then save again."
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
    """The fields of a draft that are to be changed."""
    return {name: value for name in draft.__struct_fields__ if (value := getattr(draft, name)) is not UNSET}


def check_row(row: Model, *, exclude: Iterable[str] = ()) -> None:
    """Raises Invalid when a value does not fit its column: too long, no such choice."""
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


def check_zone(name: str) -> None:
    """Raises Invalid for what is no time zone of the IANA database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise invalid("time_zone", "This time zone is not known") from problem


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
