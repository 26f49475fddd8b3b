"""A42: nobody is sent elsewhere unasked, and a link shows the host that it leads to."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from tests.factories.signing_in import PASSWORD, make_member, submit

from openrounds.core.html import clean_remote
from openrounds.core.text import render_html, render_line

pytestmark = pytest.mark.usefixtures("no_limits")
ELSEWHERE = [
    "//evil.test",
    "https://evil.test/",
    "/\\evil.test",
    "\\\\evil.test",
    "///evil.test",
    "%2F%2Fevil.test",
    "https:evil.test",
    "/%09/evil.test",
    "\t//evil.test",
    "javascript:alert(42)",
    "http://testserver@evil.test/",
    "http://testserver.evil.test/",
]
HIDDEN = '<span class="invisible">{}</span>'


def visible(markup: str) -> str:
    """What a client shows of it."""
    return re.sub(r"<[^>]+>", "", re.sub(r'<span class="[^"]*invisible[^"]*">.*?</span>', "", markup))


def host_of(location: str) -> str:
    """Where a browser goes from a page of ours; it takes a backslash for a slash and passes over tabs."""
    read = re.sub(r"[\t\r\n]", "", location).replace("\\", "/")
    return urlsplit(urljoin("http://testserver/auth/page", read)).netloc


@pytest.mark.django_db
@pytest.mark.parametrize("target", ELSEWHERE)
def test_a42_signing_in_and_out_leads_nowhere_else(target):
    make_member()
    browser = Client()
    for path, fields in (("/auth/sign_in", {"login": "dana", "password": PASSWORD}), ("/auth/sign_out", {})):
        response = submit(browser, path, **fields, next=target)
        assert response.status_code == 302
        assert host_of(response["Location"]) == "testserver"


@pytest.mark.django_db
@pytest.mark.parametrize("target", ELSEWHERE)
@pytest.mark.parametrize(
    "path", ["/redirect?to={}", "/redirect?url={}", "/?next={}", "/{}", "/tags/{}", "/@alice?next={}"]
)
def test_a42_no_page_redirects_elsewhere(path, target):
    assert host_of(Client().get(path.format(target)).headers.get("Location", "/")) == "testserver"


@pytest.mark.parametrize(
    "text", ["https://good.test@evil.test", "https://good.test:x@evil.test/", "http://a:b@evil.test"]
)
def test_a42_address_with_a_name_before_its_host_is_no_link(text):
    for markup in (render_html(text, mentions={}, tag_url=str), render_line(text, mentions={}, tag_url=str)):
        assert "href" not in markup


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "good.test.a-very-long-name-that-goes-on-and-on-until-it-ends-in.evil.test",
        "xn--80ak6aa92e.com",
    ],
)
def test_a42_own_link_shows_its_whole_host(host):
    markup = render_html(f"https://{host}/good.test/{'x' * 50}", mentions={}, tag_url=str)
    assert visible(markup).startswith(host)
    assert clean_remote(markup).count("invisible") == 2


@pytest.mark.parametrize(
    "inside",
    [
        HIDDEN.format("https://evil.test/") + "<span>good.test</span>",
        HIDDEN.format("https://") + HIDDEN.format("evil.test/") + "<span>good.test</span>",
        HIDDEN.format("https://") + "<span>good.test</span>" + HIDDEN.format("evil.test/good.test"),
        HIDDEN.format("https://evil.test/good.test"),
        '<span class="ellipsis invisible">https://evil.test/</span>good.test',
        '<span class="mention"><span class="invisible">https://evil.test/</span></span>good.test',
    ],
)
def test_a42_link_from_elsewhere_cannot_hide_its_host(inside):
    cleaned = clean_remote(f'<p><a href="https://evil.test/good.test">{inside}</a></p>')
    assert "evil.test" in visible(cleaned)
    assert clean_remote(cleaned) == cleaned


def test_a42_text_from_elsewhere_cannot_be_hidden():
    assert visible(clean_remote(f"<p>a {HIDDEN.format('hidden')} b</p>")) == "a hidden b"
