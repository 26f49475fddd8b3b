"""The composer that stands on several pages: who writes, what he answers, which hashtags are kept."""

from collections.abc import Sequence

from django.http import HttpRequest

from openrounds.accounts.models import Account, User
from openrounds.oauth.queries import list_actors
from openrounds.posts.models import Post
from openrounds.posts.queries import with_parts
from openrounds.web.context import is_member
from openrounds.web.forms.compose import ComposeForm

FEW_TAGS = 2


def blank(request: HttpRequest, *, tags: Sequence[str] = (), text: str = "") -> ComposeForm | None:
    """An empty composer that keeps these hashtags; None where a stranger reads."""
    person = request.user
    if not isinstance(person, User) or not is_member(request):
        return None
    initial = {"visibility": person.account.default_visibility, "text": text}
    return ComposeForm(initial=initial, actors=list_actors(person), tags=tags)


def reply_to(request: HttpRequest, post_id: int) -> ComposeForm | None:
    """A composer that answers that post, which the reader may see: no wider than it, to all it names, under its hashtags."""
    person = request.user
    if not isinstance(person, User) or not is_member(request):
        return None
    [post] = with_parts([post_id])
    initial: dict[str, object] = {
        "visibility": max(post.visibility, person.account.default_visibility),
        "text": _address(post, person.account),
        "in_reply_to": post.pk,
        "spoiler_text": post.spoiler_text,
    }
    tags = tags_of(post)
    # A post under many hashtags is in no one room: then the writer chooses.
    initial["tags"] = tags if len(tags) <= FEW_TAGS else []
    return ComposeForm(initial=initial, actors=list_actors(person), tags=tags)


def tags_of(post: Post) -> list[str]:
    """As their first users wrote them."""
    return [row.hashtag.display_name for row in post.hashtag_rows.all()]


def _address(post: Post, writer: Account) -> str:
    """The author and all he named, but for the writer."""
    named = [post.account, *(row.account for row in post.mention_rows.all())]
    others = dict.fromkeys(a.acct for a in named if a.pk != writer.pk)
    return "".join(f"@{acct} " for acct in others)
