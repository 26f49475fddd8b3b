"""Who answered a poll: how many of which role, so that nobody takes it for the public's or the profession's opinion."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from openrounds.accounts.models import Role
from openrounds.core.errors import NotFound
from openrounds.posts.access import access_original
from openrounds.posts.queries import polls_of, voters_by_role
from openrounds.posts.rules import FEWEST_TOLD, told_by_kind
from openrounds.web import reading
from openrounds.web.views.acting import known


@require_safe
def voters(request: HttpRequest, post_id: int) -> HttpResponse:
    """For whoever may read the post. Says nothing of what anybody chose."""
    post = access_original(reading.call_of(request).account_id, known(post_id))
    poll = next(iter(polls_of([post.pk])), None)
    if poll is None:
        raise NotFound
    counts = voters_by_role(poll.pk)
    told = [(gettext(Role(role).label) if role else "", n) for role, n in told_by_kind(counts).items()]
    page = {"post_row": post, "told": told, "sum": counts.total(), "fewest": FEWEST_TOLD}
    return render(request, "pages/voters.html", page)
