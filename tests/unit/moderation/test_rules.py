"""What counts as one emoji."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.moderation.rules import is_emoji


@pytest.mark.parametrize(
    "text", ["👍", "👍🏽", "❤️", "❤", "🇩🇪", "1️⃣", "👩‍⚕️", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🏳️‍🌈", "🧑🏻‍🤝‍🧑🏿"]
)
def test_one_emoji_is_accepted(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize(
    "text", ["", "1", "#", "a", "👍👍", "👍 ", ":thumbsup:", "\u200d", "\ufe0f", "👍\u200d", "👍" * 40]
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_emoji(text)


@given(st.text(max_size=40))
def test_asking_never_fails(text: str) -> None:
    assert is_emoji(text) in (True, False)
