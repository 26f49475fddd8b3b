"""The one place of OpenRounds that dials out.

Callers use what this module exports and nothing beneath it. It reads no settings, keeps no cookies and no
state between two fetches, and never connects to an address the policy did not judge.

    FetchError
    ├── FetchRefused      a rule of ours forbids the URL, port, address or redirect; never worth a retry
    ├── FetchWrongType    answered, but not with a content type the caller accepts
    ├── FetchTooLarge     more bytes, after decompression, than the caller's limit
    ├── FetchTimedOut     the deadline passed; may work later
    └── FetchFailed       name, network, TLS or protocol failure; may work later
"""

from openrounds.core.net.addresses import AddressPolicy
from openrounds.core.net.dialler import Dialler, Fetched, FetchLimits, user_agent
from openrounds.core.net.errors import (
    FetchError,
    FetchFailed,
    FetchRefused,
    FetchTimedOut,
    FetchTooLarge,
    FetchWrongType,
)
from openrounds.core.net.names import Resolver, system_resolver

__all__ = [
    "AddressPolicy",
    "Dialler",
    "FetchError",
    "FetchFailed",
    "FetchLimits",
    "FetchRefused",
    "FetchTimedOut",
    "FetchTooLarge",
    "FetchWrongType",
    "Fetched",
    "Resolver",
    "system_resolver",
    "user_agent",
]
