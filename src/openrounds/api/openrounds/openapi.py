"""The description of this API for programs."""

from openrounds.api import openapi
from openrounds.api.call import Call, Reply
from openrounds.api.routing import anyone, route


@route("GET", "/api/openapi.json", anyone(), returns=bytes)
def show(_call: Call) -> Reply:
    """The OpenAPI 3.1 document of everything that is here."""
    return Reply(openapi.document(), headers={"Cache-Control": "public, max-age=3600"})
