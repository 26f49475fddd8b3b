"""Pages show what the API shows: they ask its renderers, as the person who is signed in."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from msgspec import Struct

from openrounds.accounts import queries as accounts
from openrounds.accounts.models import User
from openrounds.accounts.queries import Relation
from openrounds.api.call import Call
from openrounds.api.entities.account import Account
from openrounds.api.entities.status import Status
from openrounds.api.rendering import render_account, render_accounts, render_posts
from openrounds.core.paging import Paging
from openrounds.hashtags import queries as hashtags
from openrounds.oauth.access import Viewer
from openrounds.posts import lines
from openrounds.posts.lines import Line, Source
from openrounds.posts.queries import pinned_among
from openrounds.search import trends
from openrounds.web.access import actors_of

PER_PAGE = 20
_statuses = msgspec.json.Decoder(list[Status])
_accounts = msgspec.json.Decoder(list[Account])
_account = msgspec.json.Decoder(Account)


def call_of(request: HttpRequest) -> Call:
    """The page's request as the API knows calls: of a stranger, or of whoever is signed in and may act."""
    person = request.user
    if not isinstance(person, User) or not person.may_act:
        return Call(request, None)
    viewer = Viewer(0, 0, frozenset(), person.account_id, person.pk, person.rank, has_filters=True)
    return Call(request, viewer)


def posts(call: Call, found: Sequence[Line], context: str = "") -> list[Status]:
    """`context` is where they are shown, for the viewer's filters (see `render_posts`)."""
    shown = _statuses.decode(render_posts(call, found, context=context))
    if call.account_id is not None and any(post.account.group for post in shown):
        _say_pins(call.request, [post for post in shown if post.account.group and post.reblog is None])
    return shown


def _say_pins(request: HttpRequest, by_teams: Sequence[Status]) -> None:
    """The API says of one's own posts alone whether they are pinned; a page says it to whoever may post as the team too."""
    teams = {str(account.pk) for account in actors_of(request)}
    own = [post for post in by_teams if post.account.id in teams]
    pinned = pinned_among(int(post.id) for post in own) if own else ()
    for post in own:
        post.pinned = int(post.id) in pinned


def account(call: Call, account_id: int) -> Account:
    return _account.decode(render_account(call, account_id))


def page(call: Call, source: Source, context: str = "") -> dict[str, Any]:
    """Some posts, the cursor of the next page where there may be one, and that of the newest."""
    found = lines.read(source, Paging(PER_PAGE, max_id=cursor(call.request)))
    return {
        "posts": posts(call, found, context),
        "older": found[-1].cursor if len(found) == PER_PAGE else None,
        "newest": found[0].cursor if found else 0,
        "first_page": cursor(call.request) is None,
        "folds": context == "home",
    }


def cursor(request: HttpRequest, name: str = "max_id") -> int | None:
    """Nonsense in the address is passed over."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


class Someone(Struct, frozen=True):
    """An account in a list, with what the viewer is to it (None for a stranger), and why it is there."""

    account: Account
    relation: Relation | None = None
    why: str = ""


def people(call: Call, ids: Sequence[int], why: Sequence[str] = ()) -> list[Someone]:
    """In that order; two queries. `why` goes along with the ids."""
    shown = {int(a.id): a for a in _accounts.decode(render_accounts(call, ids))}
    relations = {r.account_id: r for r in accounts.relationships(call.me, ids)} if call.account_id else {}
    reasons = dict(zip(ids, why, strict=False))
    return [Someone(shown[i], relations.get(i), reasons.get(i, "")) for i in ids if i in shown]


class Topic(Struct, frozen=True):
    """A hashtag that people use now. `uses` are those of the last seven days."""

    name: str
    uses: int


def debated(limit: int) -> list[Topic]:
    """Hashtags that more people use than usual, the liveliest first; three queries."""
    found = hashtags.by_ids(trends.hashtags(limit))
    days = hashtags.history([tag.pk for tag in found])
    return [Topic(tag.display_name, sum(day.uses for day in days[tag.pk])) for tag in found]


SUGGESTED = {
    "friends": gettext_noop("Followed by people you follow"),
    "specialty": gettext_noop("Works in your specialty"),
    "popular": gettext_noop("Followed by many here"),
}


def suggested(call: Call, limit: int) -> list[Someone]:
    """Whom the viewer might follow, and why."""
    found = accounts.suggestions(call.me, limit=limit)
    return people(call, [s.account_id for s in found], [gettext(SUGGESTED[s.ground.value]) for s in found])
