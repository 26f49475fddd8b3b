"""The frame of pages and the empty composer are drawn once and kept; what is a reader's own is put in for each."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member

from openrounds.accounts.models import Account, TeamMembership, Visibility
from openrounds.core.clock import now
from openrounds.posts.actions import favourite
from openrounds.posts.models import Post
from openrounds.rounds.models import Round
from openrounds.web import parts, places

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]
FRAME = {"head.html", "top.html", "navigation.html", "foot.html"}


@pytest.fixture(autouse=True)
def _fresh_parts() -> Iterator[None]:
    parts.forget_everything()
    yield
    parts.forget_everything()


def read(browser: Client, path: str) -> str:
    """The page. Whoever it is for, no place is left empty on it."""
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    page = response.content.decode()
    assert not re.search(rf"\d{{{places.DIGITS}}}", page)
    return page


def drawn(browser: Client, path: str) -> set[str]:
    """Which parts had to be drawn for that page."""
    return {template.name for template in browser.get(path).templates} & (FRAME | {"pages/composer.html"})


def composer(page: str) -> str:
    found = re.search(r'<form class="composer.*?</form>', page, re.DOTALL)
    assert found, "no composer is on the page"
    return found[0]


def value(html: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def test_frame_and_composer_are_drawn_once_for_all_who_see_the_same() -> None:
    make_member("ann"), make_member("ben")
    assert drawn(browser_of("ann"), "/home") >= {"navigation.html", "pages/composer.html"}
    assert drawn(browser_of("ben"), "/home") == set()


def test_each_reader_has_his_own_name_token_and_key() -> None:
    make_member("ann"), make_member("ben")
    pages = {name: read(browser_of(name), "/home") for name in ("ann", "ben")}
    for name, other in (("ann", "ben"), ("ben", "ann")):
        assert f'href="/@{name}"' in pages[name]
        assert f"<b>@{name}</b>" in composer(pages[name])
        assert f"@{other}" not in pages[name]
    for field in ("csrfmiddlewaretoken", "key"):
        assert value(composer(pages["ann"]), field) != value(composer(pages["ben"]), field)


def test_what_is_written_in_a_kept_composer_goes_out_and_leads_back() -> None:
    make_member("ann"), make_member("ben")
    read(browser_of("ann"), "/tags/TeamHaem")
    browser = browser_of("ben")
    form = composer(read(browser, "/tags/TeamHaem"))
    names = ("csrfmiddlewaretoken", "key", "next")
    sent = {name: value(form, name) for name in names} | {"tags": "TeamHaem", "text": "A ferritin of 8"}
    response = browser.post("/compose", sent | {"visibility": "0"})
    made = Post.objects.get()
    assert (made.account.username, made.text) == ("ben", "A ferritin of 8\n\n#TeamHaem")
    assert response["Location"] == f"/tags/TeamHaem#post-{made.pk}"


def test_forms_of_the_foot_lead_back_to_the_page_as_it_was_asked_for() -> None:
    browser = Client()
    for path in ("/explore", "/about?a=1&amp;b=%22"):
        assert read(browser, path.replace("&amp;", "&")).count(f'name="next" value="{path}"') == 2


def test_frame_follows_language_colours_and_page() -> None:
    make_member("ann")
    browser = browser_of("ann")
    english = read(browser, "/home")
    browser.cookies["language"], browser.cookies["theme"] = "de", "dark"
    german = read(browser, "/explore")
    assert "<span>Home</span>" in english and "<span>Home</span>" not in german
    assert re.search(r'href="/home"\s+aria-current="page"', english)
    assert re.search(r'href="/explore"\s+aria-current="page"', german)
    assert german.count('aria-current="page"') == 1
    assert "prefers-color-scheme" in english and "prefers-color-scheme" not in german


def test_count_of_news_is_each_readers_own(post_as: PostAs, run_jobs: Callable[[], None]) -> None:
    ann, ben = make_member("ann"), make_member("ben")
    follow(ben, ann)
    post_as(ann, "@ben what do you say?")
    run_jobs()
    count = re.compile(r'<span class="count">(\d+)')
    assert count.search(read(browser_of("ann"), "/home")) is None
    assert count.search(read(browser_of("ben"), "/home"))[1] == "1"


def test_composer_offers_ones_own_teams_and_ones_own_audience() -> None:
    ann, ben = make_member("ann"), make_member("ben")
    team = Account.objects.create(username="haem", display_name="Team Haem", is_team=True)
    TeamMembership.objects.create(team=team, member=ann)
    Account.objects.filter(pk=ben.pk).update(default_visibility=Visibility.FOLLOWERS)
    of_ann, of_ben = (composer(read(browser_of(name), "/home")) for name in ("ann", "ben"))
    assert "Team Haem" in of_ann and "Team Haem" not in of_ben
    assert '<option value="0" selected>' in of_ann and '<option value="2" selected>' in of_ben
    Account.objects.filter(pk=team.pk).update(display_name="Blood & Co")
    assert "Blood &amp; Co" in composer(read(browser_of("ann"), "/home"))


def test_reply_names_its_own_post_and_people(post_as: PostAs) -> None:
    ann, _, _ = make_member("ann"), make_member("ben"), make_member("cal")
    first, second = post_as(ann, "One"), post_as(ann, "Two, @cal")
    browser = browser_of("ben")
    for post, address in ((first, "@ann "), (second, "@ann @cal ")):
        form = composer(read(browser, f"/@ann/{post.pk}"))
        assert value(form, "in_reply_to") == str(post.pk)
        assert f'data-composer="{post.pk}"' in form
        assert re.search(rf"<textarea[^>]*>\s*{address}</textarea>", form)


def test_warning_of_what_is_answered_stays_with_that_answer(post_as: PostAs) -> None:
    ann, _ = make_member("ann"), make_member("ben")
    plain, warned = post_as(ann, "One"), post_as(ann, "Two", spoiler_text="A wound")
    browser = browser_of("ben")
    assert 'value="A wound"' in composer(read(browser, f"/@ann/{warned.pk}"))
    assert "A wound" not in composer(read(browser, f"/@ann/{plain.pk}"))


def test_stranger_is_offered_the_ways_in_and_a_member_is_not() -> None:
    make_member("ann")
    assert 'href="/auth/sign_up' in read(Client(), "/explore")
    assert 'href="/auth/sign_up' not in read(browser_of("ann"), "/explore")
    assert 'href="/auth/sign_up' in read(Client(), "/explore")


def people(page: str) -> dict[str, str]:
    """By address, what stands in a list of people."""
    shown = re.findall(r"<li>\s*<div class=\"who\">.*?</li>", page, re.DOTALL)
    return {re.search(r">@(\w+)</span>", each)[1]: each for each in shown}


def test_people_in_lists_are_themselves_to_each_reader(post_as: PostAs) -> None:
    ann, ben, cal = (make_member(name, display_name=f"{name.title()} <3") for name in ("ann", "ben", "cal"))
    post = post_as(ann, "Words")
    for who in (ann, ben, cal):
        favourite(who.pk, post.pk)
    follow(ann, ben)
    shown = people(read(browser_of("ann"), f"/posts/{post.pk}/favourites"))
    assert "<form" not in shown["ann"]
    assert f"/accounts/{ben.pk}/act" in shown["ben"] and 'value="unfollow"' in shown["ben"]
    assert f"/accounts/{cal.pk}/act" in shown["cal"] and 'value="follow"' in shown["cal"]
    assert "Cal &lt;3" in shown["cal"] and value(shown["cal"], "next") == f"/posts/{post.pk}/favourites"
    assert 'value="unfollow"' not in people(read(browser_of("cal"), f"/posts/{post.pk}/favourites"))["ben"]
    assert "<form" not in "".join(people(read(Client(), f"/posts/{post.pk}/favourites")).values())


def test_round_in_a_list_follows_language_zone_and_what_it_holds(make_case: Callable[..., Round]) -> None:
    case = make_case(steps=1)
    Round.objects.filter(pk=case.pk).update(
        state="scheduled", title="Case 1", opens_at=now() + timedelta(days=1)
    )
    browser = Client()
    english = entry(read(browser, "/explore"))
    assert "Case 1" in english and "opens" in english and "UTC" in english
    browser.cookies["language"], browser.cookies["zone"] = "de", "Asia/Kathmandu"
    german = entry(read(browser, "/explore"))
    assert ">Coming<" not in german and "+0545" in german
    Round.objects.filter(pk=case.pk).update(title="Case 2")
    assert "Case 2" in entry(read(browser, "/explore"))


def entry(page: str) -> str:
    found = re.search(r'<article class="entry-card.*?</article>', page, re.DOTALL)
    assert found, "no round is on the page"
    return found[0]
