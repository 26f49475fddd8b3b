"""References as people paste them, and what registries make of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openrounds.rounds.citation_rules import (
    Identifier,
    Record,
    find_identifiers,
    from_csl,
    from_pubmed,
    identify,
)

DOI = Identifier("doi", "10.1136/bmj.i1327")
PMID = Identifier("pmid", "26976790")

CSL: dict[str, Any] = {
    "type": "journal-article",
    "title": "Twitter as a tool for <i>medical</i> education &amp; debate",
    "author": [
        {"family": "Cutts", "given": "Brian J."},
        {"family": "Berg", "given": "Anna-Lena", "non-dropping-particle": "van den"},
        {"literal": "TeamHaem"},
        {"family": "Fourth", "given": "D"},
    ],
    "container-title": "The British Medical Journal",
    "container-title-short": "BMJ",
    "volume": "352",
    "issue": "3",
    "page": "i1327",
    "issued": {"date-parts": [[2016, 3, 7]]},
}
SUMMARY: dict[str, Any] = {
    "uid": "26976790",
    "title": "Twitter as a tool for medical education.",
    "authors": [{"name": "Cutts BJ", "authtype": "Author"}, {"name": "Berg A", "authtype": "Author"}],
    "source": "BMJ",
    "fulljournalname": "BMJ (Clinical research ed.)",
    "pubdate": "2016 Mar 7",
    "volume": "352",
    "issue": "",
    "pages": "i1327",
    "pubtype": ["Journal Article"],
}


@pytest.mark.parametrize(
    "spelling",
    [
        "10.1136/bmj.i1327",
        "doi:10.1136/bmj.i1327",
        "DOI: 10.1136/BMJ.i1327",
        "https://doi.org/10.1136/bmj.i1327",
        "http://dx.doi.org/10.1136/BMJ.I1327",
        "https://doi.org/10.1136%2Fbmj.i1327?utm=1#top",
        "https://onlinelibrary.wiley.com/doi/full/10.1136/bmj.i1327",
        "(see doi:10.1136/bmj.i1327).",
    ],
)
def test_every_spelling_of_a_doi_is_one(spelling: str) -> None:
    assert identify(spelling) == DOI


@pytest.mark.parametrize(
    "spelling",
    [
        "26976790",
        "PMID: 26976790",
        "pmid 26976790",
        "PMID:26976790.",
        "https://pubmed.ncbi.nlm.nih.gov/26976790/",
        "https://www.ncbi.nlm.nih.gov/pubmed/26976790",
    ],
)
def test_every_spelling_of_a_pmid_is_one(spelling: str) -> None:
    assert identify(spelling) == PMID


def test_bracket_inside_a_doi_is_its_own_and_one_around_it_is_not() -> None:
    sici = "10.1002/(sici)1096-8652(199607)52:3<1::aid"
    assert identify("(10.1002/(SICI)1096-8652(199607)52:3)") == Identifier(
        "doi", "10.1002/(sici)1096-8652(199607)52:3"
    )
    assert identify(sici) == Identifier("doi", "10.1002/(sici)1096-8652(199607)52:3")


def test_other_pages_stay_links_with_their_path_as_written() -> None:
    assert identify("HTTPS://Teamhaem.Wordpress.com/How?A=B") == Identifier(
        "url", "https://teamhaem.wordpress.com/How?A=B"
    )
    assert identify("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4361707/") == Identifier(
        "url", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC4361707/"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a paper",
        "10.1136",
        "10.12/short",
        "1234",
        "0123456",
        "123456789",
        "javascript:alert(1)",
        "ftp://x.org/a",
        "page10.1136/x",
    ],
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert identify(text) is None


def test_references_of_a_text_come_in_order_and_once() -> None:
    text = "Read PMID: 26976790 and 10.1136/bmj.i1327, then https://doi.org/10.1136/BMJ.i1327 (https://example.org/x)."
    assert find_identifiers(text) == (PMID, DOI, Identifier("url", "https://example.org/x"))


def test_several_references_in_a_field_for_one_are_none() -> None:
    assert identify("10.1136/bmj.i1327 10.1136/bmj.i1328") is None


@given(st.text(alphabet=st.sampled_from("10./()[]<>doi:PMID 4hts\u200b\n\"'.,;"), max_size=80))
def test_whatever_is_found_is_found_again_in_itself(text: str) -> None:
    for found in find_identifiers(text):
        typed = f"PMID {found.value}" if found.kind == "pmid" else found.value
        assert identify(typed) == found


def test_csl_becomes_a_short_citation() -> None:
    assert from_csl(CSL) == Record(
        title="Twitter as a tool for medical education & debate",
        authors="Cutts BJ, van den Berg AL, TeamHaem, et al",
        container="The British Medical Journal",
        year=2016,
        citation="Cutts BJ, van den Berg AL, TeamHaem, et al. Twitter as a tool for medical education & debate. "
        "BMJ. 2016;352(3):i1327.",
        retracted=False,
    )


def test_csl_that_says_little_is_cited_with_what_it_says() -> None:
    assert from_csl({"title": ["Is this all?"], "issued": {"date-parts": [[None]]}}) == Record(
        "Is this all?", "", "", None, "Is this all?", False
    )


@pytest.mark.parametrize(
    "more",
    [
        {"updated-by": [{"type": "retraction", "DOI": "10.1/x"}]},
        {"title": "RETRACTED: A drug that works"},
        {"title": "[Retracted] A drug that works"},
        {"title": "RETRACTED ARTICLE: A drug that works"},
        {"title": "WITHDRAWN: A drug that works"},
    ],
)
def test_retraction_is_told(more: dict[str, Any]) -> None:
    record = from_csl(CSL | more)
    assert record is not None
    assert record.retracted


@pytest.mark.parametrize(
    "more",
    [
        {"updated-by": [{"type": "correction"}]},
        {"update-to": [{"type": "retraction", "DOI": "10.1/other"}]},  # it retracts another paper
        {"title": "Retracted eyelids in thyroid disease"},
        {"updated-by": "retraction"},
    ],
)
def test_what_is_no_retraction_of_this_paper_is_none(more: dict[str, Any]) -> None:
    record = from_csl(CSL | more)
    assert record is not None
    assert not record.retracted


def test_pubmed_becomes_a_short_citation() -> None:
    assert from_pubmed({"result": {"uids": ["26976790"], "26976790": SUMMARY}}, "26976790") == Record(
        title="Twitter as a tool for medical education",
        authors="Cutts BJ, Berg A",
        container="BMJ (Clinical research ed.)",
        year=2016,
        citation="Cutts BJ, Berg A. Twitter as a tool for medical education. BMJ. 2016;352:i1327.",
        retracted=False,
    )


def test_pubmed_tells_a_retraction() -> None:
    retracted = SUMMARY | {"pubtype": ["Journal Article", "Retracted Publication"]}
    record = from_pubmed({"result": {"26976790": retracted}}, "26976790")
    assert record is not None
    assert record.retracted


@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"uids": ["1"], "1": {"uid": "1", "error": "cannot get document summary"}}},
        {"result": {"uids": []}},
        {"error": "Invalid uid"},
        [],
        None,
        {"result": {"1": {"title": ""}}},
    ],
    ids=["unknown", "empty", "error", "list", "nothing", "untitled"],
)
def test_paper_that_pubmed_does_not_know_is_none(answer: Any) -> None:
    assert from_pubmed(answer, "1") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*list(CSL), "date-parts", "updated-by", "family"]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_a_registry_answers_is_a_record_or_none(item: Any) -> None:
    record = from_csl(item)
    assert record is None or (record.title and record.citation and len(record.authors) <= 500)


def test_endless_title_is_cut() -> None:
    record = from_csl({"title": "a" * 10**6})
    assert record is not None
    assert len(record.title) == 1000
