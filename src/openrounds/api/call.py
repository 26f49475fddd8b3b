"""One call of the API, as handlers see it, and what they may answer."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from openrounds.api import params
from openrounds.core.errors import Invalid
from openrounds.core.options import options
from openrounds.core.paging import Paging
from openrounds.oauth.access import Viewer

S = TypeVar("S", bound=msgspec.Struct)


@dataclass(frozen=True)
class Reply:
    """An answer other than "200 and this as JSON". Bytes are sent as they are (already JSON)."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reader:
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
        return options().base_url or f"{self.request.scheme}://{self.request.get_host()}"

    @cached_property
    def given(self) -> dict[str, Any]:
        """Everything sent, nested and untyped."""
        return params.read(self.request)

    def params(self, kind: type[S]) -> S:
        """What was sent, as that Struct; refuses what does not fit."""
        return params.convert(self.given, kind)

    def upload(self, name: str) -> "UploadedFile[bytes] | None":
        return params.upload(self.given, name)

    def paging(self, default: int, most: int) -> Paging:
        """`limit`, `max_id`, `since_id`, `min_id`, the limit capped and not refused."""
        sent = params.convert(self.given, _Cursors)
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

    @cached_property
    def _unpaged(self) -> str:
        """This call's own address without its cursors, up to where others follow."""
        kept = [
            (name, value)
            for name, values in self.request.GET.lists()
            if name not in ("max_id", "min_id", "since_id", "offset")
            for value in values
        ]
        return f"{self.base}{quote(self.request.path)}?{urlencode(kept)}{'&' if kept else ''}"


ForWhom = Call | Reader


class _Cursors(msgspec.Struct):
    limit: int | None = None
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None
