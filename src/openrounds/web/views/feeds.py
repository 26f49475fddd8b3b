"""RSS of accounts and hashtags: what a stranger may read, for feed readers."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import conditional_page, require_safe

from openrounds.accounts.access import access_local
from openrounds.accounts.models import Account
from openrounds.api.call import Call
from openrounds.api.entities.status import Status
from openrounds.core.options import options
from openrounds.core.paging import Paging
from openrounds.core.text import plain_text
from openrounds.hashtags.rules import fold
from openrounds.posts import lines
from openrounds.posts.lines import Source
from openrounds.posts.queries import of_account
from openrounds.timelines import queries as timelines
from openrounds.timelines.queries import TagChoice
from openrounds.web import reading
from openrounds.web.rss import Rss

LENGTH = 20
TITLE = 80

if TYPE_CHECKING:
    _Feed = Feed[Status, Any]
else:
    _Feed = Feed  # generic for the type checker alone


class PostFeed(_Feed):
    """The latest posts of a source, as anybody may read them, whoever asks."""

    feed_type = Rss

    def _latest(self, request: HttpRequest, source: Source) -> list[Status]:
        found = lines.read(source, Paging(LENGTH))
        return [post for post in reading.posts(Call(request, None), found) if post.visibility == "public"]

    def item_title(self, item: Status) -> str:
        said = item.spoiler_text or plain_text(item.content)
        return Truncator(" ".join(said.split())).chars(TITLE) or item.account.acct

    def item_description(self, item: Status) -> str:
        """Behind a warning there is the warning alone: whoever wants more opens the post."""
        return item.spoiler_text or item.content

    def item_link(self, item: Status) -> str:
        return item.url or item.uri

    def item_pubdate(self, item: Status) -> datetime:
        return datetime.fromisoformat(item.created_at)

    def item_author_name(self, item: Status) -> str:
        return item.account.display_name or item.account.acct

    def item_categories(self, item: Status) -> list[str]:
        return [tag.name for tag in item.tags]


class AccountFeed(PostFeed):
    """What somebody has posted, without replies to others and boosts."""

    def get_object(self, request: HttpRequest, *_: Any, **named: Any) -> Account:
        self.request = request
        return access_local(named["username"])

    def title(self, obj: Account) -> str:
        return f"{obj.display_name or obj.username} (@{obj.username})"

    def description(self, obj: Account) -> str:
        return obj.note

    def link(self, obj: Account) -> str:
        return reverse("profile", args=[obj.username])

    def items(self, obj: Account) -> list[Status]:
        source = of_account(obj.pk, None, exclude_replies=True, exclude_boosts=True)
        return self._latest(self.request, source)


class HashtagFeed(PostFeed):
    """What is posted under a hashtag."""

    def get_object(self, request: HttpRequest, *_: Any, **named: Any) -> str:
        self.request = request
        return str(named["name"])

    def title(self, obj: str) -> str:
        return f"#{obj} · {options().title}"

    def description(self, obj: str) -> str:
        return f"#{obj}"

    def link(self, obj: str) -> str:
        return reverse("hashtag", args=[obj])

    def items(self, obj: str) -> list[Status]:
        return self._latest(self.request, timelines.hashtag(None, TagChoice(fold(obj))))


@require_safe
@conditional_page
def account(request: HttpRequest, username: str) -> HttpResponse:
    return _public(AccountFeed()(request, username=username))


@require_safe
@conditional_page
def hashtag(request: HttpRequest, name: str) -> HttpResponse:
    return _public(HashtagFeed()(request, name=name))


def _public(response: HttpResponse) -> HttpResponse:
    """The same for everybody, so caches may keep it for as long as readers usually wait; who asks again sooner or later is
    sent it only when something is new."""
    response["Cache-Control"] = "public, max-age=300"
    return response
