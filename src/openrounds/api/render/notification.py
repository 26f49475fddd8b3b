"""Notifications as Mastodon's Notification, spliced together out of statuses and accounts that are bytes already."""

from collections.abc import Collection, Iterable, Sequence

import msgspec
from msgspec import UNSET, Raw

from openrounds.api.call import ForWhom
from openrounds.api.entities.notification import NotificationGroup, PartialAccount
from openrounds.api.render.report import render_report
from openrounds.api.rendering import Page, account_parts, joined, render_account_parts
from openrounds.moderation.report_queries import reports_by_id
from openrounds.posts.lines import read_keys
from openrounds.timelines.notification_queries import Group, NotificationLine

CONTEXT = "notifications"


class Told:
    """Everything needed to write out some notifications for one viewer: a query where all is known, a few more for posts and
    people that are not, and for reports."""

    def __init__(self, whom: ForWhom, lines: Sequence[NotificationLine], also: Collection[int] = ()) -> None:
        self._posts = {post.id: post for post in read_keys([*{n.post_key for n in lines if n.post_key}])}
        self._reports = reports_by_id({n.report_id for n in lines if n.report_id})
        stamps = {n.actor_id: n.actor_stamp for n in lines if n.actor_stamp is not None}
        others = {*also, *(n.actor_id for n in lines), *(r.target_id for r in self._reports.values())}
        self._accounts = account_parts(whom.base, stamps)
        self._accounts |= render_account_parts(whom.base, others - stamps.keys())
        self._page = Page(whom, list(self._posts.values()), CONTEXT)
        self._statuses: dict[int, bytes] = {}

    def shows(self, line: NotificationLine) -> bool:
        """Not if its post or report is gone by now, or the viewer filters it out."""
        if line.report_id:
            return line.report_id in self._reports
        post = self._posts.get(line.post_id) if line.post_id else None
        return line.post_id is None or (post is not None and not self._page.hides(post))

    def one(self, line: NotificationLine) -> bytes:
        """A Notification as JSON."""
        head = f'{{"id":"{line.id}","type":"{line.kind}","created_at":"{line.created_at}","group_key":"{line.key}","account":'
        parts = [head.encode(), self.account(line.actor_id)]
        if line.post_id:
            parts += (b',"status":', self.status(line.post_id))
        if line.report_id:
            parts += (b',"report":', self.report(line.report_id))
        return b"".join((*parts, b"}"))

    def all(self, lines: Iterable[NotificationLine]) -> bytes:
        """A JSON array of Notifications."""
        return joined([self.one(line) for line in lines if self.shows(line)])

    def status(self, post_id: int) -> bytes:
        """Written once, however many liked it."""
        if post_id not in self._statuses:
            self._statuses[post_id] = self._page.one(self._posts[post_id])
        return self._statuses[post_id]

    def account(self, account_id: int) -> bytes:
        return self._accounts[account_id]

    def partial(self, account_id: int) -> PartialAccount:
        return msgspec.json.decode(self.account(account_id), type=PartialAccount)

    def report(self, report_id: int) -> bytes:
        report = self._reports[report_id]
        return msgspec.json.encode(render_report(report, self.account(report.target_id)))

    def group(self, group: Group) -> NotificationGroup:
        newest = group.newest
        return NotificationGroup(
            group_key=newest.key,
            notifications_count=group.count,
            type=newest.kind,
            most_recent_notification_id=newest.id,
            page_min_id=str(group.oldest_id),
            page_max_id=str(newest.id),
            latest_page_notification_at=newest.created_at,
            sample_account_ids=[str(i) for i in group.actor_ids],
            status_id=str(newest.post_id) if newest.post_id else UNSET,
            report=Raw(self.report(newest.report_id)) if newest.report_id else UNSET,  # type: ignore[arg-type]
        )


def render_groups(whom: ForWhom, groups: Sequence[Group], *, partial: bool = False) -> bytes:
    """GroupedNotificationsResults as JSON. `partial`: all but the newest account of each group in short."""
    told = Told(
        whom, [group.newest for group in groups], also={i for group in groups for i in group.actor_ids}
    )
    shown = [group for group in groups if told.shows(group.newest)]
    named = dict.fromkeys(i for group in shown for i in group.actor_ids)
    full = dict.fromkeys(group.actor_ids[0] for group in shown) if partial else named
    results: dict[str, object] = {
        "accounts": [Raw(told.account(i)) for i in full],
        "statuses": [Raw(told.status(i)) for i in dict.fromkeys(g.newest.post_id for g in shown) if i],
        "notification_groups": [told.group(group) for group in shown],
    }
    if partial:
        results["partial_accounts"] = [told.partial(i) for i in named if i not in full]
    return msgspec.json.encode(results)
