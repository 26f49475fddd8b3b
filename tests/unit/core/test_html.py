"""What is left of HTML that others wrote."""

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from openrounds.core.html import clean_own, clean_remote, safe

LINK = 'target="_blank" rel="nofollow noopener noreferrer"'
PIECES = st.sampled_from(
    [
        *"<p> </p> <b> </b> <h1> </h1> </a> <svg> <math> <style> <table> <td> <ul> <li> </ul> <ruby> <rt>".split(),
        *"<pre> <br> <form> <select> <template> <noscript> <!-- --> <![CDATA[ ]]> &lt; &amp;lt; \" ' x".split(),
        '<a href="https://a.test">',
        '<a href="/x">',
        " ",
        "\n",
    ]
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>a<br/>b</p>", "<p>a<br>b</p>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ('<p onclick="x()" style="color:red" id="a">a</p>', "<p>a</p>"),
        ("<h1>Case</h1>text", "<p><strong>Case</strong></p>text"),
        ('<p class="quote-inline evil">a</p>', '<p class="quote-inline">a</p>'),
        ('<span class="h-card u-x modal">a</span>', '<span class="h-card u-x">a</span>'),
        ('<span class="modal">a</span>', "<span>a</span>"),
        ('<ol start="3"><li value="x">a</li></ol>', '<ol start="3"><li>a</li></ol>'),
        ('<li value="2">b</li>', '<li value="2">b</li>'),
        ("<ruby>漢<rp>(</rp><rt>kan</rt></ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt></ruby>"),
        ("<img src=x onerror=alert(1)>a", "a"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("", ""),
    ],
)
def test_remote_markup_keeps_what_clients_know(written: str, kept: str) -> None:
    assert clean_remote(written) == kept


def test_remote_link_keeps_its_target_and_class_and_gets_our_rel() -> None:
    written = '<a href="https://a.test/@bob" class="u-url mention x" rel="me opener" target="_self">bob</a>'
    assert clean_remote(written) == f'<a href="https://a.test/@bob" class="u-url mention" {LINK}>bob</a>'


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVa\tScRiPt:alert(1)",
        "data:text/html,x",
        "//a.test",
        "/x",
        "x",
        "",
        "vbscript:x",
        "file:///etc/passwd",
        "&#106;avascript:alert(1)",
    ],
)
def test_remote_link_to_elsewhere_than_the_web_loses_its_target(href: str) -> None:
    assert clean_remote(f'<a href="{href}">x</a>') == f"<a {LINK}>x</a>"


@pytest.mark.parametrize(
    "href",
    ["http://a.test", "https://a.test/?a=1", "gemini://a.test/", "magnet:?xt=urn:btih:1", "xmpp:a@b.test"],
)
def test_remote_link_of_a_safe_scheme_stays(href: str) -> None:
    assert f'href="{href}"' in clean_remote(f'<a href="{href}">x</a>')


def test_own_description_has_headings_lists_and_own_links() -> None:
    kept = '<h2>Rules</h2><ol><li><a href="/about" rel="nofollow noopener noreferrer">kind</a></li></ol><hr>'
    assert clean_own(kept) == kept
    assert clean_own('<h2 class="x" onclick="y">a</h2><iframe src="https://a.test"></iframe>') == "<h2>a</h2>"


@pytest.mark.parametrize(
    "markup", ["<b><p>" * 1500, "<ul><li>" * 12_000, "<a><b>" * 1999, "<" * 100_000, "<h1><h2>" * 1000]
)
def test_absurd_markup_is_cleaned_once_and_for_all(markup: str) -> None:
    for clean in (clean_remote, clean_own):
        assert clean(clean(markup)) == clean(markup)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_cleaning_twice_is_cleaning_once(markup: str) -> None:
    for clean in (clean_remote, clean_own):
        assert clean(clean(markup)) == clean(markup)


@pytest.mark.parametrize(
    "href",
    ["//a.test", "/\\a.test", "/\t/a.test", "x", "javascript:alert(1)", "\ufeffjavascript:alert(1)", ""],
)
def test_own_link_to_neither_the_web_nor_own_pages_loses_its_target(href: str) -> None:
    assert "href" not in clean_own(f'<a href="{href}">x</a>')


def test_safe_markup_is_not_escaped_by_templates() -> None:
    assert isinstance(safe("<p>a</p>"), SafeString)
