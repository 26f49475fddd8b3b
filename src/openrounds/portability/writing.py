"""Writes an archive: a ZIP of JSON, tables and files, post by post, so that it needs no memory however long it is."""

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from typing import IO, Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.db.models import Prefetch, QuerySet

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import iso, now
from openrounds.media import store
from openrounds.portability.files import directory
from openrounds.portability.models import Archive
from openrounds.portability.queries import TABLES
from openrounds.portability.rules import table
from openrounds.posts.models import Attachment, Poll, Post

CHUNK = 200
COLUMNS = ("id", "created_at", "visibility", "language", "spoiler_text", "text", "url")
README = """What is in here: account.json (your profile), posts.json and posts.csv (what you posted, as you typed it),
media/ (the files you uploaded, as we keep them), and tables that Mastodon and OpenRounds can import.
In the tables a cell that begins like a formula has an apostrophe before it, so that no spreadsheet computes it.
"""


def write_archive(archive_id: int, base: str) -> None:
    """Makes the file and then says so; nothing for an archive that is gone or made."""
    archive = Archive.objects.filter(pk=archive_id, made_at=None).select_related("account").first()
    if archive is None:
        return
    name = f"{archive.pk}-{secrets.token_hex(8)}.zip"
    draft = directory() / f".{name}"
    try:
        with ZipFile(draft, "w", ZIP_DEFLATED) as out:
            _write(out, archive, base)
        size = draft.stat().st_size
        draft.rename(directory() / name)
    finally:
        draft.unlink(missing_ok=True)
    Archive.objects.filter(pk=archive.pk, made_at=None).update(made_at=now(), name=name, size=size)


def _write(out: ZipFile, archive: Archive, base: str) -> None:
    account, host = archive.account, urlsplit(base).netloc
    out.writestr("README.txt", README)
    out.writestr("account.json", _json(_account(account, base)))
    for name, rows in TABLES.items():
        out.writestr(f"{name}.csv", table(rows(account.pk, host)))
    # One entry of a ZIP is written at a time, so the posts are gone through twice rather than held.
    _write_json(out, archive, base)
    with out.open("posts.csv", "w") as entry:
        entry.write(table([COLUMNS]).encode())
        for posts in _chunks(account.pk):
            entry.write(table(_row(post, base) for post in posts).encode())
    for which in ("avatar", "header"):
        _copy(out, getattr(account, which))
    for posts in _chunks(account.pk):
        for row in (row for post in posts for row in post.attachment_rows.all()):
            _copy(out, row.media.name)


def _write_json(out: ZipFile, archive: Archive, base: str) -> None:
    with out.open("posts.json", "w") as entry:
        entry.write(b"[")
        done = 0
        for posts in _chunks(archive.account_id):
            for post in posts:
                entry.write((",\n" if done else "\n").encode() + _json(_post(post, base)).encode())
                done += 1
            Archive.objects.filter(pk=archive.pk).update(done=done)
        entry.write(b"\n]\n")


def _chunks(account_id: int) -> Iterator[Sequence[Post]]:
    """All of the account's posts that are there, oldest first, with what is told of them."""
    last = 0
    while posts := list(_posts(account_id).filter(pk__gt=last)[:CHUNK]):
        yield posts
        last = posts[-1].pk


def _posts(account_id: int) -> "QuerySet[Post]":
    own = Post.objects.filter(account=account_id, deleted_at=None).order_by("pk")
    files = Attachment.objects.select_related("media").order_by("position")
    polls = Poll.objects.prefetch_related("options")
    related = own.select_related("account", "boost_of__account", "in_reply_to__account")
    return related.prefetch_related(Prefetch("attachment_rows", files), Prefetch("poll", polls))


def _account(account: Account, base: str) -> dict[str, Any]:
    plain = (
        "username",
        "display_name",
        "note",
        "fields",
        "role",
        "specialty",
        "locked",
        "discoverable",
        "indexable",
    )
    more = (
        "avatar",
        "avatar_description",
        "header",
        "header_description",
        "default_language",
        "default_sensitive",
    )
    told: dict[str, Any] = {name: getattr(account, name) for name in (*plain, *more)}
    told["default_visibility"] = Visibility(account.default_visibility).label
    return told | {"url": f"{base}/@{account.username}", "created_at": iso(account.created_at)}


def _post(post: Post, base: str) -> dict[str, Any]:
    told = {"id": str(post.pk), "url": _url(post, base), "created_at": iso(post.created_at)}
    if post.boost_of:
        return told | {"boost_of": _url(post.boost_of, base)}
    poll = getattr(post, "poll", None)
    return told | {
        "edited_at": iso(post.edited_at) if post.edited_at else None,
        "visibility": Visibility(post.visibility).label,
        "language": post.language,
        "sensitive": post.sensitive,
        "spoiler_text": post.spoiler_text,
        "text": post.text,
        "in_reply_to": _url(post.in_reply_to, base) if post.in_reply_to else None,
        "media": [
            {"file": f"media/{row.media.name}", "description": row.media.description}
            for row in post.attachment_rows.all()
        ],
        "poll": [{"option": option.title, "votes": option.votes_count} for option in poll.options.all()]
        if poll
        else None,
    }


def _row(post: Post, base: str) -> tuple[object, ...]:
    text = f"(boost of {_url(post.boost_of, base)})" if post.boost_of else post.text
    visibility = Visibility(post.visibility).label
    return (
        post.pk, iso(post.created_at), visibility, post.language, post.spoiler_text, text, _url(post, base)
    )  # fmt: skip


def _url(post: Post, base: str) -> str:
    return post.url or post.uri or f"{base}/@{post.account.username}/{post.pk}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _copy(out: ZipFile, name: str) -> None:
    """A file that the store has lost is left out rather than the whole archive."""
    if name and f"media/{name}" not in out.NameToInfo:
        with store.opened(name) as file:
            if file is not None:
                _put(out, f"media/{name}", file)


def _put(out: ZipFile, name: str, file: IO[bytes]) -> None:
    """Pictures and films are packed already."""
    out.compression = ZIP_STORED
    with out.open(name, "w", force_zip64=True) as entry:
        shutil.copyfileobj(file, entry)
    out.compression = ZIP_DEFLATED
