"""What people mean by what they type, and what the databases are asked."""

import re
import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.core.ids import id_at
from openrounds.core.names import Acct
from openrounds.search import rules
from openrounds.search.rules import From, Place, Run, Target, Under, parse, terms

MENU = st.sampled_from(
    r"""from: has: is: in: language: before: during: after: # - + " * “ NEAR( AND OR NOT me media 2026-02-30 9999-12-31
    library ^ {x}: words: ' \ :* &|! ŀ""".split()
)
SPACE = st.sampled_from(["", " "])
QUERIES = st.lists(st.one_of(MENU, SPACE, st.text(max_size=12)), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sepsis in the ICU", ["sepsis", "in", "the", "icu"]),
        ("COVID-19, h₂o & Müller's façade", ["covid", "19", "h2o", "muller", "s", "facade"]),
        ("Straße ŒUVRE ǅ", ["strasse", "œuvre", "dz"]),
        ("心電図です", ["心", "電", "図", "で", "す"]),
        ("snake_case", ["snake", "case"]),
        ("हिन्दी", ["हिन्दी"]),
        ("!?… 🙂", []),
    ],
)
def test_words_differ_neither_by_case_nor_by_accent(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_long_words_are_kept_short_enough_for_an_index() -> None:
    assert terms("a" * 5000) == ["a" * rules.LONGEST_TERM]


@given(st.text(st.characters(max_codepoint=127)))
def test_words_are_the_same_in_plain_english_and_beside_a_foreign_word(text: str) -> None:
    assert terms(text) == terms(f"{text} é")[:-1]


@given(st.text())
def test_no_text_can_forge_a_mark(text: str) -> None:
    assert all("_" not in term and re.fullmatch(r"[^\W_]|[^\s'\"\\]+", term) for term in terms(text))


def test_every_post_holds_the_common_term_between_its_parts() -> None:
    assert rules.document(["a b", "c"], ["_a1"]) == ["a", "b", "_p", "c", "_p", "_a1"]
    assert rules.document([], []) == ["_p"]


def test_words_phrases_and_exclusions_are_told_apart() -> None:
    query = parse('sepsis "blood culture" -viral cardio* -"not this"')
    assert query.required == [
        Run(("sepsis",)),
        Run(("blood", "culture")),
        Run(("cardio",), open_end=True),
    ]
    assert query.excluded == [Run(("viral",)), Run(("not", "this"))]


def test_curly_quotes_of_phones_make_phrases() -> None:
    assert parse("“blood culture”").required == [Run(("blood", "culture"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from:me", From(None)),
        ("from:@Alice", From(Acct("alice", None))),
        ("from:bob@Example.ORG", From(Acct("bob", "example.org"))),
        ("has:poll", Run(("_hpoll",))),
        ("has:embed", Run(("_hlink",))),
        ("IS:Reply", Run(("_ireply",))),
        ("language:pt-BR", Run(("_lpt",))),
        ("#MedTwitter", Under("medtwitter")),
    ],
)
def test_operators_are_understood(text: str, expected: object) -> None:
    assert parse(text).required == [expected]
    assert parse(f"-{text}").excluded == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from:!!", ["from"]),
        ("has:cheese", ["has", "cheese"]),
        ("is:", ["is"]),
        ("language:klingonish", ["language", "klingonish"]),
        ("in:space", ["in", "space"]),
        ("before:yesterday", ["before", "yesterday"]),
        ("during:2026-02-30", ["during", "2026", "02", "30"]),
        ("after:9999-12-31", ["after", "9999", "12", "31"]),
        ("#1", ["1"]),
        ("http://x.org/a", ["http", "x", "org", "a"]),
    ],
)
def test_operators_without_sense_are_words(text: str, expected: list[str]) -> None:
    assert parse(text).required == [Run(tuple(expected))]


def test_days_bound_the_ids() -> None:
    def day(number: int) -> int:
        return id_at(datetime(2026, 11, number, tzinfo=UTC))

    during = parse("during:2026-11-03")
    assert (during.at_least, during.below) == (day(3), day(4))
    between = parse("after:2026-11-03 before:2026-11-20 before:2026-11-10 after:2026-11-01")
    assert (between.at_least, between.below) == (day(4), day(10))


def test_place_is_taken_in_and_alone_asks_for_something() -> None:
    assert parse("in:library").place is Place.LIBRARY
    assert not parse("in:library").empty
    assert parse("  ").empty
    assert parse("in:all").empty


@given(QUERIES)
def test_any_query_is_one_that_both_databases_understand(text: str) -> None:
    query = parse(text)
    assert len(query.required) + len(query.excluded) <= rules.MOST_CLAUSES + 2
    runs = [
        [c if isinstance(c, Run) else Run(("_a1",)) for c in conditions]
        for conditions in (query.required, query.excluded)
    ]
    with sqlite3.connect(":memory:") as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE d USING fts5(words, tokenize=\"unicode61 categories 'L* M* N* Co Pc'\")"
        )
        connection.execute("SELECT rowid FROM d WHERE d MATCH ?", [rules.for_sqlite(*runs)]).fetchall()
    connection.close()
    term = r"'[^'\\\s]+'(?::\*)?"
    run = rf"!?\({term}(?: <-> {term})*\)"
    assert re.fullmatch(rf"(?:'_p'|{run})(?: & {run})*", rules.for_postgres(*runs))


def test_tsvector_gives_each_term_its_places() -> None:
    assert rules.tsvector(["a", "b", "a", "_p"]) == "'a':1,3 'b':2 '_p':4"


BASE = "https://rounds.example.org"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/@alice", Target(username="alice")),
        ("/users/alice", Target(username="alice")),
        ("/@alice/123?x=1#y", Target(username="alice", post_id=123)),
        ("/users/alice/statuses/123", Target(username="alice", post_id=123)),
        ("/tags/M%C3%BCller", Target(hashtag="Müller")),
        ("/about", None),
        ("/@alice/9999999999999999999999", None),
    ],
)
def test_own_addresses_are_understood(path: str, expected: Target | None) -> None:
    assert rules.own_target(BASE + path, BASE) == expected


@pytest.mark.parametrize(
    "url",
    ["https://elsewhere.org/@alice", "https://[broken/@alice", "https://rounds.example.org.evil.org/@alice"],
)
def test_addresses_of_others_are_not_ours(url: str) -> None:
    assert rules.own_target(url, BASE) is None


def test_what_is_usual_does_not_rise() -> None:
    assert rules.rise(5, 5) == 0
    assert rules.rise(2, 9) == 0
    assert rules.rise(9, 3) == 12
    assert rules.rise(3, 0) > rules.rise(2, 0) > 0


def test_scores_fade_by_half() -> None:
    assert rules.faded(8, 24, 24) == 4
    assert rules.faded(8, -5, 24) == 8


def test_one_author_does_not_fill_the_trends() -> None:
    assert rules.spread([(1, 7, 10.0), (2, 7, 9.0), (3, 8, 6.0)]) == [(1, 10.0), (3, 6.0), (2, 4.5)]
