"""The one place of OpenRounds that dials out.

Callers use what this module exports, the `Dialler` that `core.outgoing` makes for them, and nothing beneath it. It reads
no settings, keeps no cookies and no state between two fetches, and never connects to an address the policy did not judge.
The dialler is imported (with httpx) by the process that dials out, when it first does: most never do.

    FetchError
    ├── FetchRefused      a rule of ours forbids the URL, port, address or redirect; never worth a retry
    ├── FetchWrongType    answered, but not with a content type the caller accepts
    ├── FetchTooLarge     more bytes, after decompression, than the caller's limit
    ├── FetchTimedOut     the deadline passed; may work later
    └── FetchFailed       name, network, TLS or protocol failure; may work later
"""

from openrounds.core.net.addresses import AddressPolicy
from openrounds.core.net.answers import Fetched, FetchLimits
from openrounds.core.net.errors import (
    FetchError,
    FetchFailed,
    FetchRefused,
    FetchTimedOut,
    FetchTooLarge,
    FetchWrongType,
)

__all__ = [
    "AddressPolicy",
    "FetchError",
    "FetchFailed",
    "FetchLimits",
    "FetchRefused",
    "FetchTimedOut",
    "FetchTooLarge",
    "FetchWrongType",
    "Fetched",
]
