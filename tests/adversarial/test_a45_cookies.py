"""A45: the API knows tokens, not cookies; the pages know cookies, and ask for their forms' own token."""

import pytest
from django.test import Client
from tests.factories.signing_in import browser_of, make_member

from openrounds.api.routing import ROUTES, Caller
from openrounds.posts.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
ORIGIN = {"Origin": "https://evil.test", "Referer": "https://evil.test/"}


@pytest.fixture
def browser() -> Client:
    make_member()
    return browser_of()


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_a45_other_site_posts_nothing_with_the_cookie(browser: Client, kind: str) -> None:
    body = '{"status": "owned"}' if kind == "application/json" else "status=owned"
    response = browser.post("/api/v1/statuses", body, content_type=kind, headers=ORIGIN)
    assert response.status_code in (401, 403)
    assert not Post.objects.exists()


def test_a45_cookie_opens_no_route_of_a_person(browser: Client) -> None:
    for route in ROUTES:
        if route.access.caller not in (Caller.PERSON, Caller.MODERATOR):
            continue
        path = "/".join("1" if part.startswith(":") else part for part in route.path.split("/"))
        response = browser.generic(route.method, path, "{}", content_type="application/json")
        assert response.status_code in (401, 403, 404), f"{route.method} {route.path}"
        assert "Set-Cookie" not in response


FORMS = [
    "/auth/sign_in",
    "/auth/sign_out",
    "/auth/sign_up",
    "/auth/password/new",
    "/auth/password/change",
    "/auth/email",
]
FORMS += [
    "/settings/applications",
    "/settings/log_out_everywhere",
    "/auth/sessions/",
    "/auth/2fa/totp/activate/",
]


@pytest.mark.parametrize("path", FORMS)
def test_a45_no_form_is_taken_from_another_site(browser: Client, path: str) -> None:
    assert browser.post(path, {"login": "dana"}, headers=ORIGIN).status_code == 403
    assert browser.get("/settings").status_code == 200


def test_a45_cookies_are_out_of_reach(browser: Client) -> None:
    for cookie in browser.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
