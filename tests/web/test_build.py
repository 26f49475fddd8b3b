"""What is built for browsers is an addition: pages show it where it is, and do without where it is not."""

import pytest
from django.test import Client

from openrounds.web import parts
from openrounds.web.templatetags import pages

pytestmark = pytest.mark.django_db


def page_with(built: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(pages, "built", lambda name: built)
    parts.forget_everything()
    try:
        return Client().get("/about").content.decode()
    finally:
        parts.forget_everything()


def test_pages_load_their_script_and_icons_from_this_server(monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_with(True, monkeypatch)
    assert '<script type="module" src="/static/openrounds/build/pages.js"></script>' in page
    assert '<link rel="stylesheet" href="/static/openrounds/build/icons.css">' in page


def test_pages_without_the_build_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_with(False, monkeypatch)
    assert "openrounds/build/" not in page
