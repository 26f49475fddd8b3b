"""Taking back what an import made, but nothing that people have worked on since."""

from django.db import transaction
from msgspec import Struct

from openrounds.core.clock import now
from openrounds.core.errors import NotFound
from openrounds.portability.models import Import, ImportedCase
from openrounds.rounds.actions import delete_draft, remove_step
from openrounds.rounds.models import Round, State, Step


class Undone(Struct, frozen=True):
    """A case of the import, or a step that it added to another, and why it was kept; "" for what is gone."""

    title: str
    slug: str
    kept: str


def undo_import(number: int, *, edited_too: bool) -> list[Undone]:
    """Deletes the drafts that the import made. Published ones stay; edited ones, unless they are meant too. Raises NotFound."""
    run = Import.objects.filter(pk=number).first()
    if run is None:
        raise NotFound(f"There is no import {number}.")
    done = [_undo(case, edited_too=edited_too) for case in run.cases.select_related("round").order_by("pk")]
    added = run.steps.exclude(step__round__in=run.cases.values("round")).select_related("step__round")
    done += [_undo_step(each.step, edited_too=edited_too) for each in added.order_by("-step__position")]
    if not run.cases.exists() and not run.steps.exists():
        Import.objects.filter(pk=number, undone_at=None).update(undone_at=now())
    return done


@transaction.atomic
def _undo(case: ImportedCase, *, edited_too: bool) -> Undone:
    title, slug = case.round.title, case.round.slug
    round = Round.objects.select_for_update(of=("self",)).filter(pk=case.round_id).first()
    if round is None:
        return Undone(title, slug, "")
    if round.state != State.DRAFT:
        return Undone(title, slug, f"it is {round.state}; it can only be withdrawn")
    if _worked_on(round, case) and not edited_too:
        return Undone(title, slug, "somebody has worked on it since")
    delete_draft(round)
    return Undone(title, slug, "")


@transaction.atomic
def _undo_step(step: Step, *, edited_too: bool) -> Undone:
    title, slug = f"{step.round.title}, {step.title or step.position}", step.round.slug
    present = Step.objects.select_for_update(of=("self",)).filter(pk=step.pk).first()
    if present is None:
        return Undone(title, slug, "")
    if step.round.state != State.DRAFT:
        return Undone(title, slug, f"its round is {step.round.state}")
    if present.version > 1 and not edited_too:
        return Undone(title, slug, "somebody has worked on it since")
    remove_step(step, None)
    return Undone(title, slug, "")


def _worked_on(round: Round, case: ImportedCase) -> bool:
    """The round has a version of its own, and so has each of its steps, which the import leaves at their first."""
    return round.version != case.version or round.steps.filter(version__gt=1).exists()
