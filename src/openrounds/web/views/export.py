"""Taking one's own data along."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from openrounds.core.errors import Conflict, NotFound, TooManyRequests
from openrounds.core.options import options
from openrounds.core.paging import GREATEST
from openrounds.portability.access import access_archive
from openrounds.portability.actions import ask_for_archive
from openrounds.portability.queries import TABLES, archives_of
from openrounds.portability.rules import table
from openrounds.web import reading
from openrounds.web.access import for_members, person_of
from openrounds.web.views.own_settings import either
from openrounds.web.words import refusal_in_words

LABELS = {
    "following_accounts": gettext_lazy("Whom you follow"),
    "followers": gettext_lazy("Who follows you"),
    "lists": gettext_lazy("Your lists"),
    "blocked_accounts": gettext_lazy("Whom you block"),
    "muted_accounts": gettext_lazy("Whom you mute"),
    "blocked_domains": gettext_lazy("Servers that you block"),
    "bookmarks": gettext_lazy("Your bookmarks"),
}


@either
@for_members
def index(request: HttpRequest) -> HttpResponse:
    """A POST asks for an archive, which is then made by a worker."""
    account = person_of(request).account
    if request.method == "POST":
        try:
            ask_for_archive(account, reading.call_of(request).base)
        except (Conflict, TooManyRequests) as refusal:
            messages.warning(request, f"{refusal_in_words(refusal.message)}.")
        return redirect("export")
    page = {
        "title": _("Take your data with you"),
        "tables": [(name, LABELS[name]) for name in TABLES],
        "archives": archives_of(account.pk),
        "posts": account.posts_count,
    }
    return render(request, "settings/export.html", page)


@require_safe
@for_members
def csv(request: HttpRequest, name: str) -> HttpResponseBase:
    """One table, in the format that Mastodon imports, written out as it is read."""
    if name not in TABLES:
        raise NotFound
    host = options().domain or request.get_host()
    rows = TABLES[name](person_of(request).account_id, host)
    response = StreamingHttpResponse((table([row]) for row in rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_safe
@for_members
def archive(request: HttpRequest, archive_id: int) -> HttpResponseBase:
    path = access_archive(person_of(request).account_id, min(archive_id, GREATEST))
    return FileResponse(path.open("rb"), as_attachment=True, filename="openrounds-archive.zip")
