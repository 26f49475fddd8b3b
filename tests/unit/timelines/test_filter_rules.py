"""How a filter's words are looked for."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.core.errors import Invalid
from openrounds.timelines.filter_rules import CONTEXTS, check_contexts, check_keyword, finds

words = st.text(min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("sepsis", "Sepsis kills"),
        ("sepsis", "it was (sepsis)."),
        ("#sepsis", "read this #Sepsis today"),
        ("c++", "I like c++"),
        ("a.b", "a.b"),
        ("früh", "FRÜH am Morgen"),
        ("heart failure", "Heart failure, again"),
        ("café", unicodedata.normalize("NFD", "the café")),
        (unicodedata.normalize("NFD", "café"), "the CAFÉ"),
    ],
)
def test_whole_word_is_found(keyword: str, text: str) -> None:
    assert finds(keyword, text, whole_word=True)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("sepsis", "urosepsis"),
        ("sepsis", "sepsis_3"),
        ("ards", "wards"),
        ("a.b", "axb"),
        ("caf", "café"),
    ],
)
def test_part_of_a_word_is_no_whole_word(keyword: str, text: str) -> None:
    assert not finds(keyword, text, whole_word=True)


def test_part_of_a_word_is_found_where_asked_for() -> None:
    assert finds("sepsis", "urosepsis", whole_word=False)
    assert not finds("sepsis", "shock", whole_word=False)


@given(words, st.text(max_size=200), st.booleans())
def test_looking_never_fails(keyword: str, text: str, whole: bool) -> None:
    assert finds(keyword, text, whole_word=whole) in (True, False)


@given(words, st.booleans())
def test_keyword_standing_alone_is_found(keyword: str, whole: bool) -> None:
    assert finds(keyword, keyword, whole_word=whole)


@given(words, st.text(max_size=30), st.text(max_size=30))
def test_whole_word_finds_no_more_than_a_part_does(keyword: str, before: str, after: str) -> None:
    text = before + keyword + after
    assert finds(keyword, text, whole_word=False) or not finds(keyword, text, whole_word=True)


def test_contexts_are_known_and_in_order() -> None:
    assert check_contexts(["thread", "home", "home"]) == ["home", "thread"]
    assert check_contexts(CONTEXTS) == list(CONTEXTS)
    for wrong in ([], ["everywhere"], ["home", ""]):
        with pytest.raises(Invalid):
            check_contexts(wrong)


def test_keyword_has_a_length() -> None:
    assert check_keyword("x" * 512)
    for wrong in ("", "  ", "x" * 513):
        with pytest.raises(Invalid):
            check_keyword(wrong)
