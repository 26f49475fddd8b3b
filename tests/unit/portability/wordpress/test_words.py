"""A blog's HTML as Markdown: the same words, in the same places, and nothing that runs."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openrounds.core.html import clean_own
from openrounds.core.markdown import render_markdown
from openrounds.core.text import plain_text
from openrounds.portability.markup import line
from openrounds.portability.wordpress.words import Picture, blocks, markdown, pictures

TABLE = "<table><tr><th>Hb</th><td>72 | g/L</td></tr><tr><td>MCV</td></tr></table>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("One\n\nTwo\nlines", "One\n\nTwo lines"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<!-- wp:paragraph -->\n<p>Blocks</p>\n<!-- /wp:paragraph -->", "Blocks"),
        ("A<br>B<br/>", "A\\\nB"),
        ("<div>One</div><div>Two</div>", "One\n\nTwo"),
        ("<strong> bold </strong>and<em>slanted</em>", "**bold** and*slanted*"),
        ("<strong>Hb:</strong>72", "**Hb**:72"),
        ('<a href="https://example.org/a_(b)">link</a>', "[link](https://example.org/a_%28b%29)"),
        ('<a href="javascript:alert(1)">link</a>', "link"),
        ("<h1>A</h1><h6>B</h6>", "## A\n\n#### B"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n\n  - b\n- c"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre>x\n\n  y</pre>", "```\nx\n\n  y\n```"),
        ("<code>a`b</code>", "`` a`b ``"),
        (TABLE, "| Hb | 72 \\| g/L |\n| --- | --- |\n| MCV |  |"),
        ("2 * 3 * 4 = <b>24</b>", "2 \\* 3 \\* 4 = **24**"),
        ("1. not a list", "1\\. not a list"),
        ("# not a heading", "\\# not a heading"),
        ("a &lt;script&gt; b &amp;amp;", "a \\<script\\> b \\&amp;"),
        ("<script>alert(1)</script><style>p{}</style>Safe", "Safe"),
        ('[caption id="a" width="1"]<img src="https://e.org/x.png"> A film[/caption]', "A film"),
        ('[gallery ids="1,2"]\n\nText [sic] stays', "Text \\[sic\\] stays"),
    ],
)
def test_html_becomes_markdown(html: str, expected: str) -> None:
    assert markdown(html) == expected


def test_headings_are_told_from_paragraphs() -> None:
    found = blocks("Before<h3>First <em>stage</em></h3><p>Text</p>")
    assert [(block.level, block.text) for block in found] == [
        (0, "Before"),
        (3, "### First stage"),
        (0, "Text"),
    ]


def test_titles_are_one_line_of_words() -> None:
    assert line("A <em>tired</em>\n teacher &amp; more<script>x</script>") == "A tired teacher & more"


def test_pictures_are_listed_once_with_their_description() -> None:
    html = '<img alt="A film" src="https://e.org/a.png"><IMG SRC=\'https://e.org/b.png\'><img src="data:x"><img src="/c">'
    assert pictures(html + html) == [
        Picture("https://e.org/a.png", "A film"),
        Picture("https://e.org/b.png", ""),
    ]


SIGNS = "ab1 .*_`[]()<>&#|~\\\n-+>!=:;amp"
TAGS = [
    "p",
    "ul",
    "ol",
    "li",
    "b",
    "em",
    "code",
    "pre",
    "blockquote",
    "h2",
    "a",
    "br",
    "div",
    "table",
    "tr",
    "td",
    "hr",
]
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.text(alphabet=SIGNS, max_size=12).map(lambda text: text.replace("<", "&lt;")),
    st.just('<a href="https://example.org/?a=(b)[c]*_`">'),
)


def words_of(html: str) -> str:
    return re.sub(r"\s+", "", plain_text(html))


@given(st.text(alphabet=SIGNS, max_size=60))
@settings(max_examples=300, deadline=None)
def test_signs_of_markdown_in_a_text_stay_signs(text: str) -> None:
    html = "<p>" + text.replace("&", "&amp;").replace("<", "&lt;").replace("\n\n", "\n")
    assert words_of(render_markdown(markdown(html))) == words_of(clean_own(html))


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=300, deadline=None)
def test_whatever_the_markup_it_ends_and_nothing_is_made_up(html: str) -> None:
    written = words_of(render_markdown(markdown(html)))
    assert len(written) <= len(html) * 2


def test_markup_that_is_absurdly_deep_or_dense_ends() -> None:
    assert markdown("<blockquote>" * 3000 + "x").endswith("x")
    assert "x" in markdown("<b>" * 50_000 + "x")
