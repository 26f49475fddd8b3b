"""What an application may register and where an answer is sent (RFC 6749 §3.1.2). Pure functions."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"
MOST_REDIRECT_URIS: Final = 20
LONGEST_URI: Final = 2000
CODE_SECONDS: Final = 600
# What a browser would run, show or read in the name of our own page.
FORBIDDEN_SCHEMES: Final = frozenset(
    ("javascript", "data", "vbscript", "file", "blob", "about", "view-source")
)


def split_redirect_uris(given: Sequence[str]) -> list[str]:
    """The URIs, each once, in order; every item may itself hold several, one a line."""
    return list(dict.fromkeys(uri for item in given for line in item.splitlines() if (uri := line.strip())))


def is_redirect_uri(uri: str) -> bool:
    """Absolute, without a fragment; any scheme an app may have made its own, and no host is needed
    (`icecubesapp://`). Never rewritten: it is compared byte for byte."""
    if uri == OUT_OF_BAND:
        return True
    if len(uri) > LONGEST_URI or "#" in uri or any(ord(c) <= 0x20 or ord(c) == 0x7F for c in uri):
        return False
    try:
        scheme = urlsplit(uri).scheme
    except ValueError:
        return False
    return bool(scheme) and scheme.lower() not in FORBIDDEN_SCHEMES


def is_website(url: str) -> bool:
    """A page that people may be sent to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= LONGEST_URI


def with_query(redirect_uri: str, query: str) -> str:
    """The redirect URI with the answer in its query; what the app registered stays as it is, to the byte."""
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"


def form_target(redirect_uri: str) -> str:
    """What a Content-Security-Policy calls the place that the consent form leads to: browsers hold `form-action`
    against the redirect that follows the form too. An origin for the web, else the scheme."""
    parts = urlsplit(redirect_uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
