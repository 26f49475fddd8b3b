"""The only door from an account's id or name to the account, for a person."""

from openrounds.accounts.models import Account
from openrounds.core.errors import NotFound


def access_account(viewer_id: int | None, account_id: int) -> Account:
    """An account; suspended ones are shown as suspended, so they are found too."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound
    return account
