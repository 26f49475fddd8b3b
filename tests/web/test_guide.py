"""What newcomers read, and the house's own texts."""

import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings
from tests.factories.signing_in import browser_of, make_member

from openrounds.web.glossary import TERMS

pytestmark = pytest.mark.django_db


def read(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.parametrize("path", ["/guide", "/glossary", "/privacy-policy", "/about"])
def test_page_can_be_read_by_anybody(path: str) -> None:
    assert "<h1>" in read(path)


def test_every_term_can_be_linked() -> None:
    page = read("/glossary")
    assert [term.slug for term in TERMS if f'id="{term.slug}"' not in page] == []
    assert len({term.slug for term in TERMS}) == len(TERMS)


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/home", "timeline"),
        ("/local", "server"),
        ("/tags/TeamHaem", "hashtag"),
        ("/compose", "visibility"),
        ("/compose", "cw"),
        ("/bookmarks", "bookmark"),
        ("/lists", "list"),
        ("/conversations", "direct"),
        ("/settings/mutes", "mute"),
        ("/settings/filters", "filter"),
        ("/teams", "team"),
    ],
)
def test_term_is_explained_where_it_is_met(path: str, slug: str) -> None:
    make_member("ann")
    page = browser_of("ann").get(path).content.decode()
    assert f'href="/glossary#{slug}"' in page


def test_pictures_of_the_guide_are_there_small_and_described() -> None:
    page = read("/guide")
    names = re.findall(r'src="[^"]*(openrounds/guide/[^"]+)"\s+alt="\w', page)
    assert len(names) == page.count("<img") - page.count('alt=""') > 0
    sizes = [Path(str(finders.find(name))).stat().st_size for name in names]
    assert max(sizes) < 40_000


def test_links_of_the_guide_lead_to_terms() -> None:
    page = read("/guide")
    linked = {part.partition('"')[0] for part in page.split("/glossary#")[1:]}
    assert linked
    assert linked <= {term.slug for term in TERMS}


def test_terms_are_there_once_the_operators_have_written_them(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert Client().get("/terms-of-service").status_code == 404
    assert "/terms-of-service" not in read("/about")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "terms.txt").write_text("Be <kind>")
    assert "Be &lt;kind&gt;" in read("/terms-of-service")
    assert "/terms-of-service" in read("/about")
    urls = Client().get("/api/v2/instance").json()["configuration"]["urls"]
    assert urls["terms_of_service"].endswith("/terms-of-service")


def test_instance_names_the_privacy_policy() -> None:
    urls = Client().get("/api/v2/instance").json()["configuration"]["urls"]
    assert urls["privacy_policy"] == "http://testserver/privacy-policy"
    assert urls["terms_of_service"] is None


def test_source_code_that_runs_can_be_downloaded() -> None:
    assert "/source.zip" in read("/about")
    response = Client().get("/source.zip")
    with ZipFile(io.BytesIO(b"".join(response.streaming_content))) as packed:
        own = packed.read("src/openrounds/web/views/source.py").decode()
        assert "def download" in own
        assert not [name for name in packed.namelist() if "secret" in name or name.endswith(".sqlite3")]


def test_crawlers_are_kept_out_of_what_is_not_for_them() -> None:
    page = read("/robots.txt")
    assert "Disallow: /settings" in page
    assert "Disallow: /\n" not in page
