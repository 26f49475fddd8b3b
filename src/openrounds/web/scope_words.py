"""OAuth scopes in plain words, for the page on which a person lets an app in."""

from django.utils.translation import gettext, gettext_noop

from openrounds.oauth.scopes import split

WORDS = {
    "read": gettext_noop("read everything that you can read, your direct posts and settings included"),
    "write": gettext_noop("post in your name, change your profile and lists, upload files and report"),
    "follow": gettext_noop("follow, mute and block people for you"),
    "push": gettext_noop("send you push notifications"),
    "profile": gettext_noop("see your name and picture"),
    "admin:read": gettext_noop("read what only moderators may read"),
    "admin:write": gettext_noop("moderate for you"),
}
THINGS = {
    "accounts": gettext_noop("your profile and accounts"),
    "blocks": gettext_noop("whom you block"),
    "bookmarks": gettext_noop("your bookmarks"),
    "collections": gettext_noop("your collections"),
    "conversations": gettext_noop("your conversations"),
    "favourites": gettext_noop("your favourites"),
    "filters": gettext_noop("your filters"),
    "follows": gettext_noop("whom you follow"),
    "lists": gettext_noop("your lists"),
    "media": gettext_noop("files that you upload"),
    "mutes": gettext_noop("whom you mute"),
    "notifications": gettext_noop("your notifications"),
    "reports": gettext_noop("reports"),
    "search": gettext_noop("search results"),
    "statuses": gettext_noop("posts, direct ones included"),
    "domain_allows": gettext_noop("allowed servers"),
    "domain_blocks": gettext_noop("blocked servers"),
    "ip_blocks": gettext_noop("blocked addresses"),
    "email_domain_blocks": gettext_noop("blocked e-mail domains"),
    "canonical_email_blocks": gettext_noop("blocked e-mail addresses"),
}
VERBS = {
    "read": gettext_noop("read %s"),
    "write": gettext_noop("change %s"),
    "admin:read": gettext_noop("as a moderator, read %s"),
    "admin:write": gettext_noop("as a moderator, change %s"),
}


def in_words(scopes: str) -> list[str]:
    """One phrase for each scope, to follow "It may"."""
    return [gettext(WORDS[scope]) if scope in WORDS else _fine(scope) for scope in split(scopes)]


def _fine(scope: str) -> str:
    verb, _, thing = scope.rpartition(":")
    return gettext(VERBS[verb]) % gettext(THINGS[thing])
