"""A viewer's filters, applied to the posts of one page."""

from collections.abc import Iterable

from msgspec import UNSET

from openrounds.api.entities.filter import Filter, FilterKeyword, FilterResult, FilterStatus, FilterV1
from openrounds.core.clock import iso
from openrounds.timelines import filtering
from openrounds.timelines.filtering import Active, Found, Readable
from openrounds.timelines.models import Filter as FilterRow
from openrounds.timelines.models import FilterAction, FilterPost
from openrounds.timelines.models import FilterKeyword as KeywordRow

# Where the server leaves hidden posts out; elsewhere the client decides.
SERVER_HIDES = ("home", "notifications")


class Matcher:
    """What the viewer's filters find in these posts."""

    def __init__(self, account_id: int, context: str, posts: Iterable[Readable]) -> None:
        self._found = filtering.find(account_id, context, posts)
        self._hiding = context in SERVER_HIDES

    def hides(self, post_id: int) -> bool:
        return self._hiding and any(
            f.filter.action == FilterAction.HIDE for f in self._found.get(post_id, ())
        )

    def results(self, post_id: int) -> list[FilterResult]:
        return [_result(found) for found in self._found.get(post_id, ())]


def _result(found: Found) -> FilterResult:
    return FilterResult(
        filter=_named(found.filter),
        keyword_matches=list(found.keywords) or None,
        status_matches=[str(i) for i in found.posts] or None,
    )


def _named(found: Active) -> Filter:
    """As it stands inside a FilterResult: without its keywords and posts."""
    return Filter(
        id=str(found.id),
        title=found.title,
        context=list(found.context),
        expires_at=iso(found.expires_at) if found.expires_at else None,
        filter_action=found.action,
        keywords=UNSET,
        statuses=UNSET,
    )


def render_filter(row: FilterRow) -> Filter:
    return Filter(
        id=str(row.pk),
        title=row.title,
        context=list(row.context),
        expires_at=iso(row.expires_at) if row.expires_at else None,
        filter_action=row.action,
        keywords=[render_keyword(k) for k in row.keywords.all()],
        statuses=[render_filter_post(p) for p in row.posts.all()],
    )


def render_keyword(row: KeywordRow) -> FilterKeyword:
    return FilterKeyword(id=str(row.pk), keyword=row.keyword, whole_word=row.whole_word)


def render_filter_post(row: FilterPost) -> FilterStatus:
    return FilterStatus(id=str(row.pk), status_id=str(row.post_id))


def render_filter_v1(row: KeywordRow) -> FilterV1:
    """Version 1 knew a filter of one keyword only, so each keyword is one."""
    return FilterV1(
        id=str(row.pk),
        phrase=row.keyword,
        context=list(row.filter.context),
        whole_word=row.whole_word,
        expires_at=iso(row.filter.expires_at) if row.filter.expires_at else None,
        irreversible=row.filter.action == FilterAction.HIDE,
    )
