"""Mastodon's Filter (version 2 and 1)."""

from msgspec import UNSET, Struct, UnsetType


class FilterKeyword(Struct):
    """A word or phrase looked for."""

    id: str
    keyword: str
    whole_word: bool


class FilterStatus(Struct):
    """A single status that is filtered."""

    id: str
    status_id: str


class Filter(Struct):
    """What an account does not want to read; `keywords` and `statuses` are left out inside a FilterResult."""

    id: str
    title: str
    context: list[str]
    expires_at: str | None
    filter_action: str
    keywords: list[FilterKeyword] | UnsetType = UNSET
    statuses: list[FilterStatus] | UnsetType = UNSET


class FilterResult(Struct):
    """Why a status is filtered."""

    filter: Filter
    keyword_matches: list[str] | None
    status_matches: list[str] | None


class FilterV1(Struct):
    """One keyword of a filter, as version 1 had it."""

    id: str
    phrase: str
    context: list[str]
    whole_word: bool
    expires_at: str | None
    irreversible: bool
