"""One call of the API, as handlers see it, and what they may answer."""

from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlencode

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from msgspec import Struct, field

from openrounds.api import params
from openrounds.core.errors import Invalid
from openrounds.core.options import options
from openrounds.core.paging import Paging
from openrounds.oauth.access import Viewer

S = TypeVar("S", bound=msgspec.Struct)
LONGEST_KEPT = 200  # characters of a query
CURSORS = ("max_id", "min_id", "since_id", "offset")


class Reply(Struct, frozen=True):
    """An answer other than "200 and this as JSON". Bytes are sent as they are (already JSON)."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Reader(Struct, frozen=True):
    """For whom something is written out where nobody calls (streams, push); `account_id` None is a stranger."""

    base: str
    account_id: int | None
    has_filters: bool = False


class Call:
    """Who calls, with what. `viewer` is None for those without a token."""

    def __init__(self, request: HttpRequest, viewer: Viewer | None) -> None:
        self.request = request
        self.viewer = viewer

    @property
    def me(self) -> int:
        """The acting account's id, on routes for persons."""
        if self.viewer is None or self.viewer.account_id is None:
            raise Invalid("This method requires an authenticated user")
        return self.viewer.account_id

    @property
    def account_id(self) -> int | None:
        """The acting account's id, or None for a stranger."""
        return self.viewer.account_id if self.viewer else None

    @property
    def has_filters(self) -> bool:
        """Whether the acting account filters anything."""
        return self.viewer is not None and self.viewer.has_filters

    @cached_property
    def base(self) -> str:
        """Scheme and host for every URL in the answer: the configured name, else what the client called us."""
        return options().base_url or f"{self.request.scheme}://{_host(self.request)}"

    @cached_property
    def given(self) -> dict[str, Any]:
        """Everything sent, nested and untyped."""
        return params.read(self.request)

    def params(self, kind: type[S]) -> S:
        """What was sent, as that Struct, which is only to be read; refuses what does not fit."""
        if params.only_query(self.request):
            return cast(S, _understood(self._query, kind))
        return params.convert(self.given, kind)

    def upload(self, name: str) -> "UploadedFile[bytes] | None":
        return params.upload(self.given, name)

    def paging(self, default: int, most: int) -> Paging:
        """`limit`, `max_id`, `since_id`, `min_id`, the limit capped and not refused."""
        sent = self.params(_Cursors)
        limit = default if sent.limit is None else max(1, min(sent.limit, most))
        return Paging(limit=limit, max_id=sent.max_id, since_id=sent.since_id, min_id=sent.min_id)

    def paged(self, items: Any, first: int | None, last: int | None, *, more: bool = True) -> Reply:
        """A page with its Link header. `first` and `last` are the cursors of its ends (of the mark or the follow where that
        is what is paged by), None on an empty page, which has no Link at all; `more` is False on a last page if known."""
        if first is None or last is None:
            return Reply(items)
        links = [f'<{self._page(max_id=last)}>; rel="next"'] if more else []
        links.append(f'<{self._page(min_id=first)}>; rel="prev"')
        return Reply(items, headers={"Link": ", ".join(links)})

    def paged_by_offset(self, items: list[Any], offset: int, limit: int) -> Reply:
        """A page of a list that has no cursor (trends, directory)."""
        links = [f'<{self._page(offset=offset + limit)}>; rel="next"'] if len(items) == limit else []
        if offset:
            links.append(f'<{self._page(offset=max(0, offset - limit))}>; rel="prev"')
        return Reply(items, headers={"Link": ", ".join(links)} if links else {})

    def _page(self, **cursor: int) -> str:
        return self._unpaged + "&".join(f"{name}={number}" for name, number in cursor.items())

    @property
    def _query(self) -> str:
        return str(self.request.META.get("QUERY_STRING", ""))

    @cached_property
    def _unpaged(self) -> str:
        """This call's own address without its cursors, up to where others follow."""
        return f"{self.base}{quote(self.request.path)}?{_uncursored(self._query)}"


ForWhom = Call | Reader


class _Cursors(msgspec.Struct):
    limit: int | None = None
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


_hosts: set[str] = set()  # names that were judged good, among them any port: so only some
MOST_HOSTS = 100


def _host(request: HttpRequest) -> str:
    """What the client called us, if we go by that name. Django judges it anew each time, at the cost of a query."""
    named = request.META.get("HTTP_HOST", "")
    if named in _hosts:
        return str(named)
    judged = request.get_host()
    if judged == named and len(_hosts) < MOST_HOSTS:
        _hosts.add(named)
    return judged


# Apps ask for the newest page again and again in the same words; to understand these costs more than a query.
def _understood(query: str, kind: type[msgspec.Struct]) -> msgspec.Struct:
    return (_understand if len(query) <= LONGEST_KEPT else _understand.__wrapped__)(query, kind)


@lru_cache(maxsize=1024)
def _understand(query: str, kind: type[msgspec.Struct]) -> msgspec.Struct:
    return params.convert(params.read_query(query), kind)


def _uncursored(query: str) -> str:
    return (_without_cursors if len(query) <= LONGEST_KEPT else _without_cursors.__wrapped__)(query)


@lru_cache(maxsize=1024)
def _without_cursors(query: str) -> str:
    kept = urlencode([pair for pair in params.of_query(query) if pair[0] not in CURSORS])
    return f"{kept}&" if kept else ""
