"""Posts are drawn once and kept; nobody is shown what was drawn for somebody else."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Visibility
from openrounds.posts.actions import favourite
from openrounds.posts.models import Post
from openrounds.timelines.models import Filter, FilterKeyword
from openrounds.web.cards import TEMPLATE

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def read(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def drawn(browser: Client, path: str) -> int:
    """How many posts had to be drawn for that page."""
    return sum(template.name == TEMPLATE for template in browser.get(path).templates)


def card(page: str, post: Post) -> str:
    found = re.search(rf'<article class="post[^>]*id="post-{post.pk}".*?</article>', page, re.DOTALL)
    assert found, "the post is not on the page"
    return found[0]


def test_page_read_again_draws_no_post_anew(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    follow(ben, ann)
    for number in range(3):
        post_as(ann, f"Number {number}")
    browser = browser_of("ben")
    assert drawn(browser, "/home") == 3
    assert drawn(browser, "/home") == 0
    post_as(ann, "The newest")
    assert drawn(browser, "/home") == 1


def test_readers_who_have_done_nothing_with_a_post_share_what_is_drawn(post_as: PostAs) -> None:
    ann = make_member("ann")
    make_member("ben")
    make_member("cal")
    post_as(ann, "For all")
    assert drawn(browser_of("ben"), "/local") == 1
    assert drawn(browser_of("cal"), "/local") == 0


def test_what_somebody_did_with_a_post_is_shown_to_nobody_else(post_as: PostAs) -> None:
    ann, ben, _ = make_member("ann"), make_member("ben"), make_member("cal")
    post = post_as(ann, "Words")
    favourite(ben.pk, post.pk)
    pressed = 'value="unfavourite"'
    assert pressed in card(read(browser_of("ben"), "/local"), post)
    assert pressed not in card(read(browser_of("cal"), "/local"), post)
    assert 'name="do"' not in card(read(Client(), "/"), post)


def test_only_the_author_is_offered_to_edit(post_as: PostAs) -> None:
    ann, _ = make_member("ann"), make_member("ben")
    post = post_as(ann, "Words")
    assert f"/posts/{post.pk}/edit" in card(read(browser_of("ann"), "/local"), post)
    assert f"/posts/{post.pk}/edit" not in card(read(browser_of("ben"), "/local"), post)


def test_buttons_send_the_form_of_the_page_with_the_reader_s_token_and_the_way_back(post_as: PostAs) -> None:
    ann, _ = make_member("ann"), make_member("ben")
    post = post_as(ann, "Words #TeamHaem")
    browser = browser_of("ben")
    read(browser_of("ann"), "/local")
    for path in ("/local", "/tags/TeamHaem", "/local?max_id=9000000000000000000"):
        html = read(browser, path)
        assert re.search(
            rf'<button type="submit"\s+form="acts"\s+formaction="/posts/{post.pk}/act"', card(html, post)
        )
        [shown] = re.findall(r'<form id="acts".*?</form>', html, re.DOTALL)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
        back = re.search(r'name="next"\s+value="([^"]+)"', shown)
        assert token and back and back[1] == path
        sent = {"csrfmiddlewaretoken": token[1], "do": "bookmark", "next": back[1]}
        response = browser.post(f"/posts/{post.pk}/act", sent)
        assert response.status_code == 302
        assert response["Location"] == f"{path}#post-{post.pk}"


def test_card_follows_the_language_and_the_zone_of_the_reader(post_as: PostAs) -> None:
    ann = make_member("ann")
    post = post_as(ann, "Words")
    browser, hour = Client(), re.compile(r"\d\d:\d\d (\S+)</time>")
    english = card(read(browser, "/"), post)
    browser.cookies["language"] = "de"
    browser.cookies["zone"] = "Asia/Kathmandu"
    german = card(read(browser, "/"), post)
    assert ">Replies<" in english and ">Replies<" not in german
    assert hour.search(english)[1] == "UTC"
    assert hour.search(german)[1] == "+0545"


def test_changed_post_is_drawn_anew(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    post = post_as(ann, "First words")
    browser = browser_of("ben")
    assert "First words" in read(browser, "/local")
    Post.objects.filter(pk=post.pk).update(text="Second words", version=post.version + 1)
    favourite(ben.pk, post.pk)
    shown = card(read(browser, "/local"), post)
    assert "Second words" in shown
    assert "<span>1</span>" in shown


def test_filters_cost_no_query_more_once_the_words_are_known(post_as: PostAs) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    follow(ben, ann)
    each = Filter.objects.create(account=ben, title="Words", context=["home"], action="warn")
    FilterKeyword.objects.create(filter=each, keyword="ferritin", whole_word=True)
    found = post_as(ann, "A ferritin of 8")
    browser = browser_of("ben")
    assert "Filtered:" in card(read(browser, "/home"), found)
    with CaptureQueriesContext(connection) as known:
        read(browser, "/home")
    other = post_as(ann, "Nothing of it")
    assert "Filtered:" not in card(read(browser, "/home"), other)
    with CaptureQueriesContext(connection) as more:
        assert "Filtered:" in card(read(browser, "/home"), found)
    assert len(more) <= len(known) <= 20


def buttons(html: str) -> str:
    found = re.search(
        r'<(div class="acts" data-swap|p class="acts).*?(</details>\s*</div>|</p>)', html, re.DOTALL
    )
    assert found, "nothing can be done with it"
    return re.sub(r"\s+", " ", found[0])


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("deeds", [(), ("favourite", "bookmark"), ("mute", "favourite")])
def test_buttons_that_are_kept_are_those_that_are_drawn_for_the_post(
    post_as: PostAs, visibility: Visibility, deeds: tuple[str, ...]
) -> None:
    """One acts with htmx on and is sent what is drawn of that post alone; the page has what was kept of others like it."""
    ann, ben = make_member("ann"), make_member("ben")
    follow(ben, ann)
    first, post = (post_as(ann, "@ben what do you say?", visibility=visibility) for _ in range(2))
    for name in ("ben", "ann"):
        browser = browser_of(name)
        for shown in (first, post):
            token = {"csrfmiddlewaretoken": str(browser.get("/about").context["csrf_token"])}
            sent = token | {"next": f"/@ann/{shown.pk}", "do": "unmute"}
            for deed in ("unmute", *deeds):
                alone = browser.post(
                    f"/posts/{shown.pk}/act", sent | {"do": deed}, headers={"HX-Request": "1"}
                )
            page = card(read(browser, f"/@ann/{shown.pk}"), shown)
            assert buttons(page) == buttons(alone.content.decode())
