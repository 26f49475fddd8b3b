"""Who posts."""

from dataclasses import dataclass

from openrounds.accounts.models import Account, User


@dataclass(frozen=True)
class Author:
    """`account` is shown; `person` really wrote it (differs for teams), with the app of `application_id`."""

    account: Account
    person: User | None = None
    application_id: int | None = None
