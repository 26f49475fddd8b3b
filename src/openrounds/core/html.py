"""HTML that others wrote, and the one place that calls HTML safe.

Cleaned at output, from the original, by an allow-list. Nothing else imports nh3 or Django's `mark_safe`.
"""

import html
import re
from typing import Final

import nh3
from django.utils.safestring import SafeString, mark_safe

LINK_REL: Final = "nofollow noopener noreferrer"
LINK_SCHEMES: Final = frozenset(("http", "https", "gemini", "gopher", "ipfs", "ipns", "magnet", "xmpp"))
OWN_LINK_SCHEMES: Final = frozenset(("http", "https", "mailto"))

# Mastodon's list
_TEXT_TAGS = {"p", "br", "a", "span", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "i", "em"}
_TEXT_TAGS |= {"ul", "ol", "li", "ruby", "rt", "rp"}
_OWN_TAGS = (_TEXT_TAGS - {"span", "ruby", "rt", "rp"}) | {"h2", "h3", "h4", "hr"}
_OWN_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
_ALLOWED_CLASS = re.compile(
    r"(?:h|p|u|dt|e)-[\w-]+|mention|hashtag|ellipsis|invisible|quote-inline", re.ASCII
)
_OWN_PAGE = re.compile(r"(?:/(?![/\\])|[?#])[^\x00-\x20\\]*")
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_HEADING_TAG = re.compile(r"<(/?)h[1-6]>")
# Clients hide what is "invisible". Mastodon wraps the scheme and the tail of a long address in it; whoever wraps the host
# hides where a link leads.
_HIDING = re.compile(r"<span\b[^>]*\binvisible\b[^>]*>")
_LINK_OR_HIDING = re.compile(rf"<a [^>]*>.*?</a>|{_HIDING.pattern}", re.DOTALL)
_HONEST_LINK = re.compile(
    r'<a href="(?P<scheme>https?://(?:www\.)?)(?P<host>[^/?#"@]+)(?P<tail>[^"@]*)"[^>]*>'
    r'<span class="invisible">(?P=scheme)</span>'
    r'<span(?: class="ellipsis")?>(?P=host)(?P<shown>[^<]*)</span>'
    r'(?:<span class="invisible">(?P<hidden>[^<]*)</span>)?</a>'
)
_TAG_LIMIT = 4000  # a parser's time grows with the square of the depth
_PASSES = 4


def _filter_attribute(_tag: str, name: str, value: str) -> str | None:
    """Keep of a class list what clients know; of the rest, what the allow-list already let through."""
    if name == "href":
        return value.strip()
    if name == "class":
        return " ".join(word for word in value.split() if _ALLOWED_CLASS.fullmatch(word)) or None
    if name in {"start", "value"}:
        return value if re.fullmatch(r"-?[0-9]{1,9}", value, re.ASCII) else None
    return value


def _own_page(href: str) -> str | None:
    return href if _OWN_PAGE.fullmatch(href) else None


_REMOTE = nh3.Cleaner(
    tags=_TEXT_TAGS | _HEADINGS,
    attributes={
        "a": {"href", "class"},
        "span": {"class"},
        "p": {"class"},
        "ol": {"start", "reversed"},
        "li": {"value"},
    },
    attribute_filter=_filter_attribute,
    link_rel=LINK_REL,
    set_tag_attribute_values={"a": {"target": "_blank"}},
    tag_attribute_values={"a": {"translate": {"no"}}, "span": {"translate": {"no"}}},
    url_schemes=set(LINK_SCHEMES),
    url_relative="deny",
)
_OWN = nh3.Cleaner(
    tags=_OWN_TAGS,
    attributes={"a": {"href"}, "ol": {"start", "reversed"}, "li": {"value"}},
    attribute_filter=_filter_attribute,
    link_rel=LINK_REL,
    url_schemes=set(OWN_LINK_SCHEMES),
    url_relative=_own_page,
)


def clean_remote(markup: str) -> str:
    """Keep of a post or profile from elsewhere what Mastodon would keep; headings become bold paragraphs.

    Cleaning twice is cleaning once. Markup that never settles, or is absurdly dense, comes out as its own source.
    """
    if markup.count("<") > _TAG_LIMIT:
        return _as_text(_REMOTE, markup)
    return _reveal(_settle(_REMOTE, _HEADING_TAG.sub(_bold_paragraph, _REMOTE.clean(markup)), markup))


def clean_own(markup: str) -> str:
    """Keep of what this server's people wrote as HTML (descriptions, rules) text, lists, headings and links."""
    if markup.count("<") > _TAG_LIMIT:
        return _as_text(_OWN, markup)
    return _settle(_OWN, _OWN.clean(markup), markup)


def safe(markup: str) -> SafeString:
    """Vouch to templates for HTML that `clean_remote`, `clean_own` or `core.text` made. Never for anything else."""
    return mark_safe(markup)  # noqa: S308  the one place


def _reveal(markup: str) -> str:
    """Shows what would be hidden, except in links that hide no part of their host."""

    def shown(match: re.Match[str]) -> str:
        honest = _HONEST_LINK.fullmatch(match[0])
        if honest and honest["shown"] + (honest["hidden"] or "") == honest["tail"]:
            return match[0]
        return _HIDING.sub("<span>", match[0])

    return _LINK_OR_HIDING.sub(shown, markup)


def _bold_paragraph(match: re.Match[str]) -> str:
    return "</strong></p>" if match[1] else "<p><strong>"


def _settle(cleaner: nh3.Cleaner, once: str, source: str) -> str:
    """Parse what was written until it reads back the same: a browser must see the tree that was checked."""
    for _ in range(_PASSES):
        if once.count("<") > _TAG_LIMIT:
            break
        again = cleaner.clean(once)
        if again == once:
            return once
        once = again
    return _as_text(cleaner, source)


def _as_text(cleaner: nh3.Cleaner, source: str) -> str:
    return cleaner.clean(html.escape(source, quote=False))
