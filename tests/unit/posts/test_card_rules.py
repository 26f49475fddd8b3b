"""Link previews from pages that are complete, poor, broken or hostile."""

import time
from datetime import UTC, datetime

import pytest

from openrounds.posts.card_rules import Preview, parse_preview

URL = "https://journal.example/articles/7?x=1"

FULL = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Plain title</title>
<meta property="og:title" content="Sepsis: a &quot;simple&quot; bundle &lt;revisited&gt;">
<meta property="og:description" content="  Two\n lines ">
<meta property="og:image" content="/figures/1.png"><meta property="og:image:alt" content="A curve">
<meta property="og:site_name" content="The Journal"><meta name="author" content="A. Doctor">
<meta property="article:published_time" content="2026-11-20T10:30:00+02:00">
<script>var x = '<meta property="og:title" content="from a script">';</script></head><body>text</body></html>"""


def preview(html: str, content_type: str = "text/html; charset=utf-8") -> Preview | None:
    return parse_preview(html.encode(), URL, content_type)


def titled(head: str) -> Preview:
    found = preview(f"<title>T</title>{head}")
    assert found is not None
    return found


def test_page_with_everything_gives_all_its_facts_as_plain_text() -> None:
    assert preview(FULL) == Preview(
        url=URL,
        title='Sepsis: a "simple" bundle <revisited>',
        description="Two lines",
        image_url="https://journal.example/figures/1.png",
        image_description="A curve",
        site_name="The Journal",
        author_name="A. Doctor",
        author_url=None,
        published_at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
        language="en",
    )


def test_page_with_only_a_title_gives_empty_texts() -> None:
    assert preview("<title>\n Ward &amp; round </title>") == Preview(
        URL, "Ward & round", "", None, "", "", "", None, None, None
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ('<meta name="twitter:title" content="Card">', "Card"),
        ('<meta name="citation_title" content="Paper">', "Paper"),
        ('<meta name="twitter:title" content="Card"><meta property="og:title" content="Graph">', "Graph"),
        ('<meta property="og:title" content="First"><meta property="og:title" content="Second">', "First"),
        ("<META CONTENT=Bare PROPERTY=OG:Title>", "Bare"),
        ("<meta property='og:title' content='a > b \"c\"'>", 'a > b "c"'),
        ('<meta property="og:title" content="   ">', "T"),
        ('<!-- <meta property="og:title" content="Hidden"> -->', "T"),
        ('<script>"<meta property=og:title content=Hidden>"</script>', "T"),
        ('<meta property="og:title" content="\u202eevil\x07 \u200btext">', "evil text"),
    ],
)
def test_title_is_taken_from_the_best_source(head: str, title: str) -> None:
    assert titled(head).title == title


@pytest.mark.parametrize(
    "html", ["", "no markup", "<title> </title>", "<title></title><h1>Heading</h1>", "\x00\xff<"]
)
def test_page_without_a_title_gives_no_preview(html: str) -> None:
    assert preview(html) is None


@pytest.mark.parametrize(
    ("content_type", "read"),
    [
        ("text/html", True),
        ("Application/XHTML+XML; charset=utf-8", True),
        ("text/plain", False),
        ("image/svg+xml", False),
        ("", False),
    ],
)
def test_only_html_pages_give_a_preview(content_type: str, read: bool) -> None:
    assert (preview(FULL, content_type) is not None) is read


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("https://cdn.example/a.png", "https://cdn.example/a.png"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("../a.png?b=1&amp;c=2", "https://journal.example/a.png?b=1&c=2"),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("file:///etc/passwd", None),
        ("https://alice@cdn.example/a.png", None),
        ("https://:80/a.png", None),
        ("http://[::1", None),
        ("https://cdn.example/a b.png", None),
        ("https://cdn.example/" + "a" * 2048, None),
        ("", None),
    ],
)
def test_image_is_an_absolute_web_url_or_none(image: str, expected: str | None) -> None:
    assert titled(f'<meta property="og:image" content="{image}">').image_url == expected


def test_image_is_resolved_against_the_base_of_the_page() -> None:
    page = titled('<base href="https://cdn.example/x/"><meta property="og:image" content="a.png">')
    assert page.image_url == "https://cdn.example/x/a.png"


def test_unusable_image_gives_way_to_the_next() -> None:
    page = titled('<meta property="og:image" content="data:,x"><meta name="twitter:image" content="/b.png">')
    assert page.image_url == "https://journal.example/b.png"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T08:30:00Z", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
        ("2026-11-20T08:30:00-05:00", datetime(2026, 11, 20, 13, 30, tzinfo=UTC)),
        ("2026-02-30", None),
        ("20 November 2026", None),
        ("2026/11/20", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0001-01-01", None),
        ("1763632800", None),
    ],
)
def test_date_is_iso_or_none(date: str, expected: datetime | None) -> None:
    assert titled(f'<meta property="article:published_time" content="{date}">').published_at == expected


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="pt-BR"><title>T</title>', "pt"),
        ('<html lang="DE"><title>T</title>', "de"),
        ('<title>T</title><meta property="og:locale" content="fr_FR">', "fr"),
        ('<html lang="english please"><title>T</title>', None),
        ('<html lang=""><title>T</title>', None),
    ],
)
def test_language_is_a_code_or_none(html: str, language: str | None) -> None:
    found = preview(html)
    assert found is not None
    assert found.language == language


def test_author_given_as_a_link_is_a_url_and_no_name() -> None:
    page = titled('<meta property="article:author" content="https://journal.example/people/a">')
    assert (page.author_name, page.author_url) == ("", "https://journal.example/people/a")


def test_long_values_are_cut() -> None:
    page = titled(
        "".join(f'<meta property="og:{name}" content="{"x" * 3000}">' for name in ("title", "description"))
    )
    assert (len(page.title), len(page.description)) == (300, 1000)
    assert page.title.endswith("x…")


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        ("<title>Übung</title>".encode(), "text/html"),
        ("<title>Übung</title>".encode("windows-1252"), "text/html; charset=ISO-8859-1"),
        ('<meta charset="windows-1252"><title>Übung</title>'.encode("windows-1252"), "text/html"),
        ("<title>Übung</title>".encode("utf-16"), "text/html"),
        (b"\xef\xbb\xbf" + "<title>Übung</title>".encode(), "text/html; charset=windows-1252"),
        ("<title>Übung</title>".encode(), "text/html; charset=punycode"),
    ],
)
def test_page_is_read_in_its_own_encoding(raw: bytes, content_type: str) -> None:
    found = parse_preview(raw, URL, content_type)
    assert found is not None
    assert found.title == "Übung"


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<meta",
        "<meta a'",
        "<!--",
        "<script",
        "<title>",
        "<meta " + " ".join(f"a{n}" for n in range(800)) + ">",
        "<html " + " ".join(f"a{n}" for n in range(800)) + ">",
        "<meta property=og:title content='" + "x" * 4000 + "'>",
        "&amp;",
    ],
)
def test_hostile_mebibyte_is_read_in_little_time(unit: str) -> None:
    html = "<title>T</title>" + unit * (2**20 // len(unit))
    started = time.process_time()
    preview(html)
    assert time.process_time() - started < 5
