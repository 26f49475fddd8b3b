"""The close: what was learned, and what it rests on."""

from django.db import transaction

from openrounds.accounts.models import Account
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.jobs.actions import record
from openrounds.rounds.actions.checks import NOT_NOW, check_row, invalid
from openrounds.rounds.actions.release import hold_round
from openrounds.rounds.actions.series import ensure_next
from openrounds.rounds.actions.timing import plan_hours
from openrounds.rounds.facts import ReferenceAdded, RoundChanged
from openrounds.rounds.models import Reference, Round, State, Summary
from openrounds.rounds.rules import may_become

MOST_REFERENCES = 100


@transaction.atomic
def write_summary(round: Round, text: str, by: Account, *, lay_text: str | None = None) -> Summary:
    """Writes or rewrites it; it shows once the round is closed. `lay_text` None: as it was. Raises Invalid."""
    summary = Summary.objects.filter(round=round).first() or Summary(round=round)
    summary.text, summary.written_by, summary.updated_at = text.strip(), by, now()
    if lay_text is not None:
        summary.lay_text = lay_text.strip()
    check_row(summary, exclude={"round", "written_by"})
    summary.save()
    record(RoundChanged(round.pk, round.state))
    return summary


@transaction.atomic
def add_reference(round: Round, kind: str, value: str, *, title: str = "") -> Reference:
    """Adds a paper or page once; it is looked up afterwards. Raises Invalid."""
    found = Reference.objects.filter(round=round, kind=kind, value=value).first()
    if found is not None:
        return found
    if round.references.count() >= MOST_REFERENCES:
        raise invalid("references", f"At most {MOST_REFERENCES} references")
    reference = Reference(round=round, kind=kind, value=value, title=title)
    check_row(reference, exclude={"round"})
    reference.save()
    record(ReferenceAdded(reference.pk))
    return reference


@transaction.atomic
def remove_reference(round: Round, reference_id: int) -> None:
    """Raises NotFound; Invalid for the last one that a closed round rests on."""
    if round.state == State.CLOSED and hasattr(round, "summary") and round.references.count() == 1:
        raise Invalid("Validation failed: A closed round keeps at least one reference")
    if not Reference.objects.filter(round=round, pk=reference_id).delete()[0]:
        raise NotFound


@transaction.atomic
def close_round(round: Round, *, without_summary: bool = False) -> Round:
    """The end: answers are shown, the debate is an archive. Nothing for one that is closed.

    Needs a summary and a reference, unless the hosts say that there will be none: then it is shown as closed without
    summary until they write one. Raises Invalid.
    """
    round = hold_round(round.pk)
    if round.state == State.CLOSED:
        return round
    if not may_become(round.state, State.CLOSED) and not may_become(round.state, State.CLOSING):
        raise Invalid(NOT_NOW)
    if not without_summary:
        _check_learned(round)
    round.state, round.closed_at = State.CLOSED, now()
    round.closing_at = round.closing_at or round.closed_at
    round.sequence += 1
    round.save()
    plan_hours(round)
    record(RoundChanged(round.pk, round.state))
    if round.series is not None:
        ensure_next(round.series)
    return round


def _check_learned(round: Round) -> None:
    if not Summary.objects.filter(round=round).exclude(text="").exists():
        raise invalid("summary", "Write a summary first: what was learned")
    if not round.references.exists():
        raise invalid("references", "Give at least one reference (DOI, PMID or link)")
