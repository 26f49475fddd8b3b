"""What every template may show."""

from django.http import HttpRequest

from openrounds.core.options import options


def server(request: HttpRequest) -> dict[str, object]:
    """The server's settings, and the name that people type into an app."""
    return {"server": options(), "host": options().domain or request.get_host()}
