"""A person's own profile, privacy and notifications, without JavaScript."""

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member, submit
from tests.factories.uploads import part, photo

from openrounds.accounts.models import Account, Visibility
from openrounds.timelines.notification_queries import policy_of

pytestmark = pytest.mark.django_db
PROFILE = {
    "display_name": "Dana",
    "note": "Blood films",
    "role": "clinician",
    "specialty": "Haematology",
    "line1_name": "Hospital",
    "line1_value": "St Elsewhere",
}
PRIVACY = {"locked": "on", "default_visibility": "2", "default_language": "de"}


@pytest.fixture
def dana() -> Account:
    return make_member()


@pytest.mark.parametrize("path", ["profile", "privacy", "notifications", "keyboard"])
def test_stranger_is_sent_to_sign_in(path: str) -> None:
    assert Client().get(f"/settings/{path}")["Location"].startswith("/auth/sign_in")


@pytest.mark.parametrize("path", ["profile", "privacy", "notifications"])
def test_form_of_another_site_changes_nothing(dana: Account, path: str) -> None:
    assert browser_of().post(f"/settings/{path}", PROFILE | PRIVACY).status_code == 403
    dana.refresh_from_db()
    assert (dana.specialty, dana.locked) == ("", False)


def test_owner_edits_her_profile_and_nobody_elses(dana: Account) -> None:
    charlie = make_member("charlie")
    assert submit(browser_of(), "/settings/profile", **PROFILE).status_code == 302
    dana.refresh_from_db()
    charlie.refresh_from_db()
    assert (dana.note, dana.role, dana.fields[0]["value"]) == ("Blood films", "clinician", "St Elsewhere")
    assert charlie.note == ""
    page = browser_of().get("/settings/profile").content.decode()
    assert "St Elsewhere" in page


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(dana: Account) -> None:
    response = submit(browser_of(), "/settings/profile", **PROFILE | {"display_name": "x" * 31})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="id_display_name_error"' in page
    assert "Blood films" in page
    dana.refresh_from_db()
    assert dana.note == ""


def test_line_without_a_label_is_told_at_the_line(dana: Account) -> None:
    response = submit(browser_of(), "/settings/profile", **PROFILE | {"line1_name": ""})
    assert response.status_code == 422
    assert 'id="id_line1_name_error"' in response.content.decode()


def test_owner_gives_and_takes_away_a_picture(dana: Account) -> None:
    browser = browser_of()
    token = str(browser.get("/settings/profile").context["csrf_token"])
    sent = PROFILE | {"csrfmiddlewaretoken": token, "avatar_description": "A red cell"}
    assert browser.post("/settings/profile", sent | {"avatar": part(photo())}).status_code == 302
    dana.refresh_from_db()
    assert dana.avatar
    assert browser.post("/settings/profile", sent | {"remove_avatar": "on"}).status_code == 302
    dana.refresh_from_db()
    assert dana.avatar == ""


def test_file_that_is_no_picture_is_refused_at_its_field(dana: Account) -> None:
    browser = browser_of()
    token = str(browser.get("/settings/profile").context["csrf_token"])
    sent = PROFILE | {"csrfmiddlewaretoken": token, "avatar": part(b"no picture", "a.jpg")}
    response = browser.post("/settings/profile", sent)
    assert response.status_code == 422
    assert 'id="id_avatar_error"' in response.content.decode()
    dana.refresh_from_db()
    assert dana.note == ""


def test_owner_chooses_who_sees_her(dana: Account) -> None:
    assert submit(browser_of(), "/settings/privacy", **PRIVACY).status_code == 302
    dana.refresh_from_db()
    assert (dana.locked, dana.discoverable, dana.default_language) == (True, False, "de")
    assert dana.default_visibility == Visibility.FOLLOWERS


def test_language_that_is_none_is_refused(dana: Account) -> None:
    response = submit(browser_of(), "/settings/privacy", **PRIVACY | {"default_language": "??"})
    assert response.status_code == 422
    assert 'id="id_default_language_error"' in response.content.decode()


def test_owner_sets_whose_notifications_she_wants(dana: Account) -> None:
    wanted = dict.fromkeys(
        ("for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions"), "drop"
    )
    browser = browser_of()
    assert (
        submit(browser, "/settings/notifications", **wanted, for_limited_accounts="filter").status_code == 302
    )
    assert policy_of(dana.pk).for_new_accounts == "drop"
    refused = submit(browser, "/settings/notifications", **wanted, for_limited_accounts="nonsense")
    assert refused.status_code == 422
    assert policy_of(dana.pk).for_limited_accounts == "filter"


def test_single_keys_are_switched_off_and_on_again_for_oneself_alone(dana: Account) -> None:
    make_member("charlie")
    browser = browser_of()
    listens = b'data-keys="/settings/keyboard"'
    assert listens in browser.get("/settings").content
    assert submit(browser, "/settings/keyboard").status_code == 302
    assert listens not in browser.get("/settings").content
    assert listens in browser_of("charlie").get("/settings").content
    submit(browser, "/settings/keyboard", single_keys="on")
    assert listens in browser.get("/settings").content


def test_single_keys_do_nothing_for_strangers() -> None:
    assert b"data-keys=" not in Client().get("/explore").content
