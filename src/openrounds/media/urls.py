"""Where a stored file is fetched from. `base` is the server's scheme and host."""

from openrounds.core.options import options

MISSING_AVATAR = "/static/openrounds/avatars/missing.png"
MISSING_HEADER = "/static/openrounds/headers/missing.png"


def file_url(base: str, name: str) -> str:
    """From the separate host where one is configured."""
    return f"{options().media_host or base}/media/{name}"


def picture_url(base: str, name: str, missing: str) -> str:
    """A profile's picture, or the one that stands for none."""
    return file_url(base, name) if name else base + missing
