"""The first steps of somebody new."""

import pytest
from django.test import Client
from tests.conftest import follow
from tests.factories.signing_in import browser_of, make_member, submit

from openrounds.accounts.models import Account, Follow
from openrounds.core.clock import ago
from openrounds.posts.models import Post
from openrounds.web.forms.welcome import EXAMPLES

pytestmark = pytest.mark.django_db
STEPS = ["you", "people", "practice", "judge"]


@pytest.fixture
def dana() -> Account:
    return make_member()


def signing_in_leads_to(username: str) -> str:
    sent = {"login": username, "password": "correct horse battery"}
    return submit(Client(), "/auth/sign_in", **sent)["Location"]


def test_newcomer_is_led_to_the_first_steps_and_others_are_not(dana: Account, bob: Account) -> None:
    assert signing_in_leads_to("dana") == "/welcome"
    Account.objects.filter(pk=dana.pk).update(following_count=1)
    assert signing_in_leads_to("dana") == "/"
    Account.objects.filter(pk=dana.pk).update(following_count=0, created_at=ago(days=8))
    assert signing_in_leads_to("dana") == "/"


@pytest.mark.parametrize("step", STEPS)
def test_each_step_can_be_left_out(dana: Account, step: str) -> None:
    at = STEPS.index(step)
    onwards = [f'href="/welcome/{name}"' for name in STEPS[at + 1 : at + 2]] or ['href="/"']
    assert onwards[0] in browser_of().get(f"/welcome/{step}").content.decode()


@pytest.mark.parametrize("step", STEPS)
def test_stranger_is_sent_to_sign_in(dana: Account, step: str) -> None:
    assert Client().get(f"/welcome/{step}")["Location"].startswith("/auth/sign_in")
    assert browser_of().post(f"/welcome/{step}", {"specialty": "Haematology"}).status_code == 403


def test_newcomer_says_what_she_is(dana: Account) -> None:
    browser = browser_of()
    assert browser.get("/welcome")["Location"] == "/welcome/you"
    response = submit(browser, "/welcome/you", role="nurse", specialty="Haematology")
    assert response["Location"] == "/welcome/people"
    dana.refresh_from_db()
    assert (dana.role, dana.specialty) == ("nurse", "Haematology")
    wrong = submit(browser, "/welcome/you", role="wizard", specialty="Potions")
    assert wrong.status_code == 422
    assert "Potions" in wrong.content.decode()


def test_newcomer_follows_whom_she_ticks_of_those_suggested_for_a_reason(dana: Account, bob: Account) -> None:
    Account.objects.filter(pk__in=[dana.pk, bob.pk]).update(specialty="Haematology")
    browser = browser_of()
    page = browser.get("/welcome/people").content.decode()
    assert "@bob" in page
    assert "Works in your specialty: Haematology" in page
    sent = {"csrfmiddlewaretoken": str(browser.get("/welcome/people").context["csrf_token"])}
    sent["account"] = [str(bob.pk), "x", "-1", "123456", "9" * 40]
    assert browser.post("/welcome/people", sent)["Location"] == "/welcome/practice"
    assert list(Follow.objects.values_list("follower", "followee")) == [(dana.pk, bob.pk)]


def test_suggestion_that_others_follow_says_so(dana: Account, bob: Account, charlie: Account) -> None:
    follow(charlie, bob)
    Account.objects.filter(pk=bob.pk).update(followers_count=1)
    assert "Many people here follow" in browser_of().get("/welcome/people").content.decode()


def test_practice_post_is_shown_and_kept_nowhere(dana: Account) -> None:
    response = submit(browser_of(), "/welcome/practice", text="Ring forms? <b>#HaemQuiz</b> @bob")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<b>#HaemQuiz" not in page
    assert "found under #HaemQuiz" in page
    assert not Post.objects.exists()


def test_practice_post_without_hashtag_and_too_long_is_told(dana: Account) -> None:
    page = submit(browser_of(), "/welcome/practice", text="x" * 1001).content.decode()
    assert "1 character too long" in page
    assert "carries no" in page
    assert submit(browser_of(), "/welcome/practice", text=" ").status_code == 422


def test_judgements_are_answered_with_reasons(dana: Account) -> None:
    answers = {f"example{n}": "yes" for n in range(len(EXAMPLES))}
    page = submit(browser_of(), "/welcome/judge", **answers).content.decode()
    assert page.count("We see it differently.") == 2
    assert page.count("So do we.") == 1
    missing = submit(browser_of(), "/welcome/judge", example0="yes")
    assert missing.status_code == 422
    assert 'id="id_example1_error"' in missing.content.decode()
