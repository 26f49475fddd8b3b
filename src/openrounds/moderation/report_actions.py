"""Asking the moderators to look at somebody."""

from collections.abc import Sequence

from django.db import transaction
from msgspec import Struct

from openrounds.accounts.access import access_account
from openrounds.accounts.models import User
from openrounds.core.clock import now
from openrounds.core.errors import Invalid, NotFound
from openrounds.moderation.actions import note
from openrounds.moderation.models import Report, Rule
from openrounds.moderation.rules import COMMENT_LIMIT
from openrounds.posts.models import Post
from openrounds.posts.visibility import visible_ids
from openrounds.timelines.notifying import notify_of_report


class Complaint(Struct, frozen=True):
    """Who is reported, for what, by which posts. `rule_ids` count only for the category "violation"."""

    target_id: int
    category: str
    comment: str = ""
    post_ids: Sequence[int] = ()
    rule_ids: Sequence[int] = ()
    forward: bool = False


@transaction.atomic
def create_report(reporter_id: int, complaint: Complaint) -> Report:
    """Writes the report and tells the moderators. Raises NotFound for an account or a post that the reporter cannot see
    or that is not of that account, Invalid for a rule that does not exist."""
    target = access_account(reporter_id, complaint.target_id)
    if len(complaint.comment) > COMMENT_LIMIT:
        raise Invalid(f"Validation failed: Comment is too long (maximum is {COMMENT_LIMIT} characters)")
    posts = _posts(reporter_id, target.pk, complaint.post_ids)
    rules = _rules(complaint.rule_ids) if complaint.category == "violation" else []
    report = Report.objects.create(
        reporter_id=reporter_id,
        target=target,
        category=complaint.category,
        comment=complaint.comment,
        forward=complaint.forward,
    )
    report.posts.set(posts)
    report.rules.set(rules)
    notify_of_report(report.pk, reporter_id)
    return report


def _posts(reporter_id: int, target_id: int, ids: Sequence[int]) -> list[int]:
    wanted = set(ids)
    seen = visible_ids(reporter_id, list(wanted))
    own = set(Post.objects.filter(pk__in=seen, account_id=target_id).values_list("pk", flat=True))
    if own != wanted:
        raise NotFound
    return sorted(own)


def _rules(ids: Sequence[int]) -> list[Rule]:
    found = list(Rule.objects.filter(pk__in=ids))
    if len(found) != len(set(ids)):
        raise Invalid("Validation failed: Rules do not reference valid rules")
    return found


@transaction.atomic
def resolve_report(actor: User, report: Report, reason: str) -> bool:
    """The moderators are done with it. False when they were already."""
    changed = Report.objects.filter(pk=report.pk, resolved_at=None)
    if not changed.update(resolved_at=now(), resolved_by=actor):
        return False
    note(actor, "resolve report", report.target, reason)
    return True
