"""Which words are hashtags, and which of them are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.hashtags.rules import HASHTAG_LIMIT, FoundHashtag, find_hashtags, fold, is_hashtag


def names(text: str) -> list[str]:
    return [found.name for found in find_hashtags(text)]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("TeamHaem", "teamhaem"),
        ("ＴＥＡＭ", "team"),
        ("Hématologie", "hematologie"),
        ("Ørsted", "orsted"),
        ("Łódź", "lodz"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ﾊﾝｶｸ", "ハンカク"),
        ("tag\ufe0f", "tag"),
    ],
)
def test_case_width_and_latin_accents_make_no_difference(written: str, kept: str) -> None:
    assert fold(written) == kept


@pytest.mark.parametrize(
    "name", ["がん", "血液がん", "हिन्दी", "หวัดดี", "й", "ёж", "தமிழ்", "שָׁלוֹם", "العربية", "tim·bre", "한국어"]
)
def test_other_scripts_keep_their_marks(name: str) -> None:
    assert fold(name) == fold(fold(name))
    assert len(fold(name)) == len(name)
    assert fold("が") != fold("か")
    assert fold("й") != fold("и")


@pytest.mark.parametrize(
    "name",
    ["a", "Covid19", "2024_2025", "1a", "col·lectiu", "日本", "हिन्दी", "x" * HASHTAG_LIMIT, "a_", "_a"],
)
def test_word_is_a_hashtag(name: str) -> None:
    assert is_hashtag(name)
    assert names(f"see #{name} there") == [name]


@pytest.mark.parametrize(
    "name", ["", "123", "٣٤", "·a", "a·", "a b", "a-b", "a.b", "#a", "_", "x" * 101, "x" * 200, "\u0301a"]
)
def test_other_string_is_no_hashtag(name: str) -> None:
    assert not is_hashtag(name)


@pytest.mark.parametrize(
    "text",
    [
        "#",
        "##",
        "#123",
        "# a",
        "a#b",
        "é#b",
        "1#b",
        "#️⃣",
        "&#x27;",
        "/#a",
        "=#a",
        "https://example.org/#a",
        "https://example.org/a#TeamHaem",
        "#" + "x" * 200,
        "#a://b",
        "",
    ],
)
def test_text_without_hashtag_has_none(text: str) -> None:
    assert find_hashtags(text) == ()


def test_hashtag_keeps_its_capitals_and_its_place() -> None:
    assert find_hashtags("Case 1 (#TeamHaem), #日本。") == (
        FoundHashtag("TeamHaem", 8, 17),
        FoundHashtag("日本", 20, 22 + 1),
    )


def test_hashtag_ends_where_its_word_ends() -> None:
    assert names("#a, #b. #c! #d's #e-f ＃タグ #g·") == ["a", "b", "c", "d", "e", "タグ", "g"]


def test_name_that_would_grow_beyond_the_limit_is_no_hashtag() -> None:
    assert not is_hashtag("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 50)


@given(st.text(max_size=150))
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(max_size=120))
def test_folded_hashtag_is_a_hashtag_that_fits(name: str) -> None:
    if is_hashtag(name):
        assert is_hashtag(fold(name))
        assert len(fold(name)) <= HASHTAG_LIMIT


@given(st.text(alphabet=st.sampled_from("#＃aÉ1_·・ .@/&がー\u200c\u0301"), max_size=40))
def test_found_hashtags_are_hashtags_at_their_place(text: str) -> None:
    for name, start, end in find_hashtags(text):
        assert is_hashtag(name)
        assert text[start] in "#＃"
        assert text[start + 1 : end] == name
