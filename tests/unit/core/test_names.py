"""Usernames, domains, `user@domain` and e-mail addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.core.names import Acct, BadName, check_email, check_username, normalise_domain, parse_acct


@pytest.mark.parametrize("name", ["alice", "Alice_2", "team", "a", "0", "x" * 30, "nejm", "adminton"])
def test_newcomer_may_have_an_ordinary_name(name: str) -> None:
    check_username(name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "ERR_BLANK"),
        ("x" * 31, "ERR_TOO_LONG"),
        ("al ice", "ERR_INVALID"),
        ("al-ice", "ERR_INVALID"),
        ("alice\n", "ERR_INVALID"),
        ("ålice", "ERR_INVALID"),
        ("аlice", "ERR_INVALID"),  # Cyrillic
        ("ſ", "ERR_INVALID"),
        ("a\x00", "ERR_INVALID"),
        ("admin", "ERR_RESERVED"),
        ("Root", "ERR_RESERVED"),
        ("SUPPORT", "ERR_RESERVED"),
    ],
)
def test_newcomer_may_not_have_another_name(name: str, code: str) -> None:
    with pytest.raises(BadName) as refused:
        check_username(name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Example.ORG", "example.org"),
        ("example.org.", "example.org"),
        (" example.org ", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("ｅｘａｍｐｌｅ.org", "example.org"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("localhost:3000", "localhost:3000"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("example.org:0443", "example.org:443"),
    ],
)
def test_domain_has_one_spelling(written: str, normal: str) -> None:
    assert normalise_domain(written) == normal
    assert normalise_domain(normal) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "a..b",
        ".example.org",
        "-a.org",
        "a-.org",
        "user@example.org",
        "user:pw@example.org",
        "example.org/path",
        "example.org?x",
        "example.org:",
        "example.org:0",
        "example.org:99999",
        "example.org:80:80",
        "example.org:٨٠",
        "[::1]",
        "a b.org",
        "a_b.org",
        "exa\x00mple.org",
        "\ud800.org",
        "x" * 64 + ".org",
        "x." * 200 + "org",
        "例" * 200_000,
        "☃\u200d.org",
    ],
)
def test_what_is_no_domain_is_refused(written: str) -> None:
    with pytest.raises(BadName):
        normalise_domain(written)


@given(st.text(max_size=80))
def test_any_text_is_a_domain_with_one_spelling_or_refused(text: str) -> None:
    try:
        domain = normalise_domain(text)
    except BadName:
        return
    assert domain.isascii()
    assert normalise_domain(domain) == domain
    assert not set(domain) & set("@/?#\\ \t\n")


@pytest.mark.parametrize(
    ("written", "acct"),
    [
        ("alice", Acct("alice", None)),
        ("@Alice", Acct("Alice", None)),
        ("Bob@Example.org", Acct("Bob", "example.org")),
        ("@b.o-b@localhost:3000", Acct("b.o-b", "localhost:3000")),
        ("bob@bücher.example", Acct("bob", "xn--bcher-kva.example")),
    ],
)
def test_acct_is_a_name_and_a_server(written: str, acct: Acct) -> None:
    assert parse_acct(written) == acct


@pytest.mark.parametrize(
    "written",
    ["", "@", "@@a", "a@", "@a@", "a@b@c", "a b@c.org", ".a@b.org", "ä@b.org", "a@b.org/x", "a\n@b.org"],
)
def test_what_is_no_acct_is_refused(written: str) -> None:
    with pytest.raises(BadName):
        parse_acct(written)


@pytest.mark.parametrize(
    "address",
    [
        "a@b.org",
        "O'Brien+cpd@ward-3.hospital.example",
        "a.b@localhost",
        "x" * 64 + "@b.org",
        "a@bücher.example",
    ],
)
def test_ordinary_address_is_accepted(address: str) -> None:
    check_email(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.org",
        "a@",
        "a@b@c.org",
        "a%c@b.org",
        "a,c@b.org",
        "a@b.org,c@d.org",
        "a@b.org;c@d.org",
        '"a"@b.org',
        'a"b@c.org',
        "a b@c.org",
        "a@b.org ",
        " a@b.org",
        "a@b.org\n",
        "a\r\nBcc: c@d.org",
        "a\x00@b.org",
        "a@b.org:25",
        "a@b.org.",
        "a!b@c.org",
        "a..b@c.org",
        ".a@c.org",
        "<a@b.org>",
        "a@[127.0.0.1]",
        "ä@b.org",
        "x" * 65 + "@b.org",
        "a@" + "x." * 158 + "org",
        "x" * 311 + "@mail.test",
    ],
)
def test_other_address_is_refused(address: str) -> None:
    with pytest.raises(BadName):
        check_email(address)
