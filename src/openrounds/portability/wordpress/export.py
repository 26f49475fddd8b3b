"""What a WordPress export holds, as far as it matters here. No e-mail or IP address is ever read out of it."""

from datetime import datetime

from msgspec import Struct


class Term(Struct, frozen=True):
    """A category or tag of an item. `taxonomy` is `category` or `post_tag`; `slug` its name in addresses."""

    taxonomy: str
    slug: str
    name: str


class Comment(Struct, frozen=True):
    """`kind` is "" or `comment` for what people wrote; `approved` is `1` for what the blog showed. `said_at` in UTC."""

    id: str
    parent: str
    author: str
    said_at: datetime | None
    text: str
    approved: str
    kind: str


class Item(Struct, frozen=True):
    """A post, page, file or other thing. `written_at` in UTC; `content` is the HTML as it was edited."""

    id: str
    kind: str
    status: str
    title: str
    link: str
    author: str
    written_at: datetime | None
    parent: str
    protected: bool
    content: str
    file_url: str
    terms: tuple[Term, ...]
    comments: tuple[Comment, ...]


class Site(Struct, frozen=True):
    """The blog. `address` has no slash at its end; `authors` maps log-in names to names for people."""

    title: str
    address: str
    language: str
    version: str
    authors: dict[str, str]
