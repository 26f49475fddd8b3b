"""Which cases an export becomes: which post is which stage, which comment goes where, and what is left, and why. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from openrounds.portability.markup import Block, line
from openrounds.portability.report import Line, Outcome
from openrounds.portability.wordpress.export import Comment, Item, Term
from openrounds.portability.wordpress.words import blocks, markdown, pictures, says_something

TITLE_CHARACTERS: Final = 200
KEY_CHARACTERS: Final = 300
_OPEN_STATUSES: Final = frozenset({"publish", "draft", "pending", "future"})
_UNSORTED: Final = frozenset({"uncategorized", "uncategorised"})


class By(StrEnum):
    """What makes one case: the posts of a category, those of a tag, or one post cut at its headings."""

    CATEGORY = "category"
    TAG = "tag"
    HEADINGS = "headings"


class Head(Struct, frozen=True):
    """An item without what it says: enough to sort it into a case. `place` is where the whole item is kept."""

    place: int
    id: str
    kind: str
    status: str
    title: str
    written_at: datetime | None
    protected: bool
    empty: bool
    terms: tuple[Term, ...]
    comments: int
    parent: str
    file_url: str


class Case(Struct):
    """A case to be: posts in order. `key` names it within the blog, the same each time."""

    key: str
    title: str
    by: By
    posts: list[Head] = field(default_factory=list)


class Stage(Struct, frozen=True):
    """A stage as it will be written: Markdown, the pictures that it showed."""

    title: str
    text: str
    pictures: tuple[tuple[str, str], ...] = ()


# ----------------------------------------------------------------------------------------------------------- which posts
def head_of(item: Item, place: int) -> Head:
    """The head of an item that is kept at that place."""
    return Head(
        place=place,
        id=item.id,
        kind=item.kind,
        status=item.status,
        title=line(item.title)[:TITLE_CHARACTERS],
        written_at=item.written_at,
        protected=item.protected,
        empty=not says_something(item.content),
        terms=item.terms,
        comments=len(item.comments),
        parent=item.parent,
        file_url=item.file_url,
    )


def make_plan(
    heads: Iterable[Head], by: By, only: Sequence[str], most_stages: int
) -> tuple[list[Case], list[Line]]:
    """The cases, in the order of their first posts, and a line for each item that is left.

    `only` names categories, tags or posts (id) by what they are called or by slug; empty: all of them.
    """
    cases: dict[str, Case] = {}
    left: list[Line] = []
    wanted = {name.strip().casefold() for name in only}
    for head in sorted(heads, key=_by_date):
        if reason := _kept_back(head):
            left.append(_left(head, reason))
        elif (case := _case_of(head, by, wanted, cases)) is None:
            left.append(_left(head, _unsorted(by, wanted)))
        elif len(case.posts) >= most_stages:
            left.append(_left(head, f"a case has at most {most_stages} stages"))
        else:
            case.posts.append(head)
    return list(cases.values()), left


def _by_date(head: Head) -> tuple[bool, float, str]:
    """Undated ones (drafts) last."""
    at = head.written_at
    return at is None, at.timestamp() if at else 0.0, head.id.zfill(20)


def _kept_back(head: Head) -> str:
    """Why an item can be no stage, or ""."""
    if head.kind != "post":
        return _OTHER_KINDS.get(head.kind, f"“{head.kind[:40]}” is nothing that a case is made of")
    if head.protected:
        return "it is protected by a password, so not everybody was meant to read it"
    if head.status not in _OPEN_STATUSES:
        return f"its status is “{head.status[:40]}”"
    return "there is no text in it" if head.empty else ""


_OTHER_KINDS: Final = {
    "page": "a page is no part of a case",
    "attachment": "a file is no stage",
    "nav_menu_item": "a menu is no part of a case",
    "revision": "an older version",
}


def _case_of(head: Head, by: By, wanted: set[str], cases: dict[str, Case]) -> Case | None:
    if by == By.HEADINGS:
        if wanted and not wanted & {head.id.casefold(), head.title.casefold()}:
            return None
        title = head.title or f"Post {head.id}"
        key = f"post:{head.id}"[:KEY_CHARACTERS]
        return cases.setdefault(key, Case(key, title, by))
    taxonomy = "category" if by == By.CATEGORY else "post_tag"
    for term in head.terms:
        names = {term.slug.casefold(), term.name.casefold()}
        if term.taxonomy == taxonomy and (names & wanted if wanted else not names & _UNSORTED):
            key = f"{taxonomy}:{term.slug}"[:KEY_CHARACTERS]
            return cases.setdefault(key, Case(key, line(term.name)[:TITLE_CHARACTERS] or term.slug, by))
    return None


def _unsorted(by: By, wanted: set[str]) -> str:
    name = {By.CATEGORY: "category", By.TAG: "tag", By.HEADINGS: "post"}[by]
    return f"not the {name} that was asked for" if wanted else f"it has no {name}"


def _left(head: Head, why: str) -> Line:
    return Line(head.kind or "item", head.id, head.title, Outcome.LEFT, why)


# ---------------------------------------------------------------------------------------------------------- which stages
def stages_of(item: Item, by: By, most: int) -> list[Stage]:
    """The stages that a post makes: one, or one for each of its highest headings; what goes beyond `most` stays in the last."""
    shown = tuple((picture.url, picture.description) for picture in pictures(item.content))
    title = line(item.title)[:TITLE_CHARACTERS]
    if by != By.HEADINGS:
        text = markdown(item.content)
        return [Stage(title, text, shown)] if text else []
    found = blocks(item.content)
    level = min((block.level for block in found if block.level), default=0)
    parts = list(_cut(found, level, most))
    return [
        Stage(name or title, text, shown if number == 0 else ()) for number, (name, text) in enumerate(parts)
    ]


def _cut(found: Sequence[Block], level: int, most: int) -> Iterator[tuple[str, str]]:
    """(heading, text) of each part that says something; level 0 cuts nowhere."""
    heading, texts, made = "", list[str](), 0
    for block in found:
        if level and block.level == level and made < most - 1:
            if texts:
                yield heading, "\n\n".join(texts)
                made += 1
            heading, texts = _words(block), []
        else:
            texts.append(block.text)
    if texts:
        yield heading, "\n\n".join(texts)


def _words(block: Block) -> str:
    return block.text.lstrip("# ").replace("\\", "")[:TITLE_CHARACTERS]


# --------------------------------------------------------------------------------------------------------- which comments
def kept_comments(
    comments: Sequence[Comment], post_date: datetime | None
) -> tuple[list[Comment], list[Line]]:
    """What people said and the blog showed, oldest first, each with a parent that is kept too; and a line for each other one.

    The parent of an answer to what is left is the next one above it that is kept.
    """
    left: list[Line] = []
    kept: dict[str, Comment] = {}
    for comment in comments:
        if reason := _not_kept(comment, post_date):
            left.append(Line("comment", comment.id, comment.author, Outcome.LEFT, reason))
        else:
            kept[comment.id] = comment
    parents = {comment.id: comment.parent for comment in comments}
    ordered = sorted(kept.values(), key=lambda comment: (comment.said_at or post_date, comment.id.zfill(20)))
    return [_under(comment, _kept_parent(comment.id, parents, kept), post_date) for comment in ordered], left


def _not_kept(comment: Comment, post_date: datetime | None) -> str:
    if comment.kind not in ("", "comment"):
        return f"a {comment.kind[:40]}, which nobody said"
    if comment.approved != "1":
        return "it was not shown on the blog"
    if not markdown(comment.text):
        return "there is no text in it"
    return "" if comment.said_at or post_date else "nobody knows when it was said"


def _kept_parent(comment_id: str, parents: dict[str, str], kept: dict[str, Comment]) -> str:
    seen = {comment_id}
    parent = parents.get(comment_id, "")
    while parent in parents and parent not in kept and parent not in seen:
        seen.add(parent)
        parent = parents[parent]
    return parent if parent in kept and not _goes_round(comment_id, parent, parents) else ""


def _goes_round(comment_id: str, parent: str, parents: dict[str, str]) -> bool:
    """Whether a comment is, in the end, an answer to itself."""
    seen: set[str] = set()
    while parent and parent not in seen:
        if parent == comment_id:
            return True
        seen.add(parent)
        parent = parents.get(parent, "")
    return False


def _under(comment: Comment, parent: str, post_date: datetime | None) -> Comment:
    return Comment(
        id=comment.id,
        parent=parent,
        author=line(comment.author)[:TITLE_CHARACTERS] or "Anonymous",
        said_at=comment.said_at or post_date,
        text=markdown(comment.text),
        approved=comment.approved,
        kind=comment.kind,
    )
