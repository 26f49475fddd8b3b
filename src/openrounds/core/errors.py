"""Everything that can be refused, as one small tree. Mapped to HTTP in one place (`api.gateway`).

Refusal
├── BadRequest        400  a parameter is missing or malformed
├── NotSignedIn       401  no token, or one that is no longer good
├── NotPermitted      403  known who you are; you may not
├── NotFound          404  absent, or not for you: the two are never told apart
├── Gone              410
├── Conflict          409  somebody else was first
├── Invalid           422  understood, but cannot be accepted as it is
├── TooManyRequests   429
└── Unavailable       503  try again later
"""

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """A request that is turned down; `message` is for the person who made it."""

    status = 500
    default = "Something went wrong"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.default)
        self.message = message or self.default


class BadRequest(Refusal):
    status = 400
    default = "Bad request"


class NotSignedIn(Refusal):
    status = 401
    default = "The access token is invalid"


class NotPermitted(Refusal):
    status = 403
    default = "This action is not allowed"


class NotFound(Refusal):
    status = 404
    default = "Record not found"


class Conflict(Refusal):
    status = 409
    default = "Conflict during update, please try again"


class Gone(Refusal):
    status = 410
    default = "Gone"


class Invalid(Refusal):
    """`details` maps a field to (code, description) pairs, as Mastodon's account creation answers them. `about` names the part
    of what was sent that is wrong, where that is known, for pages to say it there."""

    status = 422
    default = "Validation failed"

    def __init__(
        self,
        message: str = "",
        details: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        *,
        about: str = "",
    ) -> None:
        super().__init__(message)
        self.details = details
        self.about = about


class TooManyRequests(Refusal):
    status = 429
    default = "Too many requests"


class Unavailable(Refusal):
    status = 503
    default = "The server is not able to answer just now"
