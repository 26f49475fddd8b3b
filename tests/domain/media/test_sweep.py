"""What is removed from the store, and what stays."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from tests.factories.uploads import part, photo, stored_files

from openrounds.accounts.models import Account
from openrounds.core.clock import ago
from openrounds.media import actions, hold, store
from openrounds.media.models import MediaFile
from openrounds.media.references import holders, unnamed
from openrounds.media.rules import ImageShape
from openrounds.posts.actions import Draft, create_post, delete_post
from openrounds.posts.models import Post

HELD = ("avatar", "header", "image", "preview", "picture", "logo")


@pytest.fixture
def sweep(django_capture_on_commit_callbacks: Any) -> Callable[[], None]:
    def run() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            actions.sweep()
            actions.sweep_unnamed()

    return run


def upload(owner: Account) -> MediaFile:
    return actions.upload(owner.pk, part(photo()), now=False)


def age(*names: str, hours: float) -> None:
    moment = ago(hours=hours).timestamp()
    for name in names:
        os.utime(store.directory() / name, (moment, moment))


def grow_old(hours: float) -> None:
    for media in MediaFile.objects.exclude(loose_since=None):
        MediaFile.objects.filter(pk=media.pk).update(loose_since=media.loose_since - timedelta(hours=hours))


def test_upload_that_nobody_posts_goes_after_a_day(alice: Account, sweep: Callable[[], None]) -> None:
    upload(alice)
    sweep()
    grow_old(23)
    sweep()
    assert MediaFile.objects.count() == 1
    assert len(stored_files()) == 2
    grow_old(2)
    sweep()
    assert not MediaFile.objects.exists()
    assert stored_files() == set()


def test_file_of_a_post_stays_and_goes_a_day_after_the_post(
    alice: Account, sweep: Callable[[], None]
) -> None:
    media = upload(alice)
    sweep()
    post = create_post(alice, Draft("With a picture", media_ids=(media.pk,)))
    grow_old(25)
    sweep()
    assert len(stored_files()) == 2
    delete_post(alice.pk, post.pk)
    sweep()
    assert len(stored_files()) == 2  # for a day it can be posted again
    grow_old(25)
    sweep()
    assert stored_files() == set()
    assert Post.objects.filter(pk=post.pk).exists()


def test_file_without_a_row_goes_after_a_day(alice: Account, sweep: Callable[[], None]) -> None:
    orphan, young = "a" * 32 + ".jpg", "b" * 32 + ".jpg"
    for name in (orphan, young):
        (store.directory() / name).write_bytes(b"x")
    shown = upload(alice)
    age(orphan, shown.name, shown.preview, hours=25)
    sweep()
    assert stored_files() == {young, shown.name, shown.preview}


def test_avatar_is_no_orphan(alice: Account, sweep: Callable[[], None]) -> None:
    picture = actions.store_picture(part(photo()), ImageShape.AVATAR)
    Account.objects.filter(pk=alice.pk).update(avatar=picture.name, avatar_static=picture.static_name)
    age(picture.name, hours=25)
    sweep()
    assert stored_files() == {picture.name}


def test_leftovers_of_killed_processes_go_after_two_days(sweep: Callable[[], None], db: None) -> None:
    work, spool = store.directory() / ".work-x", store.incoming() / "part-x"
    work.mkdir()
    (work / "input").write_bytes(b"x")
    spool.write_bytes(b"x")
    sweep()
    assert len(stored_files()) == 2
    age(".work-x", ".incoming/part-x", hours=49)
    sweep()
    assert stored_files() == set()
    assert not work.exists()


def test_no_file_is_thought_unnamed_when_no_column_is_known(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    monkeypatch.setattr("openrounds.media.references._HOLDERS", [])
    with pytest.raises(LookupError):
        unnamed({"a" * 32 + ".jpg"})


def test_every_column_that_names_files_is_declared() -> None:
    declared = {(model, field) for model, field in holders()}
    fields = [
        (model, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("openrounds.")
        for field in model._meta.get_fields()
        if getattr(field, "help_text", "") == "File name in the media store."
        or (getattr(field, "max_length", 0) == 255 and field.name.removesuffix("_static").endswith(HELD))
    ]
    assert len(fields) >= 6
    assert set(fields) <= declared


@pytest.mark.parametrize("row_goes", ["with the loose file", "by itself"])
def test_withheld_file_is_forgotten_no_sooner_than_it_is_gone(
    alice: Account, sweep: Callable[[], None], row_goes: str
) -> None:
    media, kept = upload(alice), upload(alice)
    names = [media.name, media.preview]
    hold.hold([media.pk, kept.pk])
    sweep()
    if row_goes == "by itself":
        MediaFile.objects.filter(pk=media.pk).delete()
        sweep()
        assert all(map(hold.is_held, names))  # the files are younger than a day
        age(*names, hours=25)
    else:
        MediaFile.objects.filter(pk=media.pk).update(loose_since=ago(hours=25))
    sweep()
    assert not any((store.directory() / name).exists() or hold.is_held(name) for name in names)
    assert hold.is_held(kept.name)
