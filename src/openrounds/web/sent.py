"""What every form of the pages has in common: how often it may be sent, and where one is taken afterwards."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from openrounds.api.call import Call
from openrounds.api.rates import PER_PERSON, SPECIAL
from openrounds.api.routing import Rate
from openrounds.core.errors import TooManyRequests
from openrounds.core.limits import Counters, Limit
from openrounds.core.options import options
from openrounds.core.origin import client_ip, network_of
from openrounds.web.access import person_of


def charge(request: HttpRequest, rate: Rate = "api") -> None:
    """Counts what somebody sends together with what his apps send (`api.rates`). Raises TooManyRequests."""
    if not options().rate_limits:
        return
    counters: Counters = settings.COUNTERS
    limits: list[Limit | None] = [PER_PERSON, SPECIAL[rate]]
    key = f"person {person_of(request).pk}"
    spent = [counters.count(limit, key).spent for limit in limits if limit]
    if any(spent):
        raise TooManyRequests


def charge_anybody(call: Call, rate: Rate) -> None:
    """Counts what is asked for by people and strangers, these by their address. Raises TooManyRequests."""
    limit = SPECIAL[rate]
    if not options().rate_limits or limit is None:
        return
    address = network_of(client_ip(call.request))
    key = f"person {call.viewer.user_id}" if call.viewer else f"address {address}"
    counters: Counters = settings.COUNTERS
    if counters.count(limit, key).spent:
        raise TooManyRequests


_KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
SENT_COOKIE, EVERYTHING, KEEP_FOR = "sent", "*", 600


def taken(request: HttpRequest, response: HttpResponse, key: str) -> HttpResponse:
    """Tells the browser that what was sent under that key is safe here: now it may forget the draft (assets/drafts.ts)."""
    if key == EVERYTHING or _KEY.fullmatch(key):
        response.set_cookie(SENT_COOKIE, key, max_age=KEEP_FOR, samesite="Lax", secure=request.is_secure())
    return response


def back(request: HttpRequest, default: str, *, place: str = "") -> HttpResponse:
    """To where the form stood (`next`), if that is a page of ours, at `place`; else to the page of that name or path."""
    wanted = request.POST.get("next", "")
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(default)
    return redirect(f"{wanted}#{place}" if place and "#" not in wanted else wanted)
