"""Writing, answering and editing without JavaScript; what does not fit comes back with all that was typed."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.factories.media import draw
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account, TeamMembership, TeamRight, Visibility
from openrounds.core.options import options
from openrounds.media.models import MediaFile
from openrounds.posts.actions import PollDraft
from openrounds.posts.models import Poll, Post, Vote
from openrounds.web.composing import MOST_TAGS

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]
LIMIT = options().post_characters


def picture(content: bytes = b"") -> SimpleUploadedFile:
    drawn = io.BytesIO()
    draw((64, 48)).save(drawn, "PNG")
    return SimpleUploadedFile("film.png", content or drawn.getvalue(), "image/png")


def send(browser: Client, path: str = "/compose", **fields: Any) -> HttpResponse:
    token = str(browser.get("/compose").context["csrf_token"])
    return browser.post(path, {"csrfmiddlewaretoken": token, **fields})


def test_member_posts_and_sees_it() -> None:
    make_member("ann")
    browser = browser_of("ann")
    answer = send(browser, text="First line\r\nSecond", visibility="1", spoiler_text="Blood", key="k1")
    post = Post.objects.get()
    assert answer["Location"] == f"/@ann/{post.pk}#post-{post.pk}" or answer["Location"] == f"/@ann/{post.pk}"
    assert (post.text, post.visibility, post.spoiler_text) == (
        "First line\nSecond",
        Visibility.UNLISTED,
        "Blood",
    )
    assert "First line" in browser.get(f"/@ann/{post.pk}").content.decode()


def test_form_sent_twice_makes_one_post() -> None:
    make_member("ann")
    browser = browser_of("ann")
    for _ in range(2):
        assert send(browser, text="Once", key="the-same").status_code == 302
    assert Post.objects.count() == 1


def test_text_that_is_too_long_comes_back_with_the_reason_beside_it() -> None:
    make_member("ann")
    text = "x" * (LIMIT + 1)
    answer = send(browser_of("ann"), text=text, answer_1="Kept", spoiler_text="Kept too")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert text in page and 'value="Kept"' in page and "Kept too" in page
    assert f"Text character limit of {LIMIT} exceeded by 9" in page
    assert 'aria-invalid="true"' in page
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("sent", "where", "said"),
    [
        ({"text": "x" * (LIMIT + 1)}, "text", "exceeded by 1"),
        ({"answer_1": "Iron"}, "answer_2", "A poll must have 2 to"),
        ({"answer_1": "Iron", "answer_2": "Folate", "answer_4": "iron"}, "answer_4", "are the same"),
        ({"answer_2": "x" * 101, "answer_1": "Iron"}, "answer_2", "at most 100 characters"),
        ({"answer_1": "Iron", "answer_2": "Folate", "lasts": "7"}, "lasts", "valid choice"),
        ({"spoiler_text": "x" * 1001}, "spoiler_text", "at most 1000 characters"),
        ({"visibility": "9"}, "visibility", "valid choice"),
    ],
    ids=["too-long", "one-answer", "same-answers", "long-answer", "lasting", "warning", "visibility"],
)
def test_what_is_wrong_stands_beside_its_field_and_one_goes_on_there(
    sent: dict[str, str], where: str, said: str
) -> None:
    make_member("ann")
    answer = send(browser_of("ann"), **{"text": "Which?", "lasts": "3600"} | sent)
    form, page = answer.context["composer"], answer.content.decode()
    assert answer.status_code == 422
    assert list(form.errors) == [where]
    beside = page[page.index(f'id="compose_{where}_error"') :]
    assert said in beside[: beside.index("</div>")]
    field = re.search(rf'<[^>]* id="compose_{where}"[^>]*>', page)
    assert field is not None
    assert f'aria-describedby="compose_{where}_error"' in field[0] and "autofocus" in field[0]
    assert page.count("autofocus") == 1
    assert not Post.objects.exists()


def test_undescribed_picture_is_where_one_goes_on() -> None:
    make_member("ann")
    answer = send(browser_of("ann"), text="A film", files=[picture()])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say in a few words" in page[page.index('id="compose_pictures_error"') :][:400]
    [field] = re.findall(r"<textarea[^>]*autofocus[^>]*>", page)
    assert 'name="alt_' in field and 'aria-describedby="compose_pictures_error"' in field


def test_file_of_no_known_kind_is_told_at_the_files_and_they_are_open() -> None:
    make_member("ann")
    answer = send(browser_of("ann"), text="A film", files=[picture(b"no picture")])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<details class="pictures" open>' in page
    [field] = re.findall(r"<input[^>]*autofocus[^>]*>", page)
    assert 'name="files"' in field and 'aria-describedby="compose_pictures_error"' in field


def test_empty_post_is_refused() -> None:
    make_member("ann")
    answer = send(browser_of("ann"), text="  ")
    assert answer.status_code == 422
    assert "be blank" in answer.content.decode()


def test_hashtag_that_is_kept_is_added_once() -> None:
    make_member("ann")
    browser = browser_of("ann")
    answer = send(browser, text="A thought", tags=["TeamHaem"], next="/tags/TeamHaem")
    assert answer["Location"].startswith("/tags/TeamHaem#post-")
    send(browser, text="Another #teamhaem thought", tags=["TeamHaem"])
    assert list(Post.objects.order_by("id").values_list("text", flat=True)) == [
        "A thought\n\n#TeamHaem",
        "Another #teamhaem thought",
    ]


def test_reply_names_those_it_answers_and_is_no_wider(post_as: PostAs) -> None:
    alice, bob = make_member("ann"), make_member("ben")
    make_member("cal")
    post = post_as(alice, "@cal what do you say? #TeamHaem", visibility=Visibility.DIRECT)
    page = browser_of("cal").get(f"/posts/{post.pk}/reply")
    form = page.context["composer"]
    assert form["text"].value() == "@ann "
    assert form["visibility"].value() == Visibility.DIRECT
    assert 'value="TeamHaem"' in page.content.decode()
    send(browser_of("cal"), text="@ann I say yes", in_reply_to=post.pk, visibility="3")
    reply = Post.objects.latest("id")
    assert (reply.in_reply_to_id, reply.visibility) == (post.pk, Visibility.DIRECT)
    assert send(browser_of("ben"), text="I listen", in_reply_to=post.pk).status_code in (404, 422)
    assert bob.posts.count() == 0


def test_reply_to_a_post_under_many_hashtags_keeps_those_chosen(post_as: PostAs) -> None:
    alice = make_member("ann")
    few, many = post_as(alice, "#One #Two"), post_as(alice, "#One #Two #Three")
    kept = [
        browser_of("ann").get(f"/posts/{p.pk}/reply").context["composer"]["tags"].value() for p in (few, many)
    ]
    assert kept == [["One", "Two"], []]


def test_poll_is_asked() -> None:
    make_member("ann")
    send(browser_of("ann"), text="Which?", answer_1="Iron", answer_3="Folate", lasts="3600", hide_totals="on")
    poll = Poll.objects.get()
    assert [option.title for option in poll.options.all()] == ["Iron", "Folate"]
    assert poll.hide_totals and not poll.multiple


def test_pictures_are_added_described_and_posted() -> None:
    make_member("ann")
    browser = browser_of("ann")
    answer = send(browser, text="Two films", files=[picture(), picture()], attach="1")
    assert answer.status_code == 200
    first, second = MediaFile.objects.order_by("id")
    assert f'name="alt_{first.pk}"' in answer.content.decode()
    fields = {"media": [first.pk, second.pk], f"alt_{first.pk}": "A blood film"}
    nudged = send(browser, text="Two films", **fields)
    assert nudged.status_code == 422
    assert "Say in a few words" in nudged.content.decode()
    assert not Post.objects.exists()
    send(browser, text="Two films", described="on", **fields)
    post = Post.objects.get()
    assert list(post.media.order_by("attachment__position")) == [first, second]
    assert MediaFile.objects.get(pk=first.pk).description == "A blood film"


def test_picture_is_taken_off_again() -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="x", files=[picture()], attach="1")
    media = MediaFile.objects.get()
    page = send(browser, text="Words stay", media=[media.pk], remove=str(media.pk)).content.decode()
    assert "Words stay" in page
    assert f'name="alt_{media.pk}"' not in page
    assert not Post.objects.exists()


def test_file_that_is_no_picture_is_refused_and_the_text_kept() -> None:
    make_member("ann")
    answer = send(browser_of("ann"), text="Kept words", files=[picture(b"no picture")])
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert not Post.objects.exists()


def test_fifth_picture_is_refused() -> None:
    make_member("ann")
    answer = send(browser_of("ann"), text="Many", files=[picture() for _ in range(5)])
    assert answer.status_code == 422
    assert "At most 4" in answer.content.decode()
    assert not MediaFile.objects.exists()


def test_nobody_attaches_what_another_uploaded() -> None:
    make_member("ann")
    make_member("ben")
    send(browser_of("ann"), text="x", files=[picture()], attach="1")
    media = MediaFile.objects.get()
    send(browser_of("ben"), text="Stolen", media=[media.pk])
    assert not Post.objects.get().media.exists()


def test_upload_while_writing_answers_with_its_piece_of_the_form() -> None:
    make_member("ann")
    browser = browser_of("ann")
    answer = send(browser, "/compose/file", file=picture())
    media = MediaFile.objects.get()
    assert f'name="media" value="{media.pk}"' in answer.content.decode()
    refused = send(browser, "/compose/file", file=picture(b"junk"))
    assert (refused.status_code, refused["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert send(browser, "/compose/file").status_code == 422


def test_member_posts_as_his_team_and_only_his() -> None:
    ann, ben = make_member("ann"), make_member("ben")
    team = Account.objects.create(username="ward7", is_team=True)
    TeamMembership.objects.create(team=team, member=ann, right=TeamRight.OWNER)
    assert "@ward7" in browser_of("ann").get("/compose").content.decode()
    send(browser_of("ann"), text="From the team", author="ward7")
    post = Post.objects.get()
    assert (post.account, post.posted_by) == (team, ann.user)
    assert send(browser_of("ben"), text="Not mine", author="ward7").status_code == 422
    assert ben.posts.count() == 0


def test_edit_keeps_pictures_poll_and_votes(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    post = post_as(ann, "Wich?", poll=PollDraft(("Iron", "Folate"), timedelta(hours=1)))
    poll = Poll.objects.get()
    Vote.objects.create(poll=poll, account=ben, position=0)
    browser = browser_of("ann")
    assert "Wich?" in browser.get(f"/posts/{post.pk}/edit").content.decode()
    assert send(browser, f"/posts/{post.pk}/edit", text="Which?")["Location"] == f"/@ann/{post.pk}"
    assert Post.objects.get(pk=post.pk).text == "Which?"
    assert Vote.objects.filter(poll=poll).exists()
    history = browser.get(f"/posts/{post.pk}/history").content.decode()
    assert "Wich?" in history and "Which?" in history


def test_edit_changes_descriptions() -> None:
    make_member("ann")
    browser = browser_of("ann")
    send(browser, text="A film", files=[picture()], described="on")
    post, media = Post.objects.get(), MediaFile.objects.get()
    send(
        browser,
        f"/posts/{post.pk}/edit",
        text="A film",
        media=[media.pk],
        **{f"alt_{media.pk}": "Spherocytes"},
    )
    media.refresh_from_db()
    assert media.description == "Spherocytes"
    assert post.media.get() == media


def test_edit_that_does_not_fit_comes_back(post_as: PostAs) -> None:
    post = post_as(make_member("ann"), "Short")
    answer = send(browser_of("ann"), f"/posts/{post.pk}/edit", text="y" * (LIMIT + 1))
    assert answer.status_code == 422
    assert "y" * (LIMIT + 1) in answer.content.decode()
    assert Post.objects.get(pk=post.pk).text == "Short"


def test_post_of_an_ended_poll_keeps_its_words(post_as: PostAs) -> None:
    post = post_as(make_member("ann"), "Which?", poll=PollDraft(("Iron", "Folate"), timedelta(hours=1)))
    Poll.objects.update(expires_at=post.created_at - timedelta(hours=1))
    answer = send(browser_of("ann"), f"/posts/{post.pk}/edit", text="Changed")
    assert answer.status_code == 422
    assert "has ended" in answer.content.decode()


def test_reply_to_a_post_under_very_many_hashtags_offers_to_keep_a_few(post_as: PostAs) -> None:
    make_member("ben")
    post = post_as(make_member("ann"), " ".join(f"#room{n}" for n in range(40)))
    page = browser_of("ben").get(f"/posts/{post.pk}/reply").content.decode()
    assert page.count('name="tags"') == MOST_TAGS


def test_edit_that_was_taken_lets_the_browser_forget_its_draft(post_as: PostAs) -> None:
    post = post_as(make_member("ann"), "As it was")
    answer = send(browser_of("ann"), f"/posts/{post.pk}/edit", text="As it is", key="k7")
    assert (answer.status_code, answer.cookies["sent"].value) == (302, "k7")
    refused = send(browser_of("ann"), f"/posts/{post.pk}/edit", text="", key="k8")
    assert (refused.status_code, "sent" in refused.cookies) == (422, False)
