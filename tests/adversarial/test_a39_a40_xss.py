"""A39, A40: nothing that anybody writes becomes markup that we did not choose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tests.adversarial.xss_corpus import CORPUS

from openrounds.core.html import clean_own, clean_remote
from openrounds.core.text import MentionLink, plain_text, render_html, render_line

TAGS = set("p br a span del s pre blockquote code b strong u i em ul ol li ruby rt rp h2 h3 h4 hr".split(" "))
OWN_TAGS = TAGS | set("table thead tbody tr th td".split(" "))
ATTRIBUTES = {
    "a": {"href", "class", "rel", "target", "translate"},
    "span": {"class", "translate"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
SCHEMES = ("http://", "https://", "gemini:", "gopher:", "ipfs:", "ipns:", "magnet:", "xmpp:", "mailto:")
CLASSES = {"mention", "hashtag", "ellipsis", "invisible", "quote-inline", "h-card", "u-url"}
OWN_PAGES = ("/", "?", "#")


def assert_allowed(markup: str, *, own: bool = False) -> None:
    """The markup, read by a parser that had no part in making it, holds only what the allow-list names."""
    body = LexborHTMLParser(f"<!doctype html><body>{markup}").body
    assert body is not None
    for node in body.css("*"):
        if node.tag == "body":
            assert not node.attributes
            continue
        assert node.tag in (OWN_TAGS if own else TAGS), markup
        assert set(node.attributes) <= ATTRIBUTES.get(node.tag or "", set()), markup
        assert set((node.attributes.get("class") or "").split()) <= CLASSES, markup
        href = node.attributes.get("href")
        if href is not None:
            assert href.lower().startswith(SCHEMES + OWN_PAGES if own else SCHEMES), markup
            assert not href.startswith(("//", "/\\")), markup


def render(text: str) -> str:
    mentions = {name: MentionLink('b"ob<', 'https://a.test/"@bob') for name in ("bob", "bob@example.org")}
    return render_html(text, mentions=mentions, tag_url=lambda name: f"https://here.test/tags/{name}")


def test_a39_corpus_has_two_hundred_different_items() -> None:
    assert len(CORPUS) == len(set(CORPUS)) >= 200


@pytest.mark.parametrize("item", CORPUS)
def test_a39_remote_markup_keeps_only_what_is_allowed_and_settles(item: str) -> None:
    clean = clean_remote(item.replace("\ud800", ""))
    assert_allowed(clean)
    assert clean_remote(clean) == clean


@pytest.mark.parametrize("item", CORPUS)
def test_a39_own_description_keeps_only_what_is_allowed_and_settles(item: str) -> None:
    clean = clean_own(item.replace("\ud800", ""))
    assert_allowed(clean, own=True)
    assert clean_own(clean) == clean


@pytest.mark.parametrize("item", CORPUS)
def test_a39_post_or_profile_shows_markup_as_text(item: str) -> None:
    for markup in (render(item), render_line(item, mentions={}, tag_url=str)):
        body = LexborHTMLParser(f"<!doctype html><body>{markup}").body
        assert body is not None
        assert {node.tag for node in body.css("*")} <= {"body", "p", "br", "a", "span"}
        assert not any(
            name.startswith("on") or name == "style" for node in body.css("*") for name in node.attributes
        )


@pytest.mark.parametrize("item", CORPUS)
def test_a39_rendered_post_is_within_the_allow_list(item: str) -> None:
    assert_allowed(render(item))


@given(st.lists(st.sampled_from(CORPUS), min_size=2, max_size=4).map("".join))
def test_a39_items_joined_keep_only_what_is_allowed_and_settle(markup: str) -> None:
    clean = clean_remote(markup.replace("\ud800", ""))
    assert_allowed(clean)
    assert clean_remote(clean) == clean


@pytest.mark.parametrize("item", CORPUS)
def test_a39_plain_text_of_cleaned_markup_holds_no_handler(item: str) -> None:
    words = plain_text(clean_remote(item.replace("\ud800", "")))
    assert_allowed(render(words))


def test_a40_shortcode_in_a_link_stays_as_it_is() -> None:
    assert 'href="https://a.test/:blob:/x"' in render("https://a.test/:blob:/x")
    assert 'href="https://a.test/:blob:"' in clean_remote(
        '<a href="https://a.test/:blob:" class=":blob:">:blob:</a>'
    )
    assert ':blob:"' not in clean_remote('<span class=":blob:">:blob:</span>')
