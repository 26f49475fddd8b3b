"""Pages show what the API shows: they ask its renderers, as the person who is signed in."""

from collections.abc import Sequence

import msgspec
from django.http import HttpRequest

from openrounds.accounts.models import User
from openrounds.api.call import Call
from openrounds.api.entities.account import Account
from openrounds.api.entities.status import Status
from openrounds.api.rendering import render_account, render_posts
from openrounds.oauth.access import Viewer
from openrounds.posts.lines import Line

_statuses = msgspec.json.Decoder(list[Status])
_account = msgspec.json.Decoder(Account)


def call_of(request: HttpRequest) -> Call:
    """The page's request as the API knows calls: of a stranger, or of whoever is signed in and may act."""
    person = request.user
    if not isinstance(person, User) or not person.may_act:
        return Call(request, None)
    viewer = Viewer(0, 0, frozenset(), person.account_id, person.pk, person.rank, has_filters=False)
    return Call(request, viewer)


def posts(call: Call, lines: Sequence[Line]) -> list[Status]:
    return _statuses.decode(render_posts(call, lines))


def account(call: Call, account_id: int) -> Account:
    return _account.decode(render_account(call, account_id))
