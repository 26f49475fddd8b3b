"""The dialler of `core.net`, as the operator has set it up: the one that everything fetched or sent goes through."""

from functools import lru_cache
from typing import TYPE_CHECKING

from openrounds.core.net import AddressPolicy
from openrounds.core.options import options

if TYPE_CHECKING:
    from openrounds.core.net.dialler import Dialler


def dialler() -> "Dialler":
    o = options()
    return _make(frozenset(o.private_hosts), o.domain or "localhost")


@lru_cache(maxsize=4)
def _make(private_hosts: frozenset[str], server: str) -> "Dialler":
    from openrounds.core.net.dialler import Dialler, user_agent

    return Dialler(AddressPolicy(private_hosts), agent=user_agent(server))
