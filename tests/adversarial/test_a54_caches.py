"""A54: what is somebody's own is kept by no cache, and what depends on the asker says so."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.conftest import ApiClient
from tests.factories.signing_in import authorize_path, browser_of, make_member, register

from openrounds.accounts.models import Account, Visibility
from openrounds.api import endpoints
from openrounds.api.routing import ROUTES, Caller
from openrounds.posts.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
endpoints.load()
READS = sorted({route.path for route in ROUTES if route.method == "GET"})
PERSONAL = sorted(
    {
        route.path
        for route in ROUTES
        if route.method == "GET" and route.access.caller not in (Caller.ANYONE, Caller.CLIENT)
    }
)


def is_private(response: HttpResponse) -> bool:
    words = {word.strip() for word in response["Cache-Control"].split(",")}
    return bool(words & {"private", "no-store"}) and "public" not in words


def path_of(route: str, number: int = 1) -> str:
    return "/".join(str(number) if part.startswith(":") else part for part in route.split("/"))


def test_a54_personal_answers_are_kept_by_no_cache(
    alice: Account, client_of: Callable[..., ApiClient]
) -> None:
    client = client_of(alice)
    kept = [path for path in PERSONAL if not is_private(client.get(path_of(path)))]
    assert kept == []


def test_a54_answers_say_that_they_depend_on_the_asker(
    alice: Account, client_of: Callable[..., ApiClient]
) -> None:
    for client in (client_of(alice), ApiClient(None)):
        shared = [path for path in READS if "Authorization" not in client.get(path_of(path)).get("Vary", "")]
        assert shared == []


def test_a54_public_answers_hold_nothing_personal(
    alice: Account, anonymous: ApiClient, client_of: Callable[..., ApiClient], post_as: Callable[..., Post]
) -> None:
    """Whatever a shared cache may keep is the same with a token and without."""
    post = post_as(alice, "Public")
    client = client_of(alice)
    for path in READS:
        mine = client.get(path_of(path, post.pk))
        if mine.status_code == 200 and not is_private(mine):
            assert mine.content == anonymous.get(path_of(path, post.pk)).content, path


def test_a54_follower_and_stranger_each_get_their_own(
    alice: Account,
    bob: Account,
    anonymous: ApiClient,
    client_of: Callable[..., ApiClient],
    post_as: Callable[..., Post],
) -> None:
    post = post_as(alice, "For @bob", visibility=Visibility.DIRECT)
    path = f"/api/v1/statuses/{post.pk}"
    for client, status in [(anonymous, 404), (client_of(bob), 200), (anonymous, 404), (client_of(bob), 200)]:
        assert client.get(path).status_code == status


def test_a54_pages_of_a_person_are_kept_by_no_cache() -> None:
    make_member()
    browser = browser_of()
    app = register()
    for path in [
        "/",
        "/@dana",
        "/settings",
        "/settings/applications",
        "/auth/sessions/",
        authorize_path(app),
    ]:
        response = browser.get(path)
        assert is_private(response), path
        assert "Cookie" in response["Vary"], path


def test_a54_pages_that_set_a_cookie_are_kept_by_no_cache() -> None:
    for path in ["/auth/sign_in", "/auth/sign_up", "/auth/password/new"]:
        response = Client().get(path)
        assert response.cookies
        assert is_private(response), path
