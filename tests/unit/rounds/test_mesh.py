"""MeSH as the National Library of Medicine gives it out."""

import io

import pytest
from tests.factories.mesh import FOOT, HEAD, RECORDS

from openrounds.rounds.mesh import read_mesh
from openrounds.rounds.rules import Unacceptable
from openrounds.rounds.vocabulary_rules import Specialty, Term, read_specialties, read_terms


def test_diseases_and_specialties_are_kept_and_nothing_else() -> None:
    mesh = read_mesh(io.BytesIO((HEAD + RECORDS + FOOT).encode()))
    assert read_terms(mesh.condition_lines()) == [
        Term("Made-up Disease", ("Invented, Disease",), "D1"),
        Term("Made-up Worry", (), "D2"),
    ]
    assert read_specialties(mesh.specialty_lines()) == [
        Specialty("Internal Things", "", 0),
        Specialty("Blood Things", "Internal Things", 1, ("Study of Blood",)),
    ]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "<rss/>",
        HEAD,
        HEAD + RECORDS[:-50],
        HEAD + FOOT,
        '<!DOCTYPE DescriptorRecordSet [<!ENTITY a "b">]><DescriptorRecordSet>&a;</DescriptorRecordSet>',
    ],
    ids=["empty", "other", "open", "truncated", "nothing", "bomb"],
)
def test_file_that_is_no_mesh_is_refused(data: str) -> None:
    with pytest.raises(Unacceptable):
        read_mesh(io.BytesIO(data.encode()))
