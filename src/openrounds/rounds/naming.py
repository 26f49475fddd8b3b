"""Names in addresses."""

import secrets

from django.utils.text import slugify

SLUG_CHARACTERS = 60


def free_slug(title: str) -> str:
    """A readable name for an address that nobody has."""
    return f"{slugify(title)[:SLUG_CHARACTERS].strip('-') or 'round'}-{secrets.token_hex(3)}"
