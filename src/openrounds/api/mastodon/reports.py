"""Reports to the moderators."""

from typing import Literal

from msgspec import Struct

from openrounds.api.call import Call
from openrounds.api.entities.report import Report
from openrounds.api.params import Id
from openrounds.api.render.report import render_report
from openrounds.api.rendering import render_account
from openrounds.api.routing import person, route
from openrounds.core.errors import BadRequest
from openrounds.moderation import report_actions
from openrounds.moderation.report_actions import Complaint


class ReportParams(Struct):
    """Whom, for what, and by which posts and rules. Rules without a category mean a violation of them."""

    account_id: Id | None = None
    status_ids: list[Id] = []
    comment: str = ""
    forward: bool = False
    category: Literal["spam", "legal", "violation", "other"] | None = None
    rule_ids: list[Id] = []


@route("POST", "/api/v1/reports", person("write:reports"), params=ReportParams, returns=Report)
def create(call: Call) -> Report:
    """Asks the moderators to look at an account."""
    asked = call.params(ReportParams)
    if asked.account_id is None:
        raise BadRequest("Validation failed: account_id is missing")
    complaint = Complaint(
        target_id=asked.account_id,
        category=asked.category or ("violation" if asked.rule_ids else "other"),
        comment=asked.comment,
        post_ids=asked.status_ids,
        rule_ids=asked.rule_ids,
        forward=asked.forward,
    )
    report = report_actions.create_report(call.me, complaint)
    return render_report(report, render_account(call, report.target_id))
