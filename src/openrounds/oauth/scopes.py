"""OAuth scopes as Mastodon knows them: the coarse `read` and `write` hold the fine ones, `follow` some of both."""

READ = "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses".split()
WRITE = (
    "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes notifications "
    "reports statuses"
).split()
ADMIN = "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks canonical_email_blocks".split()

FINE = {
    "read": [f"read:{s}" for s in READ],
    "write": [f"write:{s}" for s in WRITE],
    "follow": [f"{verb}:{s}" for verb in ("read", "write") for s in ("blocks", "follows", "mutes")],
    "admin:read": [f"admin:read:{s}" for s in ADMIN],
    "admin:write": [f"admin:write:{s}" for s in ADMIN],
    "push": [],
    "profile": [],
}
ALL = frozenset([*FINE, *(fine for group in FINE.values() for fine in group)])


def split(scopes: str) -> tuple[str, ...]:
    """The scopes of a space- or plus-separated text, each once, in order."""
    return tuple(dict.fromkeys(scopes.replace("+", " ").split()))


def unknown(scopes: str) -> list[str]:
    return [s for s in split(scopes) if s not in ALL]


def expand(scopes: str) -> frozenset[str]:
    """Everything those scopes allow, fine ones spelt out."""
    return frozenset(fine for s in split(scopes) for fine in (s, *FINE.get(s, ())))


def within(asked: str, allowed: str) -> bool:
    """Whether everything asked for is allowed."""
    return expand(asked) <= expand(allowed)
