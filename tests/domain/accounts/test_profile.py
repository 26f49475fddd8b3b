"""Editing a profile."""

import pytest

from openrounds.accounts import actions
from openrounds.accounts.models import Account
from openrounds.core.errors import Invalid
from openrounds.jobs.models import Happening
from openrounds.media.actions import Picture

pytestmark = pytest.mark.django_db


def test_visible_change_raises_the_version_once(alice: Account) -> None:
    changed = actions.edit_profile(
        alice.pk, {"display_name": "Dr Alice", "note": "Films", "role": "clinician"}
    )
    assert (changed.display_name, changed.note, changed.role, changed.version) == (
        "Dr Alice",
        "Films",
        "clinician",
        2,
    )
    assert Happening.objects.filter(kind="ProfileChanged").count() == 1


def test_change_that_changes_nothing_is_none(alice: Account) -> None:
    assert actions.edit_profile(alice.pk, {"display_name": alice.display_name}).version == 1
    assert not Happening.objects.exists()


def test_defaults_for_posts_are_seen_by_nobody(alice: Account) -> None:
    changed = actions.edit_profile(alice.pk, {"default_visibility": 2, "default_language": "de"})
    assert (changed.default_visibility, changed.default_language, changed.version) == (2, "de", 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"display_name": "x" * 31},
        {"note": "x" * 501},
        {"specialty": "x" * 101},
        {"role": "wizard"},
        {"default_visibility": 3},
        {"default_language": "not a language"},
        {"avatar_description": "x" * 1501},
    ],
)
def test_bad_value_is_refused_and_nothing_is_written(alice: Account, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        actions.edit_profile(alice.pk, {"locked": True, **changes})
    alice.refresh_from_db()
    assert (alice.locked, alice.version) == (False, 1)


def test_column_that_is_none_of_the_profile_is_passed_over(alice: Account) -> None:
    actions.edit_profile(alice.pk, {"followers_count": 99, "username": "root"})
    alice.refresh_from_db()
    assert (alice.followers_count, alice.username) == (0, "alice")


def test_line_that_stays_keeps_its_proof(alice: Account) -> None:
    proven = {"name": "Site", "value": "https://a.test", "verified_at": "2026-01-01T00:00:00.000Z"}
    Account.objects.filter(pk=alice.pk).update(fields=[proven])
    kept = actions.edit_profile(
        alice.pk, {}, fields=[(" Site ", "https://a.test"), ("", ""), ("Pager", "12")]
    )
    assert kept.fields == [proven, {"name": "Pager", "value": "12", "verified_at": None}]
    moved = actions.edit_profile(alice.pk, {}, fields=[("Site", "https://b.test")])
    assert moved.fields[0]["verified_at"] is None


@pytest.mark.parametrize("fields", [[("a", "b")] * 5, [("a" * 256, "b")], [("a", "b" * 256)], [("", "b")]])
def test_bad_lines_are_refused(alice: Account, fields: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid):
        actions.edit_profile(alice.pk, {}, fields=fields)


def test_picture_is_set_and_taken_away_with_its_description(alice: Account) -> None:
    picture = Picture("a.gif", "a.png")
    actions.edit_profile(alice.pk, {"avatar_description": "A cat"}, avatar=picture, header=picture)
    alice.refresh_from_db()
    assert (alice.avatar, alice.avatar_static, alice.header) == ("a.gif", "a.png", "a.gif")
    bare = actions.delete_picture(alice.pk, "avatar")
    assert (bare.avatar, bare.avatar_static, bare.avatar_description, bare.header) == ("", "", "", "a.gif")
    assert bare.version == 3
