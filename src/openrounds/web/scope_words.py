"""OAuth scopes in plain words, for the page on which a person lets an app in."""

from openrounds.oauth.scopes import split

WORDS = {
    "read": "read everything that you can read, your direct posts and settings included",
    "write": "post in your name, change your profile and lists, upload files and report",
    "follow": "follow, mute and block people for you",
    "push": "send you push notifications",
    "profile": "see your name and picture",
    "admin:read": "read what only moderators may read",
    "admin:write": "moderate for you",
}
THINGS = {
    "accounts": "your profile and accounts",
    "blocks": "whom you block",
    "bookmarks": "your bookmarks",
    "collections": "your collections",
    "conversations": "your conversations",
    "favourites": "your favourites",
    "filters": "your filters",
    "follows": "whom you follow",
    "lists": "your lists",
    "media": "files that you upload",
    "mutes": "whom you mute",
    "notifications": "your notifications",
    "reports": "reports",
    "search": "search results",
    "statuses": "posts, direct ones included",
    "domain_allows": "allowed servers",
    "domain_blocks": "blocked servers",
    "ip_blocks": "blocked addresses",
    "email_domain_blocks": "blocked e-mail domains",
    "canonical_email_blocks": "blocked e-mail addresses",
}
VERBS = {
    "read": "read",
    "write": "change",
    "admin:read": "as a moderator, read",
    "admin:write": "as a moderator, change",
}


def in_words(scopes: str) -> list[str]:
    """One phrase for each scope, to follow "It may"."""
    return [WORDS.get(scope) or _fine(scope) for scope in split(scopes)]


def _fine(scope: str) -> str:
    verb, _, thing = scope.rpartition(":")
    return f"{VERBS[verb]} {THINGS[thing]}"
