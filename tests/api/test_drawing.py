"""What is drawn when it is written is kept in the database, reads the same as drawn now, and goes with what it shows."""

import hashlib
import re

import pytest
from msgspec.structs import replace

from openrounds.accounts import profiles
from openrounds.accounts.actions.profile import edit_profile
from openrounds.accounts.models import Account, DrawnAccount
from openrounds.api import drawing, rendering
from openrounds.api.drawing import PEOPLE, POSTS, keep_all, tend_drawings
from openrounds.core import db
from openrounds.core.clock import ago
from openrounds.core.ids import id_at
from openrounds.jobs.registry import Tick
from openrounds.posts import bodies
from openrounds.posts.actions import Author, boost, delete_post, edit_post
from openrounds.posts.models import DrawnPost, Post
from openrounds.posts.rules import Draft

BASE = "http://testserver"
TEXTS = {
    "plain": "Good morning",
    "hashtags and an address": "See https://example.org/a?b=c #Haem #Anämie",
    "somebody called": "Ask @bob, or @nobody",
    "signs of JSON and HTML": '"quoted" \\ <b>not bold</b> & \ufffd\x01',
    "code points that are no characters": "a\ufdd0b\ufdd1c\uffff",
    "lines": "One\n\nTwo\nThree",
}


def kept(post: Post) -> bytes | None:
    return bodies.KEPT.read(drawing.look(), {post.pk: Post.objects.get(pk=post.pk).version}).get(post.pk)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("base", [BASE, "https://rounds.example.org"], ids=["one host", "another"])
def test_what_is_kept_reads_as_what_is_drawn_now(text, base, alice, bob, post_as):
    post = post_as(alice, text, spoiler_text="Careful")
    assert kept(post)
    now = drawing.draw(POSTS, base, [post.pk])
    assert drawing.read(POSTS, base, {post.pk: 1}) == now
    assert base.encode() in now[post.pk]


def test_readers_are_given_what_is_kept(alice, client_of, post_as):
    post = post_as(alice, "Hello")
    DrawnPost.objects.filter(pk=post.pk).update(body=kept(post).replace(b"Hello", b"As it was kept"))
    rendering.forget_everything()
    assert "As it was kept" in client_of(alice).get("/api/v1/timelines/home").json()[0]["content"]


def test_boost_is_kept_too(alice, bob, post_as):
    made = boost(Author(bob), post_as(alice).pk)
    assert kept(made) == drawing.draw(POSTS, drawing.BASE, [made.pk])[made.pk].replace(
        drawing.BASE.encode(), drawing.KEPT_BASE
    )


def test_edit_is_kept_in_place_of_the_former_words(alice, post_as):
    post = post_as(alice, "Former words")
    edit_post(alice.pk, post.pk, Draft(text="Later words"))
    assert b"Later words" in kept(post)
    assert DrawnPost.objects.count() == 1


def test_deleted_words_are_kept_nowhere(alice, bob, post_as):
    post = post_as(alice, "A name that should not stand here")
    boost(Author(bob), post.pk)
    delete_post(alice.pk, post.pk)
    assert not DrawnPost.objects.exists()


def test_profile_is_kept_when_it_changes_and_goes_with_every_other_change_of_it(alice, post_as):
    post_as(alice)
    edit_profile(alice.pk, {"display_name": "Dr Alice"})
    (row,) = DrawnAccount.objects.all()
    assert b"Dr Alice" in bytes(row.body)
    db.execute("UPDATE accounts_account SET version = version + 1 WHERE id = %s", [alice.pk])
    assert not DrawnAccount.objects.exists()


def test_account_that_is_removed_leaves_no_drawing(alice):
    profiles.KEPT.add(7, alice.pk, 1, b"{")
    Account.objects.filter(pk=alice.pk).delete()
    assert not DrawnAccount.objects.exists()


def test_call_by_name_and_host_is_kept_only_where_the_host_is_certain(alice, bob, post_as, settings):
    post = post_as(alice, "Ask @bob@localhost")
    assert kept(post) is None
    settings.OPENROUNDS = replace(settings.OPENROUNDS, domain="testserver")
    certain = post_as(alice, "Ask @bob@testserver")
    assert drawing.read(POSTS, BASE, {certain.pk: 1}) == drawing.draw(POSTS, BASE, [certain.pk])
    assert kept(certain)


def test_another_host_for_files_is_another_look(alice, post_as, settings):
    post = post_as(alice)
    settings.OPENROUNDS = replace(settings.OPENROUNDS, media_host="https://files.example.org")
    assert kept(post) is None
    tend_drawings(Tick())
    assert kept(post)


def test_what_is_not_kept_is_drawn_later_and_what_is_old_forgotten(alice, bob, post_as):
    new, old = post_as(alice, "New"), post_as(bob, "Old")
    DrawnPost.objects.all().delete()
    bodies.KEPT.add(drawing.look(), id_at(ago(days=drawing.KEPT_DAYS + 1)), 1, b"{")
    tend_drawings(Tick())
    assert {*DrawnPost.objects.values_list("pk", flat=True)} == {new.pk, old.pk}
    assert {*DrawnAccount.objects.values_list("pk", flat=True)} == {alice.pk, bob.pk}


def test_all_are_drawn_in_pieces(alice, post_as, monkeypatch):
    made = {post_as(alice, f"Number {n}").pk for n in range(5)}
    DrawnPost.objects.all().delete()
    monkeypatch.setattr(drawing, "AT_ONCE", 2)
    keep_all()
    assert {*DrawnPost.objects.values_list("pk", flat=True)} == made


def test_who_draws_otherwise_raises_the_format(alice, post_as):
    """If this fails, what is kept on every server is no longer what would be drawn: raise `drawing.FORMAT`, then write down
    here what comes out."""
    made = post_as(alice, "Ask @alice, see https://example.org/a?b=c #Haem", spoiler_text="Careful")
    Account.objects.filter(pk=alice.pk).update(note="Hello #Haem", fields=[{"name": "a", "value": "b"}])
    drawn = [*drawing.draw(POSTS, BASE, [made.pk]).values(), *drawing.draw(PEOPLE, BASE, [alice.pk]).values()]
    steady = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z|\d{9,}", b"", b"".join(drawn))
    assert (drawing.FORMAT, hashlib.sha256(steady).hexdigest()[:12]) == (1, "24336489c81c")


def test_wanted_version_alone_is_read(alice):
    profiles.KEPT.add(7, alice.pk, 1, b"{")
    assert profiles.KEPT.read(7, {alice.pk: 1}) == {alice.pk: b"{"}
    assert profiles.KEPT.read(7, {alice.pk: 2}) == profiles.KEPT.read(8, {alice.pk: 1}) == {}
