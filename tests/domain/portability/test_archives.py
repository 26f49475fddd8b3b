"""An archive holds everything of its owner and nothing of others."""

import csv
import io
import json
import os
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from tests.conftest import ApiClient, follow
from tests.factories.uploads import part, photo

from openrounds.accounts.actions import block, mute
from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import ago
from openrounds.core.errors import Conflict, NotFound, TooManyRequests
from openrounds.media.models import MediaFile
from openrounds.portability.access import access_archive
from openrounds.portability.actions import ask_for_archive, forget_archives
from openrounds.portability.files import directory
from openrounds.portability.models import Archive
from openrounds.posts.models import Post
from openrounds.timelines.list_actions import add_members, create_list

BASE = "https://rounds.example"


def contents(account: Account, run_jobs: Callable[[], int]) -> dict[str, bytes]:
    """The files in a fresh archive of the account."""
    archive = ask_for_archive(account, BASE)
    run_jobs()
    with ZipFile(access_archive(account.pk, archive.pk)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_archive_holds_posts_of_every_visibility_with_their_files(
    alice: Account,
    bob: Account,
    post_as: Callable[..., Post],
    run_jobs: Callable[[], int],
    client_of: Callable[..., ApiClient],
) -> None:
    sent = client_of(alice).post("/api/v2/media", {"file": part(photo())}, form=True)
    image = MediaFile.objects.get(pk=sent.json()["id"])
    post_as(alice, "=cmd|' /C calc'!A0", media_ids=[image.pk])
    post_as(alice, "For one", visibility=Visibility.DIRECT)
    post_as(bob, "Not hers")
    found = contents(alice, run_jobs)
    posts = json.loads(found["posts.json"])
    assert [post["text"] for post in posts] == ["=cmd|' /C calc'!A0", "For one"]
    assert posts[0]["url"].startswith(f"{BASE}/@alice/")
    assert posts[0]["media"][0]["file"] == f"media/{image.name}"
    assert f"media/{image.name}" in found
    rows = list(csv.DictReader(io.StringIO(found["posts.csv"].decode())))
    assert [row["text"] for row in rows] == ["'=cmd|' /C calc'!A0", "For one"]
    assert b"Not hers" not in b"".join(found.values())


def test_tables_are_in_the_formats_of_mastodon(
    alice: Account, bob: Account, charlie: Account, run_jobs: Callable[[], int]
) -> None:
    follow(alice, bob)
    add_members(alice.pk, create_list(alice.pk, "=Ward", replies_policy=None, exclusive=False).pk, [bob.pk])
    mute(alice.pk, charlie.pk)
    found = contents(alice, run_jobs)
    assert found["following_accounts.csv"].decode().splitlines() == [
        "Account address,Show boosts,Notify on new posts,Languages",
        "bob@rounds.example,true,false,",
    ]
    assert found["lists.csv"].decode().splitlines() == ["'=Ward,bob@rounds.example"]
    assert found["muted_accounts.csv"].decode().splitlines()[1] == "charlie@rounds.example,true"
    assert found["blocked_accounts.csv"] == b""


def test_blocked_people_are_listed(alice: Account, bob: Account, run_jobs: Callable[[], int]) -> None:
    block(alice.pk, bob.pk)
    assert contents(alice, run_jobs)["blocked_accounts.csv"].decode().split() == ["bob@rounds.example"]


def test_stranger_cannot_fetch_an_archive(
    alice: Account, charlie: Account, run_jobs: Callable[[], int]
) -> None:
    archive = ask_for_archive(alice, BASE)
    with pytest.raises(NotFound):
        access_archive(alice.pk, archive.pk)
    run_jobs()
    assert access_archive(alice.pk, archive.pk).is_file()
    with pytest.raises(NotFound):
        access_archive(charlie.pk, archive.pk)


def test_nobody_asks_twice_at_once_or_soon_again(alice: Account, run_jobs: Callable[[], int]) -> None:
    ask_for_archive(alice, BASE)
    with pytest.raises(Conflict):
        ask_for_archive(alice, BASE)
    run_jobs()
    with pytest.raises(TooManyRequests):
        ask_for_archive(alice, BASE)


def test_archives_are_forgotten_after_a_week(alice: Account, run_jobs: Callable[[], int]) -> None:
    archive = ask_for_archive(alice, BASE)
    run_jobs()
    path = access_archive(alice.pk, archive.pk)
    forget_archives()
    assert path.is_file()
    Archive.objects.update(asked_at=ago(days=8))
    old = ago(days=8).timestamp()
    os.utime(path, (old, old))
    forget_archives()
    assert not path.exists()
    assert list(directory().glob(".*")) == []


def test_posts_are_written_in_chunks_without_losing_any(
    alice: Account,
    post_as: Callable[..., Post],
    run_jobs: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("openrounds.portability.writing.CHUNK", 2)
    for number in range(5):
        post_as(alice, f"Number {number}")
    posts = json.loads(contents(alice, run_jobs)["posts.json"])
    assert [post["text"] for post in posts] == [f"Number {number}" for number in range(5)]
    assert Archive.objects.get().done == 5
