"""Emoji by name."""

import unicodedata

import pytest

from openrounds.core.emoji import find_emoji


def signs(beginning: str, limit: int = 6) -> list[str]:
    return [emoji.sign for emoji in find_emoji(beginning, limit)]


@pytest.mark.parametrize(
    ("beginning", "sign"),
    [
        ("smi", "😏"),
        ("GRINNING", "😀"),
        ("thumbs_up", "👍"),
        ("thumbs-up", "👍"),
        ("micros", "🔬"),
        ("blut", "🩸"),
        ("röntgen", "🩻"),
        ("heart", "❤\ufe0f"),
        ("warning", "⚠\ufe0f"),
    ],
)
def test_name_or_word_is_found_by_its_beginning(beginning: str, sign: str) -> None:
    assert sign in signs(beginning)


def test_names_that_begin_so_come_before_names_that_hold_it() -> None:
    names = [emoji.name for emoji in find_emoji("microphone", 9)]
    assert names[0] == "microphone"
    assert names == sorted(names, key=lambda name: not name.startswith("microphone"))


@pytest.mark.parametrize("nonsense", ["", " ", "_", "qqq", "'", "\x00", "x" * 1000])
def test_nonsense_finds_nothing(nonsense: str) -> None:
    assert signs(nonsense) == []


def test_no_more_are_given_than_asked_for_and_all_are_symbols() -> None:
    found = signs("s", 2000)
    assert len(signs("s", 5)) == 5
    assert {unicodedata.category(sign[0]) for sign in found} <= {"So", "Sm", "Ll"}
    assert len(found) == len(set(found))
