"""Which post becomes which stage, which comment stays, and why the rest does not."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openrounds.portability.report import Line, Outcome, totals
from openrounds.portability.wordpress.export import Comment, Item, Term
from openrounds.portability.wordpress.plan import (
    By,
    Case,
    head_of,
    kept_comments,
    make_plan,
    stages_of,
)

DAY = datetime(2012, 3, 1, tzinfo=UTC)


def item(number: int, title: str = "", **changes: object) -> Item:
    values: dict[str, object] = {
        "id": str(number),
        "kind": "post",
        "status": "publish",
        "title": title or f"Part {number}",
        "link": "",
        "author": "mira",
        "written_at": DAY + timedelta(days=number),
        "parent": "0",
        "protected": False,
        "content": "<p>Words.</p>",
        "file_url": "",
        "terms": (Term("category", "case-1", "Case 1"),),
        "comments": (),
    }
    return Item(**values | changes)  # type: ignore[arg-type]


def said(number: int, parent: int = 0, **changes: object) -> Comment:
    values: dict[str, object] = {
        "id": str(number),
        "parent": str(parent),
        "author": "Otto",
        "said_at": DAY + timedelta(hours=number),
        "text": "Why?",
        "approved": "1",
        "kind": "",
    }
    return Comment(**values | changes)  # type: ignore[arg-type]


def plan(
    items: Iterable[Item], by: By = By.CATEGORY, *only: str, most: int = 30
) -> tuple[list[Case], list[Line]]:
    return make_plan([head_of(each, n) for n, each in enumerate(items)], by, only, most)


def shape(cases: Iterable[Case]) -> dict[str, list[str]]:
    return {case.title: [head.id for head in case.posts] for case in cases}


OTHER = (Term("category", "case-2", "Case 2"), Term("post_tag", "iron", "Iron"))


def test_posts_of_a_category_are_the_stages_of_a_case_by_date() -> None:
    cases, left = plan([item(3), item(2, terms=OTHER), item(1)])
    assert shape(cases) == {"Case 1": ["1", "3"], "Case 2": ["2"]}
    assert left == []


def test_posts_of_a_tag_are_a_case() -> None:
    cases, left = plan([item(1), item(2, terms=OTHER)], By.TAG)
    assert shape(cases) == {"Iron": ["2"]}
    assert [(entry.id, entry.why) for entry in left] == [("1", "it has no tag")]


def test_each_post_is_a_case_when_it_is_cut_at_headings() -> None:
    cases, _ = plan([item(1), item(2)], By.HEADINGS)
    assert shape(cases) == {"Part 1": ["1"], "Part 2": ["2"]}


@pytest.mark.parametrize("only", ["case 2", "CASE-2"])
def test_only_what_was_asked_for_is_taken(only: str) -> None:
    cases, left = plan([item(1), item(2, terms=OTHER)], By.CATEGORY, only)
    assert shape(cases) == {"Case 2": ["2"]}
    assert left[0].why == "not the category that was asked for"


def test_drafts_come_last() -> None:
    cases, _ = plan([item(1, status="draft", written_at=None), item(2)])
    assert shape(cases) == {"Case 1": ["2", "1"]}


def test_posts_that_nobody_sorted_are_no_case_unless_it_is_asked_for() -> None:
    unsorted = item(1, terms=(Term("category", "uncategorized", "Uncategorized"),))
    assert plan([unsorted])[0] == []
    assert shape(plan([unsorted], By.CATEGORY, "uncategorized")[0]) == {"Uncategorized": ["1"]}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "page"}, "a page is no part"),
        ({"kind": "attachment"}, "no stage"),
        ({"kind": "wp_template"}, "“wp_template” is nothing"),
        ({"protected": True}, "password"),
        ({"status": "private"}, "“private”"),
        ({"status": "trash"}, "“trash”"),
        ({"content": " <p>&nbsp;</p><!-- x -->"}, "no text"),
        ({"terms": ()}, "no category"),
    ],
)
def test_item_that_is_no_stage_is_left_with_its_reason(changes: dict[str, object], why: str) -> None:
    cases, [left] = plan([item(1, **changes)])
    assert cases == []
    assert left.outcome == Outcome.LEFT
    assert why in left.why


def test_case_takes_no_more_stages_than_a_case_may_have() -> None:
    cases, left = plan([item(n) for n in range(1, 6)], most=3)
    assert shape(cases) == {"Case 1": ["1", "2", "3"]}
    assert {entry.why for entry in left} == {"a case has at most 3 stages"}


LONG = """<p>Tired.</p><h2>The <em>blood</em> count</h2><p>Hb 72</p><img src="https://e.org/film.png" alt="A film">
<h3>Detail</h3>MCV 60<h2>Empty</h2><h2>What next?</h2><p>Iron.</p>"""


def test_post_is_cut_at_its_highest_headings() -> None:
    stages = stages_of(item(1, "A teacher", content=LONG), By.HEADINGS, 30)
    assert [(stage.title, stage.text) for stage in stages] == [
        ("A teacher", "Tired."),
        ("The blood count", "Hb 72\n\n### Detail\n\nMCV 60"),
        ("What next?", "Iron."),
    ]


def test_post_of_a_category_is_one_stage_with_its_pictures() -> None:
    [stage] = stages_of(item(1, "A teacher", content=LONG), By.CATEGORY, 30)
    assert stage.text.startswith("Tired.\n\n## The blood count")
    assert stage.pictures == (("https://e.org/film.png", "A film"),)


def test_what_goes_beyond_the_most_stages_stays_in_the_last() -> None:
    content = "".join(f"<h2>H{n}</h2><p>P{n}</p>" for n in range(6))
    stages = stages_of(item(1, content=content), By.HEADINGS, 3)
    assert [stage.title for stage in stages] == ["H0", "H1", "H2"]
    assert stages[-1].text == "P2\n\n## H3\n\nP3\n\n## H4\n\nP4\n\n## H5\n\nP5"


def test_comments_stay_in_order_under_their_parents() -> None:
    kept, left = kept_comments([said(3, 1), said(1), said(2, 1)], DAY)
    assert [(comment.id, comment.parent) for comment in kept] == [("1", ""), ("2", "1"), ("3", "1")]
    assert left == []


def test_answer_to_what_is_left_goes_to_the_next_above_it() -> None:
    kept, left = kept_comments([said(1), said(2, 1, approved="spam"), said(3, 2)], DAY)
    assert [(comment.id, comment.parent) for comment in kept] == [("1", ""), ("3", "1")]
    assert [(entry.id, entry.why) for entry in left] == [("2", "it was not shown on the blog")]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "pingback"}, "a pingback"),
        ({"approved": "0"}, "not shown"),
        ({"text": "<script>x</script>"}, "no text"),
    ],
)
def test_comment_that_is_left_has_its_reason(changes: dict[str, object], why: str) -> None:
    kept, [left] = kept_comments([said(1, **changes)], DAY)
    assert kept == []
    assert why in left.why


def test_name_is_one_line_of_words_as_written() -> None:
    [one, two] = kept_comments([said(1, author="<b>Dr</b>\nOtto"), said(2, author=" ")], DAY)[0]
    assert (one.author, two.author) == ("Dr Otto", "Anonymous")


@given(st.dictionaries(st.integers(1, 8), st.tuples(st.integers(0, 9), st.booleans()), max_size=8))
@settings(deadline=None)
def test_no_comment_is_ever_an_answer_to_itself(told: dict[int, tuple[int, bool]]) -> None:
    comments = [said(n, parent, approved="1" if shown else "0") for n, (parent, shown) in told.items()]
    kept, left = kept_comments(comments, DAY)
    assert len(kept) + len(left) == len(comments)
    parents = {comment.id: comment.parent for comment in kept}
    for start in parents:
        steps, at = 0, start
        while at:
            at, steps = parents[at], steps + 1
            assert steps <= len(parents)


def test_report_adds_up() -> None:
    lines = [
        Line("post", "1", "", Outcome.TAKEN, "stage 1"),
        Line("post", "2", "", Outcome.TAKEN, "stage 2"),
        Line("comment", "3", "", Outcome.LEFT, "its post was left: 7"),
        Line("comment", "4", "", Outcome.LEFT, "its post was left: 8"),
    ]
    assert totals(lines) == [
        ("comment", Outcome.LEFT, "its post was left", 2),
        ("post", Outcome.TAKEN, "", 2),
    ]
