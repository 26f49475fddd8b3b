"""Reports as Mastodon's Report."""

from msgspec import Raw

from openrounds.api.entities.report import Report
from openrounds.core.clock import iso
from openrounds.moderation.models import Report as ReportRow


def render_report(report: ReportRow, target: bytes) -> Report:
    """`target` is the reported account as JSON."""
    return Report(
        id=str(report.pk),
        action_taken=report.resolved_at is not None,
        action_taken_at=iso(report.resolved_at) if report.resolved_at else None,
        category=report.category,
        comment=report.comment,
        forwarded=report.forward,
        created_at=iso(report.created_at),
        status_ids=[str(post.pk) for post in report.posts.all()],
        rule_ids=[str(rule.pk) for rule in report.rules.all()],
        target_account=Raw(target),  # type: ignore[arg-type]
    )
