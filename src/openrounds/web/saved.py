"""What a saved round holds of its debate, for its page and its JSON alike: nothing about whoever saves it."""

from collections.abc import Callable

from msgspec import Struct

from openrounds.api.entities.account import Account
from openrounds.api.entities.round import RoundPaper
from openrounds.api.entities.status import MediaAttachment, Poll, Status
from openrounds.api.render.rounds import render_paper
from openrounds.web.rooms import Said

Keep = Callable[[MediaAttachment], str | None]


class SavedAuthor(Struct):
    """Who said it."""

    name: str
    handle: str
    url: str


class SavedFile(Struct):
    """A file of a post. `file` is where it lies beside the page, None for what is only at `url` (films, sound, lost files)."""

    kind: str
    file: str | None
    url: str | None
    description: str


class SavedAnswer(Struct):
    """An option of a poll; `votes` None while its totals are hidden."""

    title: str
    votes: int | None


class SavedQuote(Struct):
    """A post that is quoted with its author's consent."""

    author: SavedAuthor
    url: str
    content: str


class SavedPost(Struct):
    """A post; `content` is HTML, `warning` "" for none."""

    id: str
    url: str
    author: SavedAuthor
    created_at: str
    edited_at: str | None
    language: str
    warning: str
    content: str
    files: list[SavedFile]
    poll: list[SavedAnswer]
    quote: SavedQuote | None


class SavedSame(Struct):
    """Somebody who said the same later, and where."""

    number: int
    author: SavedAuthor


class SavedContribution(Struct):
    """A place in the debate. `post` None is a gap: `gap` says whether it was deleted, hidden by the hosts or is unseen by
    whoever saved this. `step` is a position, 0 for before the first. `same_as` is the number of the
    first that said the same, `same` are those that did later."""

    number: int
    step: int
    way: str
    mark: str
    pinned: bool
    gap: str
    post: SavedPost | None
    same_as: int | None
    same: list[SavedSame]
    papers: list[RoundPaper]


def contribution(said: Said, step: int, keep: Keep) -> SavedContribution:
    """`keep` puts a file beside the page and says where, if it can."""
    about, post = said.about, said.post
    shown = about if post else None
    return SavedContribution(
        number=said.number,
        step=step,
        way=shown.way if shown else "",
        mark=shown.mark if shown else "",
        pinned=bool(shown and shown.pinned),
        gap=said.gap,
        post=_post(post, keep) if post else None,
        same_as=said.same_as or None,
        same=[SavedSame(one.number, _author(one.post.account)) for one in said.same if one.post],
        papers=[render_paper(paper) for paper in said.papers],
    )


def _post(post: Status, keep: Keep) -> SavedPost:
    return SavedPost(
        id=post.id,
        url=post.url or post.uri,
        author=_author(post.account),
        created_at=post.created_at,
        edited_at=post.edited_at,
        language=post.language or "",
        warning=post.spoiler_text,
        content=post.content,
        files=[_file(file, keep) for file in post.media_attachments],
        poll=_answers(post.poll),
        quote=_quote(post),
    )


def _author(account: Account) -> SavedAuthor:
    return SavedAuthor(account.display_name or account.username, account.acct, account.url)


def _file(file: MediaAttachment, keep: Keep) -> SavedFile:
    return SavedFile(file.type, keep(file), file.url, file.description or "")


def _answers(poll: Poll | None) -> list[SavedAnswer]:
    return [SavedAnswer(option.title, option.votes_count) for option in poll.options] if poll else []


def _quote(post: Status) -> SavedQuote | None:
    quoted = post.quote.quoted_status if post.quote else None
    if not isinstance(quoted, Status):
        return None
    return SavedQuote(_author(quoted.account), quoted.url or quoted.uri, quoted.content)
