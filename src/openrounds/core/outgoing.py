"""The dialler of `core.net`, as the operator has set it up: the one that everything fetched or sent goes through."""

from functools import lru_cache

from openrounds.core.net import AddressPolicy, Dialler, user_agent
from openrounds.core.options import options


def dialler() -> Dialler:
    o = options()
    return _make(frozenset(o.private_hosts), user_agent(o.domain or "localhost"))


@lru_cache(maxsize=4)
def _make(private_hosts: frozenset[str], agent: str) -> Dialler:
    return Dialler(AddressPolicy(private_hosts), agent=agent)
