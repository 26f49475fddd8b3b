"""/oauth/authorize: where a person lets an app in."""

import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from tests.factories.signing_in import (
    OOB,
    PASSWORD,
    REDIRECT,
    allow,
    authorize_path,
    browser_of,
    code_in,
    exchange,
    make_member,
    register,
    submit,
)

from openrounds.accounts.actions import create_account
from openrounds.accounts.models import Account
from openrounds.oauth.models import AccessToken, AuthorizationCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana() -> Account:
    return make_member()


def query(location: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(location).query)


def test_person_signs_in_on_the_way_and_comes_back_to_the_question(dana: Account) -> None:
    app = register()
    browser = Client(enforce_csrf_checks=True)
    path = authorize_path(app)
    to_sign_in = browser.get(path)["Location"]
    assert to_sign_in.startswith("/auth/sign_in?next=")
    page = browser.get(to_sign_in)
    form = {"login": "dana@example.org", "password": PASSWORD, "next": path}
    back = browser.post("/auth/sign_in", form | {"csrfmiddlewaretoken": str(page.context["csrf_token"])})
    assert back["Location"] == path
    assert "An app" in browser.get(path).content.decode()


def test_page_says_in_words_what_the_app_may(dana: Account) -> None:
    page = browser_of().get(authorize_path(register(), scope="read:accounts write push")).content.decode()
    assert "read your profile and accounts" in page
    assert "post in your name" in page
    assert "push notifications" in page


def test_state_comes_back_as_it_was_sent(dana: Account) -> None:
    state = "a b+c/é?&=#~%00"
    location = allow(browser_of(), authorize_path(register(), state=state))
    assert query(location)["state"] == [state]
    assert location.startswith(f"{REDIRECT}?code=")


def test_person_says_no_and_the_app_is_told(dana: Account) -> None:
    response = submit(browser_of(), authorize_path(register(), state="s"), answer="deny")
    assert response["Location"].startswith(REDIRECT)
    assert query(response["Location"])["error"] == ["access_denied"]
    assert query(response["Location"])["state"] == ["s"]
    assert not AuthorizationCode.objects.exists()


@pytest.mark.parametrize(
    "uri",
    [
        "icecubesapp://",
        "oauth2redirect://com.keylesspalace.tusky/",
        "https://elk.zone/api/rounds.example/oauth/https%3A%2F%2Felk.zone",
        "https://app.example/cb?kept=a%20b",
    ],
)
def test_redirect_keeps_what_the_app_registered_to_the_byte(dana: Account, uri: str) -> None:
    location = allow(browser_of(), authorize_path(register(redirect_uris=uri)))
    joint = "&" if "?" in uri else "?"
    assert location.startswith(f"{uri}{joint}code=")


def test_out_of_band_code_is_shown_and_in_the_address(dana: Account) -> None:
    app = register(redirect_uris=OOB)
    browser = browser_of()
    location = allow(browser, authorize_path(app))
    assert location.startswith("/oauth/authorize/native?code=")
    code = code_in(location)
    assert f">{code}<" in "".join(browser.get(location).content.decode().split())
    assert exchange(app, code).status_code == 200


def test_out_of_band_denial_is_a_page(dana: Account) -> None:
    browser = browser_of()
    response = submit(browser, authorize_path(register(redirect_uris=OOB)), answer="deny")
    assert "not let in" in browser.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    "extra", ["&force_login=False&state=None&lang=None", "&force_login=true", "&lang=xx"]
)
def test_what_apps_send_without_meaning_it_is_passed_over(dana: Account, extra: str) -> None:
    assert browser_of().get(authorize_path(register()) + extra).status_code == 200


def test_trailing_slash_and_plus_between_scopes_are_fine(dana: Account) -> None:
    path = authorize_path(register(), scope="read+write").replace("authorize?", "authorize/?")
    assert allow(browser_of(), path).startswith(REDIRECT)


def test_scope_and_uri_may_be_left_out_where_there_is_one(dana: Account) -> None:
    app = register()
    location = allow(browser_of(), f"/oauth/authorize?response_type=code&client_id={app['client_id']}")
    assert exchange(app, code_in(location)).json()["scope"] == "read"


def test_form_may_lead_to_the_app(dana: Account) -> None:
    policy = browser_of().get(authorize_path(register(redirect_uris="icecubesapp://")))[
        "Content-Security-Policy"
    ]
    assert "form-action 'self' icecubesapp:" in policy
    policy = browser_of().get(authorize_path(register()))["Content-Security-Policy"]
    assert "form-action 'self' https://app.example" in policy


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"scope": "admin:write"}, "invalid_scope"),
        ({"scope": "nonsense"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'code\\"é'}, "invalid_request"),
        ({"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "x" * 43}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
    ],
)
def test_request_that_is_not_in_order_is_refused(dana: Account, wrong: dict[str, str], error: str) -> None:
    response = Client().get(authorize_path(register(), **wrong))
    if response.status_code == 302:
        assert query(response["Location"])["error"] == [error]
        assert response["Location"].startswith(REDIRECT)
    else:
        assert response.status_code == 400
    assert not AuthorizationCode.objects.exists()


@pytest.mark.parametrize("client_id", ["unknown", "", "\x00", "é\\"])
def test_unknown_app_is_refused_on_a_page(client_id: str) -> None:
    response = Client().get(authorize_path(register() | {"client_id": client_id}))
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")


def test_repeated_parameter_is_refused(dana: Account) -> None:
    response = browser_of().get(authorize_path(register()) + "&scope=read")
    assert response.status_code in (302, 400)
    assert not AuthorizationCode.objects.exists()


@pytest.fixture
def team(dana: Account) -> Account:
    return create_account(username="ward7", team=True, owner=dana)


def test_person_lets_the_app_act_as_her_team(dana: Account, team: Account) -> None:
    app = register()
    exchange(app, code_in(allow(browser_of(), authorize_path(app), account="ward7")))
    row = AccessToken.objects.get()
    assert (row.account, row.person) == (team, dana.user)


def test_person_who_chooses_nobody_acts_as_herself(dana: Account, team: Account) -> None:
    app = register()
    exchange(app, code_in(allow(browser_of(), authorize_path(app))))
    assert AccessToken.objects.get().account == dana


def test_stranger_cannot_act_as_a_team_he_is_not_in(team: Account) -> None:
    make_member("charlie")
    browser = browser_of("charlie")
    path = authorize_path(register())
    assert "ward7" not in browser.get(path).content.decode()
    assert submit(browser, path, answer="allow", account="ward7").status_code == 403
    assert submit(browser, path, answer="allow", account="dana").status_code == 403
    assert not AuthorizationCode.objects.exists()


@pytest.mark.parametrize("missing", ["confirmed", "approved"])
def test_person_who_still_waits_lets_nobody_in(missing: str) -> None:
    make_member("erin", **{missing: False})
    response = browser_of("erin").get(authorize_path(register()))
    assert response["Location"] == "/auth/waiting"


def test_consent_needs_the_forms_own_token(dana: Account) -> None:
    assert browser_of().post(authorize_path(register()), {"answer": "allow"}).status_code == 403
    assert not AuthorizationCode.objects.exists()


def test_code_remembers_its_challenge(dana: Account) -> None:
    app = register()
    verifier = "v" * 64
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    code = code_in(
        allow(browser_of(), authorize_path(app, code_challenge=challenge, code_challenge_method="S256"))
    )
    assert exchange(app, code).json()["error"] == "invalid_request"
    assert exchange(app, code, code_verifier=verifier).status_code == 200
