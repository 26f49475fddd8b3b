"""Whatever goes wrong is told on a page in the house's look and the reader's language."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from tests.factories.signing_in import browser_of, make_member

from openrounds.web.views import errors

pytestmark = pytest.mark.django_db
GERMAN = {"Accept-Language": "de"}


def test_address_of_a_form_is_a_page_that_says_so() -> None:
    make_member("reader")
    answer = browser_of("reader").get("/posts/1/act", headers=GERMAN)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Hier gibt es nichts zu lesen" in answer.content.decode()
    script = browser_of("reader").get("/posts/1/act", headers={"HX-Request": "true"})
    assert (script.status_code, script.content) == (405, b"")


def test_operators_pages_are_refused_in_the_houses_look() -> None:
    make_member("reader")
    answer = browser_of("reader").get("/admin/", headers=GERMAN, follow=True)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Nicht für Sie" in page and "openrounds/pages" in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_malformed_request_is_answered_with_a_page() -> None:
    answer = errors.malformed(RequestFactory().get("/"), SuspiciousOperation())
    assert answer.status_code == 400
    assert b"cannot be understood" in answer.content
    assert errors.forbidden(RequestFactory().get("/"), PermissionDenied()).status_code == 403
    many = {f"field{n}": "x" for n in range(2000)}
    assert Client().post("/auth/sign_in", many).status_code == 400
