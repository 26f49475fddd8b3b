"""What a page needs to hear of news at once: where streams are, and a ticket for them."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from openrounds.api.render.instance import streaming_origin
from openrounds.oauth.tickets import make_ticket
from openrounds.web.access import person_of
from openrounds.web.context import is_member

PATH = "/api/v1/streaming"


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """`{"url": "wss://…", "ticket": "…", "me": "12"}`; `{}` where there is nothing to listen to."""
    origin = streaming_origin(request.get_host())
    key = request.session.session_key
    ticket = make_ticket(person_of(request).pk, key) if origin and key and is_member(request) else ""
    if not ticket:
        return JsonResponse({})
    me = str(person_of(request).account_id)
    return JsonResponse({"url": f"{origin}{PATH}", "ticket": ticket, "me": me})
