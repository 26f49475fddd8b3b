"""Tables that spreadsheets may open."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.portability.rules import cell, table, uncell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", '=HYPERLINK("http://evil")']
)
def test_a59_cell_that_begins_like_a_formula_becomes_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@given(st.text(st.sampled_from("'= -+@ab\t"), max_size=6))
def test_cell_is_read_back_as_it_was(text: str) -> None:
    assert uncell(cell(text)) == text


def test_plain_cells_stay_as_they_are() -> None:
    assert [cell(value) for value in ("a=b", 7, None, "")] == ["a=b", "7", "", ""]


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1), min_size=1
    )
)
def test_table_reads_back_as_its_cells(row: list[str]) -> None:
    [read] = csv.reader(io.StringIO(table([row]), newline=""))
    assert read == [cell(value) for value in row]
