"""What a post said before it was edited."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from openrounds.api.entities.status import StatusEdit
from openrounds.api.render import edits
from openrounds.api.rendering import render_account
from openrounds.posts.access import access_original
from openrounds.web import reading
from openrounds.web.views.acting import known

_edits = msgspec.json.Decoder(list[StatusEdit])


@require_safe
def history(request: HttpRequest, post_id: int) -> HttpResponse:
    """Every wording, the newest first, for whoever may read the post."""
    call = reading.call_of(request)
    post = access_original(call.account_id, known(post_id))
    author = msgspec.Raw(render_account(call, post.account_id))
    wordings = _edits.decode(msgspec.json.encode(edits.render(call.base, post, author)))
    page = {"wordings": wordings[::-1], "post_row": post}
    return render(request, "pages/history.html", page)
