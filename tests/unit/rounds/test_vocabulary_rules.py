"""Words of medicine are found however they are spelled, and quickly."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.rounds.vocabulary import conditions, specialties, specialties_within, specialty_name
from openrounds.rounds.vocabulary_rules import Term, Vocabulary, read_specialties, read_terms

WORDS = Vocabulary(
    [
        Term("Iron deficiency anaemia", ("iron deficiency",), "D018798"),
        Term("Anaemia"),
        Term("Anaemia of chronic disease"),
        Term("Haemolytic anaemia"),
        Term("Behçet's disease"),
        Term("Sickle cell disease", ("SCD",)),
    ]
)


def names(typed: str, most: int = 8) -> list[str]:
    return [term.name for term in WORDS.complete(typed, most)]


def test_what_begins_with_it_comes_first_and_the_very_name_before_all() -> None:
    assert names("anaemia") == [
        "Anaemia",
        "Anaemia of chronic disease",
        "Haemolytic anaemia",
        "Iron deficiency anaemia",
    ]


@pytest.mark.parametrize("typed", ["behcet", "BEHÇETS", "Behçet's d", "behcet’s disease"])
def test_accents_capitals_and_apostrophes_make_no_difference(typed: str) -> None:
    assert names(typed) == ["Behçet's disease"]


@pytest.mark.parametrize("typed", ["hemolytic anemia", "haemolytic anaemia", "Hemo", "anem hem"])
def test_british_and_american_spelling_are_one(typed: str) -> None:
    assert names(typed) == ["Haemolytic anaemia"]


@pytest.mark.parametrize("typed", ["ha", "hae", "haemo", "he", "hemo"])
def test_half_a_word_is_told_in_either_spelling(typed: str) -> None:
    assert names(typed) == ["Haemolytic anaemia"]


def test_term_is_offered_once_though_several_of_its_names_fit() -> None:
    assert names("iron def") == ["Iron deficiency anaemia"]
    assert WORDS.complete("scd", 3)[0].name == "Sickle cell disease"


def test_no_more_are_offered_than_asked_for() -> None:
    assert len(names("anaemia", 2)) == 2


@pytest.mark.parametrize("typed", ["", " ", "a", "?!", "ckle", "anaemia zzz"])
def test_what_begins_no_word_finds_nothing(typed: str) -> None:
    assert names(typed) == []


@given(st.text(max_size=200))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    assert len(WORDS.complete(typed, 3)) <= 3


def test_own_words_are_found_by_every_name_they_have() -> None:
    own = conditions()
    assert len(own) > 700
    assert own.complete("ttp", 3)[0].name == "Thrombotic thrombocytopenic purpura"
    assert own.complete("diarrhea", 3)[0].name == "Diarrhoea"
    assert own.complete("pulm emb", 3)[0].name == "Pulmonary embolism"


def test_own_specialties_are_a_tree() -> None:
    tree = specialties()
    seen = {""}
    for specialty in tree:
        assert specialty.parent in seen
        seen.add(specialty.name)
    assert len(seen) == len(tree) + 1
    haematology = next(one for one in tree if one.name == "Haematology")
    assert (haematology.parent, haematology.depth) == ("Internal medicine", 1)


def test_lines_may_leave_out_what_they_do_not_know() -> None:
    assert read_terms("Gout\n\nLupus\tSLE;systemic lupus\tD008180\n") == [
        Term("Gout"),
        Term("Lupus", ("SLE", "systemic lupus"), "D008180"),
    ]
    assert [one.name for one in read_specialties("B\tA\nA\nC\n")] == ["A", "B", "C"]


@pytest.mark.parametrize(
    "typed", ["Haematology", "hematology", " HAEMATOLOGY "], ids=["own", "American", "capitals"]
)
def test_specialty_has_one_name_however_it_is_spelled(typed: str) -> None:
    assert specialty_name(typed) == "Haematology"


def test_specialty_is_known_by_its_other_names_and_an_unknown_one_stays_as_typed() -> None:
    assert specialty_name("Infectious Disease Medicine") == "Infectious diseases"
    assert specialty_name("ENT") == "Otorhinolaryngology"
    assert specialty_name("Narrative  medicine") == "Narrative medicine"


def test_specialty_holds_all_that_stand_below_it() -> None:
    assert {"Internal medicine", "Haematology", "Transfusion medicine"} <= set(
        specialties_within("internal medicine")
    )
    assert "Surgery" not in specialties_within("internal medicine")
    assert specialties_within("Narrative medicine") == ["Narrative medicine"]


@pytest.mark.slow
def test_completion_among_as_many_terms_as_mesh_has_takes_less_than_a_millisecond() -> None:
    syllables = [
        "hepat",
        "nephr",
        "cardi",
        "neur",
        "derm",
        "gastr",
        "my",
        "arthr",
        "oste",
        "angi",
        "aden",
        "chondr",
    ]
    kinds = ["itis", "oma", "osis", "opathy", "algia", "ectasia", "olysis"]
    made = [f"{a}o{b}{k} type {n}" for a in syllables for b in syllables for k in kinds for n in range(5)]
    big = Vocabulary(Term(name, (f"{name} syndrome", f"familial {name}")) for name in made)
    assert len(big) == 5040
    fastest = min(_seconds(big, "hepatonephr") for _ in range(20))
    assert fastest < 0.001


def _seconds(vocabulary: Vocabulary, typed: str) -> float:
    began = perf_counter()
    assert vocabulary.complete(typed, 8)
    return perf_counter() - began
