"""What every template may show."""

from collections.abc import Callable

from django.http import HttpRequest

from openrounds.accounts.models import Rank, User
from openrounds.core.options import options
from openrounds.timelines.notification_queries import Choice, count, marker
from openrounds.web.access import person_of
from openrounds.web.holding import Held, held_for

THEMES = ("light", "dark")
MOST_UNREAD = 99


def server(request: HttpRequest) -> dict[str, object]:
    """The server's settings, the name that people type into an app, and what is about the person who reads."""
    theme = request.COOKIES.get("theme", "")
    return {
        "server": options(),
        "host": options().domain or request.get_host(),
        "theme": theme if theme in THEMES else "",
        "member": is_member(request),
        "moderates": moderates(request),
        "unread": _unread(request),
        "held": _held(request),
    }


def is_member(request: HttpRequest) -> bool:
    """Signed in, and free to act."""
    person = getattr(request, "user", None)
    return isinstance(person, User) and person.may_act and not person.account.suspended_at


def moderates(request: HttpRequest) -> bool:
    """Whether the reader keeps the house."""
    return is_member(request) and person_of(request).rank >= Rank.MODERATOR


def _held(request: HttpRequest) -> Callable[[], list[Held]]:
    """Only where posts are held; one query, and one more for a post that is."""
    return lambda: held_for(person_of(request)) if options().undo_seconds else []


def _unread(request: HttpRequest) -> Callable[[], int]:
    """Asked for only where it is shown; two queries."""

    def unread() -> int:
        account_id = person_of(request).account_id
        return count(account_id, Choice(), above=marker(account_id), most=MOST_UNREAD)

    return unread
