"""Contributions that say the same are folded under the first of them. Nothing is deleted, and no fold lies within a fold."""

from openrounds.jobs.actions import record
from openrounds.rounds.facts import ContributionChanged
from openrounds.rounds.models import Contribution


def fold(contribution: Contribution, first: Contribution) -> None:
    """Under `first`, with everything that was folded under the contribution."""
    Contribution.objects.filter(same_as=contribution).update(same_as=first)
    Contribution.objects.filter(pk=contribution.pk).update(same_as=first)
    _tell(contribution, first)


def unfold(contribution: Contribution) -> None:
    """It stands by itself again."""
    first = contribution.same_as
    Contribution.objects.filter(pk=contribution.pk).update(same_as=None)
    _tell(contribution, *([first] if first else []))


def pass_on(first: Contribution) -> None:
    """Before it goes or is hidden: what was folded under it follows its eldest that can be seen."""
    folded = Contribution.objects.filter(same_as=first).order_by("post_id")
    heir = folded.filter(hidden_at=None, post__deleted_at=None).first()
    if heir is None:
        folded.update(same_as=None)
        return
    Contribution.objects.filter(pk=heir.pk).update(same_as=None)
    folded.update(same_as=heir)
    _tell(heir)


def _tell(*changed: Contribution) -> None:
    for contribution in changed:
        record(ContributionChanged(contribution.round_id, contribution.post_id))
