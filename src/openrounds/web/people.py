"""Accounts for pages, as the API shows them."""

from collections.abc import Collection, Sequence

import msgspec

from openrounds.api.call import Call
from openrounds.api.entities.account import Account
from openrounds.api.rendering import render_account_parts

_account = msgspec.json.Decoder(Account)


def by_id(call: Call, ids: Collection[int]) -> dict[int, Account]:
    """Those that exist; one query."""
    return {i: _account.decode(part) for i, part in render_account_parts(call.base, ids).items()}


def in_order(call: Call, ids: Sequence[int]) -> list[Account]:
    found = by_id(call, ids)
    return [found[i] for i in ids if i in found]
