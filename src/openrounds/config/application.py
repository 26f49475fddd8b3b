"""What web servers call for each request."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from openrounds.api.gateway import PREFIXES
from openrounds.core import db


class Application(WSGIHandler):
    """Django's. What it does around a request for pages and old connections, by signals, costs as much as a timeline's queries;
    the API, which is answered in the first middleware, has what it needs of that done directly."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not environ["PATH_INFO"].startswith(PREFIXES):
            return super().__call__(environ, start_response)
        db.settle()
        request = WSGIRequest(environ)
        response: Any = self.get_response(request)
        request.close()
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        return [response.content]
