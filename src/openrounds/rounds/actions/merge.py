"""Facilitators say that two contributions say the same."""

from django.db import transaction

from openrounds.rounds import merging
from openrounds.rounds.actions.checks import invalid
from openrounds.rounds.models import Contribution, Round, Way


@transaction.atomic
def merge(contribution: Contribution, into: Contribution) -> None:
    """Folds a contribution under another of its part of the round, or under what that one is folded under. Raises Invalid."""
    if into.round_id != contribution.round_id:
        raise invalid("into", "There is no such contribution in this round")
    Round.objects.select_for_update(no_key=True).get(pk=contribution.round_id)
    both = Contribution.objects.select_related("post", "same_as__post").in_bulk([contribution.pk, into.pk])
    if len(both) < 2:
        raise invalid("into", "A contribution cannot say the same as itself")
    one, other = both[contribution.pk], both[into.pk]
    first = other.same_as or other
    _check(one, first)
    if first.pk != one.same_as_id:
        merging.fold(one, first)


def _check(one: Contribution, first: Contribution) -> None:
    if first.pk == one.pk:
        raise invalid("into", "That one is folded under this one already")
    if one.way == Way.HOST:
        raise invalid("into", "An announcement is not folded")
    if any(c.hidden_at or c.post.deleted_at for c in (one, first)):
        raise invalid("into", "What was deleted or hidden says nothing")
    if one.step_id != first.step_id:
        raise invalid("into", "They belong to different parts: move one of them first")


@transaction.atomic
def unmerge(contribution: Contribution) -> None:
    """It stands by itself again."""
    merging.unfold(contribution)
