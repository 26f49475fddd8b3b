"""Markdown comes out as safe HTML."""

import pytest
from django.utils.html import escape

from openrounds.core.markdown import render_markdown


def test_text_lists_tables_and_headings_are_drawn():
    drawn = render_markdown(
        "# Film\n\n*Schistocytes* seen:\n\n- helmet\n\n| test | value |\n|---|---|\n| Hb | 78 |\n"
    )
    assert "<h3>Film</h3>" in drawn
    assert "<em>Schistocytes</em>" in drawn
    assert "<li>helmet</li>" in drawn
    assert "<td>78</td>" in drawn


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        '[x](https://a.example "\\" onmouseover=alert(1) \\"")',
        "![x](https://tracker.example/pixel.png)",
    ],
    ids=["script", "javascript-link", "event", "title", "picture"],
)
def test_nothing_runs_and_nothing_is_fetched(evil):
    drawn = render_markdown(evil)
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert 'href="javascript' not in drawn
    assert " onmouseover" not in drawn.replace("&quot; onmouseover", "")


def test_deep_nesting_ends():
    assert render_markdown("> " * 5000 + "x")


@pytest.mark.parametrize("top", ["#", "##", "###"])
def test_highest_heading_of_a_text_stands_below_the_pages_own(top: str) -> None:
    drawn = render_markdown(f"{top} Film\n\n{top}# Blasts\n\n{top} Marrow")
    assert [drawn.count(tag) for tag in ("<h3>", "<h4>")] == [2, 1]


@pytest.mark.parametrize("text", ["Seen: <a1:> end", "[ring](tel:123)"], ids=["angle brackets", "telephone"])
def test_what_leads_nowhere_stays_the_words_that_were_written(text: str) -> None:
    assert render_markdown(text) == f"<p>{escape(text)}</p>\n"


def test_links_to_pages_and_mail_are_links() -> None:
    drawn = render_markdown("[a](/rounds/x:y) [b](https://example.org) <mailto:me@example.org>")
    assert drawn.count("href=") == 3
