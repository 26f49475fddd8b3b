"""Which contributions are likely to say the same."""

from openrounds.rounds.merging_rules import likeliest, likeness, words_of


def test_likest_comes_first_and_the_elder_among_equals() -> None:
    others = {
        3: "ITP, I think",
        1: "Vitamin C deficiency!",
        2: "Scurvy: vitamin C",
        4: "#HaemRounds ITP, I think",
    }
    assert likeliest("I say vitamin C deficiency", others, 3) == [1, 2, 3]


def test_hashtags_names_and_small_words_say_nothing() -> None:
    assert words_of("#HaemRounds @bob it is IRON") == {"iron"}


def test_likeness_is_from_none_to_all() -> None:
    iron, other = frozenset({"iron"}), frozenset({"iron", "deficiency"})
    assert (likeness(iron, iron), likeness(iron, other), likeness(iron, frozenset())) == (1, 0.5, 0)
    assert likeness(frozenset(), frozenset()) == 0
