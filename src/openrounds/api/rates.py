"""How often a route may be called. Each route names one of these classes; the numbers are Mastodon's."""

from datetime import UTC, datetime

from django.conf import settings

from openrounds.api.call import Call
from openrounds.api.routing import Rate
from openrounds.core.errors import TooManyRequests
from openrounds.core.limits import Budget, Counters, Limit
from openrounds.core.options import options
from openrounds.core.origin import client_ip, network_of

PER_TOKEN = Limit("token", 300, 300)
PER_PERSON = Limit("person", 1500, 300)
PER_ADDRESS = Limit("address", 300, 300)
# Beside the general ones; counted per person, or per address where nobody is signed in.
SPECIAL: dict[Rate, Limit | None] = {
    "api": None,
    "media": Limit("media", 30, 1800),
    "delete": Limit("delete", 30, 1800),
    "apps": Limit("apps", 60, 600),
    "sign_up": Limit("sign_up", 5, 1800),
    "token": Limit("oauth", 60, 300),
    "mail": Limit("mail", 5, 1800),
    "archive": Limit("archive", 30, 600),  # a class may sit behind one address
}


def charge(call: Call, rate: Rate) -> dict[str, str]:
    """Counts the call; the headers of the limit that is closest to being reached. Raises TooManyRequests beyond it."""
    if not options().rate_limits:
        return {}
    budgets = _budgets(call, rate)
    closest = min(budgets, key=lambda b: (not b.spent, b.remaining / b.limit.times))
    headers = headers_of(closest)
    if closest.spent:
        raise Spent(headers)
    return headers


class Spent(TooManyRequests):
    """Beyond the limit; carries the headers that say until when."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__()
        self.headers = headers


def _budgets(call: Call, rate: Rate) -> list[Budget]:
    counters: Counters = settings.COUNTERS
    address = network_of(client_ip(call.request))
    viewer = call.viewer
    if viewer is None:
        budgets, key = [counters.count(PER_ADDRESS, address)], f"address {address}"
    else:
        key = (
            f"person {viewer.user_id}" if viewer.user_id else f"application {viewer.application_id} {address}"
        )
        budgets = [counters.count(PER_TOKEN, str(viewer.token_id)), counters.count(PER_PERSON, key)]
    if (special := SPECIAL[rate]) is not None:
        budgets.append(counters.count(special, key))
    return budgets


def headers_of(budget: Budget) -> dict[str, str]:
    """`X-RateLimit-*`; Reset is ISO 8601 with microseconds, which Mastodon.py parses to know how long to sleep."""
    reset = datetime.fromtimestamp(budget.resets_at, UTC)
    return {
        "X-RateLimit-Limit": str(budget.limit.times),
        "X-RateLimit-Remaining": str(budget.remaining),
        "X-RateLimit-Reset": f"{reset:%Y-%m-%dT%H:%M:%S.%f}Z",
    }
