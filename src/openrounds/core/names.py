"""Names that people and servers go by: usernames, domains, `user@domain`, e-mail addresses.

Pure checks. Nothing here may look a name up; whether it exists or is taken is asked elsewhere.
"""

import re
import unicodedata
from typing import Final, NamedTuple

import idna

LOCAL_USERNAME_LIMIT: Final = 30
REMOTE_USERNAME_LIMIT: Final = 2048
DOMAIN_LIMIT: Final = 253
EMAIL_LIMIT: Final = 320

# What a mailbox, a host or a route is conventionally called: whoever held one of these could pass for the server.
_RESERVED = """
    about abuse account accounts admin administrator api auth autoconfig autodiscover contact
    explore feedback help helpdesk home hostmaster inbox info instance_actor login logout mail
    mailer_daemon me media mod moderation moderator moderators mods no_reply nobody noreply
    notifications oauth official openrounds operator outbox owner postmaster privacy public register
    root security server settings signup ssladmin staff static streaming support sysadmin system
    tags usenet uucp webmaster well_known www
"""
RESERVED_USERNAMES: Final = frozenset(_RESERVED.split())

_LOCAL_USERNAME = re.compile(r"[a-z0-9_]+", re.IGNORECASE | re.ASCII)
_REMOTE_USERNAME = re.compile(r"[a-z0-9_]++(?:[.-]++[a-z0-9_]++)*+", re.IGNORECASE | re.ASCII)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", re.ASCII)
_PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
# Narrower than RFC 5321: `%`, `!` and quoted local parts address a relay, a comma or a space a second recipient.
_EMAIL_LOCAL = re.compile(
    r"[a-z0-9_&'*+/=?^{|}~#$-]+(?:\.[a-z0-9_&'*+/=?^{|}~#$-]+)*", re.IGNORECASE | re.ASCII
)
_EMAIL_LOCAL_LIMIT = 64
_MAX_PORT = 65535
_LABEL_LIMIT = 63  # RFC 1035


class BadName(ValueError):
    """A name that cannot be had; str() says why.

    `code` is one of ERR_BLANK, ERR_INVALID, ERR_TOO_LONG, ERR_RESERVED.
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class Acct(NamedTuple):
    """`domain` is None for somebody of this server; otherwise normalised, with the port if one was given."""

    username: str
    domain: str | None


def check_username(name: str) -> None:
    """Refuse, with BadName, what a new account of this server may not be called; capitals make no difference."""
    if not name:
        raise BadName("ERR_BLANK", "can't be blank")
    if len(name) > LOCAL_USERNAME_LIMIT:
        raise BadName("ERR_TOO_LONG", f"is too long (maximum is {LOCAL_USERNAME_LIMIT} characters)")
    if not _LOCAL_USERNAME.fullmatch(name):
        raise BadName("ERR_INVALID", "must contain only letters, numbers and underscores")
    if name.lower() in RESERVED_USERNAMES:
        raise BadName("ERR_RESERVED", "is reserved")


def normalise_domain(text: str) -> str:
    """Return host or host:port in lower case, in its ASCII form (RFC 5891, UTS 46), without a final dot.

    Refuses, with BadName, anything else that can stand in a URL's authority: user info, paths, IPv6 literals.
    """
    if len(text) > DOMAIN_LIMIT + len(".:65535"):  # before idna, whose cost grows faster than its input
        raise BadName("ERR_TOO_LONG", "is too long for a domain")
    host, colon, port = text.strip().partition(":")
    host = _ascii_host(host)
    if not colon:
        return host
    if not _PORT.fullmatch(port) or not 0 < int(port) <= _MAX_PORT:
        raise BadName("ERR_INVALID", "has no valid port")
    return f"{host}:{int(port)}"


def _ascii_host(host: str) -> str:
    if host.isascii():
        ascii_host = host.lower().removesuffix(".")
    else:
        try:
            ascii_host = (
                idna.encode(unicodedata.normalize("NFC", host), uts46=True).decode().removesuffix(".")
            )
        except (idna.IDNAError, UnicodeError) as error:
            raise BadName("ERR_INVALID", "is not a valid domain") from error
    labels = ascii_host.split(".")
    well_formed = all(_HOST.fullmatch(label) and len(label) <= _LABEL_LIMIT for label in labels)
    if not well_formed or len(ascii_host) > DOMAIN_LIMIT:
        raise BadName("ERR_INVALID", "is not a valid domain")
    return ascii_host


def parse_acct(text: str) -> Acct:
    """Split `user`, `@user` or `user@domain` (RFC 7565's userpart and host); the username keeps its capitals."""
    username, at, domain = text.strip().removeprefix("@").partition("@")
    if len(username) > REMOTE_USERNAME_LIMIT or not _REMOTE_USERNAME.fullmatch(username):
        raise BadName("ERR_INVALID", "is not a valid account name")
    return Acct(username, normalise_domain(domain) if at else None)


def check_email(address: str) -> None:
    """Refuse, with BadName, an address that is malformed or could reach anybody but one mailbox."""
    if not address:
        raise BadName("ERR_BLANK", "can't be blank")
    if len(address) > EMAIL_LIMIT:
        raise BadName("ERR_TOO_LONG", f"is too long (maximum is {EMAIL_LIMIT} characters)")
    local, at, domain = address.partition("@")
    if not at or len(local) > _EMAIL_LOCAL_LIMIT or not _EMAIL_LOCAL.fullmatch(local):
        raise BadName("ERR_INVALID", "is not a valid e-mail address")
    if domain != domain.strip() or ":" in domain or domain.endswith("."):
        raise BadName("ERR_INVALID", "is not a valid e-mail address")
    normalise_domain(domain)
