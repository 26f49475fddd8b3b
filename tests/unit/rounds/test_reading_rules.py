"""How hard a text is to read."""

import pytest

from openrounds.rounds.reading_rules import FEWEST_WORDS, reading_age

EASY = "The cat sat on the mat. It had a red hat. " * 5
HARD = (
    "Immunosuppressive pharmacotherapy notwithstanding, thrombocytopenia deteriorated dramatically throughout "
    "hospitalisation, necessitating multidisciplinary reconsideration of previously established diagnoses. "
    * 3
)


def test_short_sentences_of_short_words_read_easily() -> None:
    assert reading_age(EASY) == 6


def test_long_sentences_of_long_words_are_for_adults() -> None:
    assert reading_age(HARD) == 18


def test_figures_are_those_of_the_formula() -> None:
    """40 words in 4 sentences, 10 of them of more than six letters: LIX 10 + 25 = 35, the seventh grade."""
    sentence = "one two six ten red elephants dinosaurs the cat sat."
    more = "one two six ten red elephants dinosaurs kangaroos the cat."
    assert reading_age(" ".join([sentence, sentence, more, more])) == 12


@pytest.mark.parametrize(
    "text", ["", "Hello.", "word " * (FEWEST_WORDS - 1), "1 2 3 " * 40], ids=["", "one", "few", "sums"]
)
def test_too_few_words_say_nothing(text: str) -> None:
    assert reading_age(text) is None


def test_lines_of_a_list_are_sentences() -> None:
    assert reading_age("take the red one\n" * 20) == reading_age("take the red one. " * 20)
