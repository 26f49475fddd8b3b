"""What waits for moderators, and what they did."""

from django.db.models import Prefetch, QuerySet

from openrounds.accounts.models import Account, User
from openrounds.moderation.models import AuditEntry, Report
from openrounds.posts.models import Post

MOST_WAITING = 100
PER_PAGE = 50


def newcomers() -> list[User]:
    """Who waits for approval, longest first; at most a hundred."""
    waiting = User.objects.filter(approved_at=None, is_active=True).select_related("account", "invite")
    return list(waiting.order_by("created_at")[:MOST_WAITING])


def open_reports() -> list[Report]:
    """The oldest first; at most a hundred."""
    return list(_reports().filter(resolved_at=None).order_by("pk")[:MOST_WAITING])


def reports_about(account: Account) -> list[Report]:
    """The newest first; at most a hundred."""
    return list(_reports().filter(target=account).order_by("-pk")[:MOST_WAITING])


def _reports() -> "QuerySet[Report]":
    posts = Prefetch("posts", Post.objects.only("pk").order_by("pk"))
    return Report.objects.select_related("reporter", "target").prefetch_related(posts, "rules")


def audit_trail(before: int | None = None, target: Account | None = None) -> list[AuditEntry]:
    """What moderators did, the newest first; of one account where one is named."""
    entries = AuditEntry.objects.select_related("actor").order_by("-pk")
    if before is not None:
        entries = entries.filter(pk__lt=before)
    if target is not None:
        entries = entries.filter(target__in=[str(target), *([target.username] if target.is_local else [])])
    return list(entries[:PER_PAGE])


def limited_and_suspended() -> list[Account]:
    """Those with whom moderators have dealt, by name; at most a hundred."""
    dealt = Account.objects.exclude(suspended_at=None, limited_at=None)
    return list(dealt.order_by("username", "domain")[:MOST_WAITING])
