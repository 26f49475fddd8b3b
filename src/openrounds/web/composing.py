"""The composer that stands on several pages: who writes, what he answers, which hashtags are kept."""

from collections.abc import Sequence

from django.http import HttpRequest

from openrounds.accounts.models import Account
from openrounds.api.entities.status import Status
from openrounds.core.errors import NotFound
from openrounds.core.paging import GREATEST
from openrounds.posts import bodies, lines
from openrounds.posts.access import access_original
from openrounds.posts.bodies import Body
from openrounds.posts.rules import Draft, quote_visibility
from openrounds.web import reading
from openrounds.web.access import actors_of, person_of
from openrounds.web.forms.compose import ComposeForm
from openrounds.web.sheets import Sheet

FEW_TAGS = 2
MOST_TAGS = 8


def blank(request: HttpRequest, *, tags: Sequence[str] = (), text: str = "") -> Sheet:
    """An empty composer that keeps these hashtags."""
    visibility = person_of(request).account.default_visibility
    return Sheet(actors_of(request), visibility, text, tags=tags, ticked=tags)


def reply_to(request: HttpRequest, post_id: int) -> Sheet:
    """A composer that answers that post, which the writer may see: no wider than it, to all it names, under its hashtags."""
    post, person = bodies.read([post_id])[post_id], person_of(request)
    tags = tags_of(post)
    return Sheet(
        actors_of(request),
        max(post.visibility, person.account.default_visibility),
        _address(post, person.account),
        in_reply_to=post.id,
        spoiler_text=post.spoiler_text,
        tags=tags[:MOST_TAGS],
        # A post under many hashtags is in no one room: then the writer chooses.
        ticked=tags if len(tags) <= FEW_TAGS else [],
    )


def quote_of(request: HttpRequest, post_id: int) -> Sheet:
    """A composer that quotes that post, which the writer may quote."""
    post = bodies.read([post_id])[post_id]
    visibility = quote_visibility(person_of(request).account.default_visibility, post.visibility)
    return Sheet(actors_of(request), visibility, quote_of=post.id)


def out_of_draft(draft: Draft, account: Account, actors: Sequence[Account]) -> ComposeForm:
    """A composer with everything that was written, as whoever it was to be."""
    initial: dict[str, object] = {
        "text": draft.text,
        "spoiler_text": draft.spoiler_text,
        "sensitive": draft.sensitive,
        "visibility": account.default_visibility if draft.visibility is None else draft.visibility,
        "author": account.username,
        "in_reply_to": draft.in_reply_to_id,
        "quote_of": draft.quote_of_id,
    }
    if poll := draft.poll:
        initial |= {f"answer_{n}": text for n, text in enumerate(poll.options, 1)}
        initial |= {"lasts": int(poll.lasts.total_seconds())}
        initial |= {"multiple": poll.multiple, "hide_totals": poll.hide_totals}
    return ComposeForm(initial=initial, actors=actors)


def shown_post(request: HttpRequest, post_id: int | None) -> Status | None:
    """The post that is answered or quoted, while it may be seen."""
    if not post_id:
        return None
    call = reading.call_of(request)
    try:
        post = access_original(call.account_id, post_id if post_id <= GREATEST else 0)
    except NotFound:
        return None
    return reading.posts(call, lines.read_ids([post.pk]))[0]


def tags_of(post: Body) -> list[str]:
    """As their first users wrote them."""
    return [written for _, written in post.hashtags]


def _address(post: Body, writer: Account) -> str:
    """The author and all he named, but for the writer."""
    others = dict.fromkeys(who.acct for who in (post.author, *post.mentioned) if who.id != writer.pk)
    return "".join(f"@{acct} " for acct in others)
