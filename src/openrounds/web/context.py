"""What every template may show."""

from django.http import HttpRequest

from openrounds.core.options import options


def server(_request: HttpRequest) -> dict[str, object]:
    """The server's own name and rules."""
    return {"server": options()}
