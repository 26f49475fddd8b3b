"""Who posts."""

from msgspec import Struct

from openrounds.accounts.models import Account, User


class Author(Struct, frozen=True):
    """`account` is shown; `person` really wrote it (differs for teams), with the app of `application_id`."""

    account: Account
    person: User | None = None
    application_id: int | None = None
