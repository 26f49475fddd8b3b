"""Notifications: grouped, by kind, unread ones marked."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from msgspec import Struct

from openrounds.api.call import Call
from openrounds.api.entities.account import Account
from openrounds.api.entities.status import Status
from openrounds.api.render.notification import render_groups
from openrounds.core.paging import Paging
from openrounds.timelines import markers
from openrounds.timelines.notification_queries import Choice, Group, grouped, marker
from openrounds.timelines.notification_rules import ALL_KINDS, GROUPABLE, OF_THE_HOUSE
from openrounds.web import reading
from openrounds.web.access import for_members

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("All", ()),
    "mentions": ("Mentions", ("mention",)),
    "boosts": ("Boosts", ("reblog",)),
    "favourites": ("Favourites", ("favourite",)),
    "follows": ("Followers", ("follow", "follow_request")),
    "polls": ("Polls", ("poll",)),
    "edits": ("Edits", ("update",)),
}
SAID = {
    "mention": "mentioned you",
    "status": "posted",
    "reblog": "boosted your post",
    "follow": "followed you",
    "follow_request": "asks to follow you",
    "favourite": "favourited your post",
    "poll": "asked in a poll that has ended",
    "update": "edited a post you had to do with",
    "admin.sign_up": "signed up",
    "admin.report": "reported somebody",
}
PER_PAGE = 20


class Told(Struct, frozen=True):
    """A group of notifications that say the same; `others` is how many more people there are than `accounts`."""

    kind: str
    said: str
    accounts: list[Account]
    others: int
    post: Status | None
    at: str
    unread: bool


class _Rendered(Struct, frozen=True):
    accounts: list[Account]
    statuses: list[Status]
    notification_groups: list[dict[str, object]]


_rendered = msgspec.json.Decoder(_Rendered)


@require_safe
@for_members
def index(request: HttpRequest) -> HttpResponse:
    """What somebody was told; reading the first page of all marks it as read."""
    call = reading.call_of(request)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    read_up_to, paging = marker(call.me), Paging(PER_PAGE, max_id=reading.cursor(request))
    groups = grouped(call.me, _choice(call, kind), paging, GROUPABLE)
    if groups and not kind and paging.max_id is None and groups[0].newest.id > read_up_to:
        markers.save(call.me, {"notifications": groups[0].newest.id})
    page = {
        "told": _told(call, groups, read_up_to),
        "older": min(group.oldest_id for group in groups) if len(groups) == PER_PAGE else None,
        "kinds": {name: title for name, (title, _) in KINDS.items()},
        "kind": kind,
        "kept": f"kind={kind}&" if kind else "",
    }
    return render(request, "pages/notifications.html", page)


def _choice(call: Call, kind: str) -> Choice:
    house = call.viewer is not None and call.viewer.is_moderator
    wanted = KINDS[kind][1] or tuple(k for k in ALL_KINDS if house or k not in OF_THE_HOUSE)
    return Choice(wanted)


def _told(call: Call, groups: list[Group], read_up_to: int) -> list[Told]:
    """As the API writes them out; what the reader filters is left out there."""
    found = _rendered.decode(render_groups(call, groups))
    accounts = {int(a.id): a for a in found.accounts}
    statuses = {int(s.id): s for s in found.statuses}
    shown = {g["group_key"]: str(g["latest_page_notification_at"]) for g in found.notification_groups}
    return [
        Told(
            kind=group.newest.kind,
            said=SAID[group.newest.kind],
            accounts=[accounts[i] for i in group.actor_ids if i in accounts],
            others=max(0, group.count - len(group.actor_ids)),
            post=statuses.get(group.newest.post_id or 0),
            at=shown[group.newest.key],
            unread=group.newest.id > read_up_to,
        )
        for group in groups
        if group.newest.key in shown
    ]
