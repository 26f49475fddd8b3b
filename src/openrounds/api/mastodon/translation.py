"""Translation. `configuration.translation.enabled` is false: nothing here translates, and the answer says so."""

from msgspec import Struct

from openrounds.accounts.models import Visibility
from openrounds.api.call import Call
from openrounds.api.entities.status import Translation
from openrounds.api.routing import person, route
from openrounds.core.errors import NotFound, NotPermitted
from openrounds.posts import access


class TranslateParams(Struct):
    """Into which language."""

    lang: str = ""


@route(
    "POST",
    "/api/v1/statuses/:id/translate",
    person("read:statuses"),
    params=TranslateParams,
    returns=Translation,
)
def translate(call: Call, id: int) -> Translation:
    """403 for a post that is not public, else 404."""
    post = access.access_original(call.me, id)
    if post.visibility > Visibility.UNLISTED:
        raise NotPermitted("Only public posts can be translated")
    raise NotFound("This server does not translate posts")
