"""The words in force: those that came with OpenRounds, or MeSH, if the operator has loaded it."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from openrounds.core.options import options
from openrounds.rounds.vocabulary_rules import (
    Specialty,
    Term,
    Vocabulary,
    by_spelling,
    fold,
    read_specialties,
    read_terms,
    with_those_below,
)

CONDITIONS = "conditions.tsv"
SPECIALTIES = "specialties.tsv"


def complete_condition(typed: str, most: int = 8) -> list[Term]:
    """What somebody who types a differential may mean."""
    return conditions().complete(typed, most)


def conditions() -> Vocabulary:
    """Diseases, syndromes and findings."""
    return _conditions(*_stamp(CONDITIONS))


def specialties() -> tuple[Specialty, ...]:
    """The specialties as a tree, parents in front of what is below them."""
    return _specialties(*_stamp(SPECIALTIES))


def specialty_name(typed: str) -> str:
    """How the specialty that was typed is written here: `hematology` and `Haematology` are one. Unknown ones stay as typed."""
    bare = " ".join(typed.split())
    return _specialty_names(*_stamp(SPECIALTIES)).get(fold(bare), bare)


def specialties_within(typed: str) -> list[str]:
    """Names of a specialty and of all that belong to it."""
    return with_those_below(specialties(), specialty_name(typed))


def directory() -> Path:
    """Where loaded words lie."""
    return options().data / "vocabulary"


def _stamp(name: str) -> tuple[Path | None, int]:
    """The loaded file and when it was written; (None, 0) while there is none."""
    path = directory() / name
    try:
        return path, path.stat().st_mtime_ns
    except OSError:
        return None, 0


@lru_cache(maxsize=2)
def _conditions(path: Path | None, _written: int) -> Vocabulary:
    return Vocabulary(read_terms(_text(path, CONDITIONS)))


@lru_cache(maxsize=2)
def _specialties(path: Path | None, _written: int) -> tuple[Specialty, ...]:
    return tuple(read_specialties(_text(path, SPECIALTIES)))


@lru_cache(maxsize=2)
def _specialty_names(path: Path | None, written: int) -> dict[str, str]:
    return by_spelling(_specialties(path, written))


def _text(path: Path | None, name: str) -> str:
    return (path or files("openrounds.rounds") / "data" / name).read_text(encoding="utf-8")
