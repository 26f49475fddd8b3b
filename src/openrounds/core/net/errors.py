"""Why a fetch did not bring an answer; the tree is drawn in the package's docstring.

Messages may name the host but never carry headers or bodies, so they are safe to log.
"""


class FetchError(Exception):
    """The fetch brought no usable answer."""


class FetchRefused(FetchError):
    """A rule of ours forbids this URL, port, address or redirect."""


class FetchWrongType(FetchError):
    """The answer's content type is not one the caller accepts."""


class FetchTooLarge(FetchError):
    """The answer is larger, once decompressed, than the caller's limit."""


class FetchTimedOut(FetchError):
    """The deadline for the whole fetch passed."""


class FetchFailed(FetchError):
    """The name, the network, TLS or the peer's HTTP failed."""
