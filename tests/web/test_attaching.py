"""Pictures of a form: taken off, put in another order, added in an edit, and kept when the post is shown as another."""

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member
from tests.web.test_posting import picture, send

from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.media.models import MediaFile
from openrounds.posts.models import Post

pytestmark = pytest.mark.django_db


def shown(post: Post) -> list[int]:
    return list(post.media.order_by("attachment__position").values_list("pk", flat=True))


def test_picture_moves_forward_in_the_form() -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="Films", files=[picture(), picture()], attach="1")
    first, second = MediaFile.objects.order_by("id").values_list("pk", flat=True)
    page = send(browser, text="Films", media=[first, second], earlier=str(second)).content.decode()
    assert page.index(f'name="alt_{second}"') < page.index(f'name="alt_{first}"')
    send(browser, text="Films", media=[second, first], described="on")
    assert shown(Post.objects.get()) == [second, first]


def test_edit_adds_removes_reorders_and_describes_pictures() -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="Films", files=[picture(), picture()], described="on")
    post = Post.objects.get()
    first, second = shown(post)
    path, words = f"/posts/{post.pk}/edit", {f"alt_{second}": "Spherocytes"}
    page = send(browser, path, text="Films", media=[first, second], files=[picture()], attach="1", **words)
    third = MediaFile.objects.latest("id").pk
    assert (
        f'name="alt_{third}"' in page.content.decode() and "Spherocytes</textarea>" in page.content.decode()
    )
    assert shown(post) == [first, second]
    page = send(browser, path, text="Films", media=[first, second, third], earlier=str(third), **words)
    assert page.status_code == 200 and shown(post) == [first, second]
    send(browser, path, text="Films", media=[third, second], **words, **{f"alt_{third}": "Iron stain"})
    assert shown(post) == [third, second]
    said = dict(MediaFile.objects.values_list("pk", "description"))
    assert (said[second], said[third]) == ("Spherocytes", "Iron stain")
    history = browser.get(f"/posts/{post.pk}/history").content.decode()
    assert history.count("<article") >= 2 or "Films" in history


def test_edit_takes_no_picture_of_another() -> None:
    make_member("ann"), make_member("ben")
    send(browser_of("ben"), text="His", files=[picture()], attach="1")
    his, browser = MediaFile.objects.get(), browser_of("ann")
    send(browser, text="Mine")
    post = Post.objects.get()
    send(browser, f"/posts/{post.pk}/edit", text="Mine", media=[his.pk], **{f"alt_{his.pk}": "Taken"})
    his.refresh_from_db()
    assert shown(post) == [] and his.description == ""


def test_description_that_is_too_long_comes_back_with_all_else() -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="x", files=[picture()], attach="1")
    media, long = MediaFile.objects.get(), "y" * 1501
    answer = send(browser, text="Words stay", media=[media.pk], **{f"alt_{media.pk}": long})
    assert answer.status_code == 422
    assert "Words stay" in answer.content.decode() and long in answer.content.decode()
    assert not Post.objects.exists()


def test_pictures_stay_when_the_post_is_shown_as_a_team_instead() -> None:
    ann = make_member("ann")
    team = Account.objects.create(username="ward7", is_team=True)
    TeamMembership.objects.create(team=team, member=ann, right=TeamRight.OWNER)
    browser = browser_of("ann")
    page = send(browser, text="Film", files=[picture()], attach="1", author="ann").content.decode()
    assert 'value="ward7"' in page
    media = MediaFile.objects.get()
    fields = {"media": [media.pk], f"alt_{media.pk}": "Spherocytes"}
    assert (
        f'name="alt_{media.pk}"'
        in send(browser, text="", author="ward7", attach="1", **fields).content.decode()
    )
    send(browser, text="Film", author="ward7", **fields)
    post = Post.objects.get()
    assert (post.account, shown(post)) == (team, [media.pk])


def test_picture_has_its_room_before_it_is_there() -> None:
    make_member("ann")
    send(browser_of("ann"), text="Films", files=[picture()], described="on")
    post = Post.objects.get()
    small = post.media.get().meta["small"]
    page = Client().get(f"/@ann/{post.pk}").content.decode()
    assert f'width="{small["width"]}" height="{small["height"]}"' in page
