"""A public list of posts with pictures does not go through those without."""

from collections.abc import Callable

import pytest
from tests.factories.plans import plans_of

from openrounds.accounts.models import Account
from openrounds.core.paging import Paging
from openrounds.hashtags.models import Hashtag
from openrounds.media.models import Kind, MediaFile, State
from openrounds.posts import lines
from openrounds.posts.actions import edit_post
from openrounds.posts.models import Post
from openrounds.posts.rules import Draft
from openrounds.timelines import queries
from openrounds.timelines.queries import TagChoice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("local", [True, False], ids=["local", "everywhere"])
def test_posts_with_pictures_have_an_index_of_their_own(alice: Account, local: bool) -> None:
    source = queries.public(alice.pk, local=local, only_media=True)
    plan = plans_of(lambda: lines.read(source, Paging(limit=20)))
    assert any("post_illustrated" in line for line in plan)
    assert not any("TEMP B-TREE FOR ORDER" in line or "Sort" in line for line in plan)


def under_tag(viewer: Account) -> list[int]:
    source = queries.hashtag(viewer.pk, TagChoice("haem"), only_media=True)
    return [line.id for line in lines.read(source, Paging(limit=20))]


def test_posts_with_pictures_under_a_hashtag_have_one_too(alice: Account) -> None:
    Hashtag.objects.create(name="haem", display_name="Haem")
    plan = plans_of(lambda: under_tag(alice))
    assert any("hashtag_illustrated" in line for line in plan)
    assert not any("TEMP B-TREE FOR ORDER" in line or "Sort" in line for line in plan)


def test_hashtag_knows_whether_its_post_shows_a_picture_now(
    alice: Account, post_as: Callable[..., Post]
) -> None:
    picture = MediaFile.objects.create(owner=alice, kind=Kind.IMAGE, state=State.READY, name="x.png")
    post_as(alice, "Words alone #Haem")
    shown = post_as(alice, "Look #Haem", media_ids=(picture.pk,))
    assert under_tag(alice) == [shown.pk]
    edit_post(alice.pk, shown.pk, Draft(text="No more #Haem"))
    assert under_tag(alice) == []
    edit_post(alice.pk, shown.pk, Draft(text="Again #Haem", media_ids=(picture.pk,)))
    assert under_tag(alice) == [shown.pk]
