"""The pages can be installed as an app, and say so when there is no network."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db


def test_manifest_says_what_installing_needs() -> None:
    response = Client().get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    described = response.json()
    assert described["start_url"] == described["scope"] == "/"
    assert described["display"] == "standalone"
    assert {icon["sizes"] for icon in described["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon["purpose"] for icon in described["icons"]}
    for icon in described["icons"]:
        assert b"".join(Client().get(icon["src"]).streaming_content).startswith(b"\x89PNG")


def test_worker_comes_from_the_root_and_is_asked_for_anew() -> None:
    response = Client().get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in response["Content-Security-Policy"]


def test_worker_keeps_only_files_that_are_there_and_that_are_nobodys() -> None:
    script = Client().get("/sw.js").content.decode()
    kept = re.findall(r'"(/[^"]*)"', script)
    assert "/offline" in kept
    for path in kept:
        assert path == "/offline" or finders.find(path.removeprefix("/static/")), path


def test_page_without_a_network_needs_nothing_else() -> None:
    page = Client().get("/offline").content.decode()
    assert "<script" not in page
    assert set(re.findall(r'href="([^"]+)"', page)) == {
        "/static/openrounds/tokens.css",
        "/static/openrounds/pages.css",
        "/static/openrounds/icon.svg",
    }


def test_every_page_names_the_manifest() -> None:
    page = Client().get("/about").content.decode()
    assert 'rel="manifest"' in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
