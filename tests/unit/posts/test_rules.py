"""What makes a post acceptable."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from openrounds.core.text import count_characters
from openrounds.posts.rules import (
    DIRECT,
    FOLLOWERS,
    PUBLIC,
    QUOTED_BY_ALL,
    QUOTED_BY_FOLLOWERS,
    QUOTED_BY_NOBODY,
    UNLISTED,
    Draft,
    Limits,
    PollDraft,
    Unacceptable,
    boost_visibility,
    checked,
    checked_choices,
    checked_language,
    checked_moment,
    effective_policy,
    quotable,
    quote_visibility,
    told_by_kind,
)

LIMITS = Limits(characters=1000, attachments=4, poll_options=8, mentions=20)
POLL = PollDraft(("MDS", "AML"), timedelta(hours=1))
PRESENT = datetime(2026, 11, 21, 21, tzinfo=UTC)


def test_blanks_around_are_trimmed():
    assert checked(Draft(" \n Hello \t"), LIMITS).text == "Hello"


def test_warning_alone_becomes_the_text_of_media_or_a_poll():
    draft = checked(Draft(spoiler_text="Film", media_ids=(1,)), LIMITS)
    assert (draft.text, draft.spoiler_text) == ("Film", "")


@pytest.mark.parametrize(
    "draft",
    [
        Draft(),
        Draft("  \n"),
        Draft(spoiler_text="warned of nothing"),
        Draft(poll=POLL),
        Draft("x" * 1001),
        Draft("x" * 999, spoiler_text="yy"),
        Draft("https://example.org/" + "y" * 30_000),
        Draft("x", media_ids=(1, 2, 3, 4, 5)),
        Draft("x", media_ids=(1, 1)),
        Draft("x", media_ids=(1,), poll=POLL),
    ],
)
def test_draft_that_says_nothing_or_too_much_is_refused(draft):
    with pytest.raises(Unacceptable):
        checked(draft, LIMITS)


@pytest.mark.parametrize(
    "change",
    [
        {"options": ("one",)},
        {"options": tuple("abcdefghi")},
        {"options": ("a", " ")},
        {"options": ("a", " A ")},
        {"options": ("a", "b" * 101)},
        {"options": ("a", "https://example.org/" + "b" * 600)},
        {"lasts": timedelta(minutes=4)},
        {"lasts": timedelta(days=31)},
    ],
)
def test_poll_that_cannot_be_asked_is_refused(change):
    with pytest.raises(Unacceptable):
        checked(Draft("x", poll=replace(POLL, **change)), LIMITS)


def test_options_of_a_poll_are_trimmed():
    assert checked(Draft("x", poll=replace(POLL, options=(" a", "b "))), LIMITS).poll.options == ("a", "b")


@given(st.text(max_size=1200), st.text(max_size=60))
def test_accepted_draft_is_within_the_limits_and_is_accepted_again(text, warning):
    try:
        draft = checked(Draft(text, spoiler_text=warning), LIMITS)
    except Unacceptable:
        return
    assert draft.text and count_characters(draft.text, draft.spoiler_text) <= 1000
    assert checked(draft, LIMITS) == draft


@pytest.mark.parametrize("code", ["en", "de-AT", "zh-Hant-TW", "nan"])
def test_language_in_the_form_of_one_is_kept(code):
    assert checked_language(code) == code


@pytest.mark.parametrize(
    "code", ["", None, "e", "english", "en_GB", "en-", "<b>", "en-" + "-".join(["abcdefgh"] * 5)]
)
def test_language_that_is_none_is_dropped(code):
    assert checked_language(code) is None


@given(st.from_regex(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,9}", fullmatch=True))
def test_language_fits_its_column(code):
    assert len(checked_language(code) or "") <= 35


@pytest.mark.parametrize(
    "ahead", [timedelta(minutes=4, seconds=59), timedelta(days=-1), timedelta(days=365 * 101)]
)
def test_moment_too_soon_or_too_far_is_refused(ahead):
    with pytest.raises(Unacceptable):
        checked_moment(PRESENT + ahead, PRESENT)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_moment_at_the_ends_of_time_is_refused(text):
    with pytest.raises(Unacceptable):
        checked_moment(datetime.fromisoformat(text), PRESENT)


def test_moment_five_minutes_ahead_is_taken():
    assert checked_moment(PRESENT + timedelta(minutes=5), PRESENT) == PRESENT + timedelta(minutes=5)


@given(st.lists(st.integers()), st.integers(2, 8), st.booleans())
def test_choices_are_places_of_the_poll_each_once(choices, options, multiple):
    try:
        chosen = checked_choices(choices, options, multiple=multiple)
    except Unacceptable:
        return
    assert set(chosen) == set(choices) and len(set(chosen)) == len(chosen) > 0
    assert all(0 <= c < options for c in chosen) and (multiple or len(chosen) == 1)


@pytest.mark.parametrize("choices", [[], [2], [-1], [0, 1], [2**70]])
def test_choice_that_cannot_be_made_is_refused(choices):
    with pytest.raises(Unacceptable):
        checked_choices(choices, 2, multiple=False)


levels = st.sampled_from([PUBLIC, UNLISTED, FOLLOWERS, DIRECT])


@given(st.none() | levels, st.sampled_from([PUBLIC, UNLISTED, FOLLOWERS]), levels)
def test_boost_is_never_wider_than_its_post_and_never_direct(wanted, original, default):
    assert original <= boost_visibility(wanted, original, default) <= FOLLOWERS


policies = st.sampled_from([QUOTED_BY_NOBODY, QUOTED_BY_FOLLOWERS, QUOTED_BY_ALL])


@given(st.sampled_from([PUBLIC, UNLISTED, FOLLOWERS, DIRECT]), policies, st.booleans())
def test_own_posts_are_quotable_but_for_direct_ones(visibility, policy, follows):
    assert quotable(visibility, policy, own=True, follows=follows) == (visibility != DIRECT)


@given(st.sampled_from([PUBLIC, UNLISTED, FOLLOWERS, DIRECT]), policies, st.booleans())
def test_others_posts_are_quotable_as_their_policy_says(visibility, policy, follows):
    expected = {QUOTED_BY_NOBODY: False, QUOTED_BY_FOLLOWERS: follows, QUOTED_BY_ALL: True}
    effective = effective_policy(visibility, policy)
    assert quotable(visibility, policy, own=False, follows=follows) == expected[effective]
    assert effective == (policy if visibility <= UNLISTED else QUOTED_BY_NOBODY)


@given(st.sampled_from([PUBLIC, UNLISTED, FOLLOWERS, DIRECT]), st.sampled_from([PUBLIC, UNLISTED, FOLLOWERS]))
def test_quote_is_no_wider_than_a_post_for_followers(wanted, quoted):
    assert quote_visibility(wanted, quoted) == (max(wanted, FOLLOWERS) if quoted == FOLLOWERS else wanted)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, {}),
        ({"nurse": 3}, {"": 3}),
        ({"nurse": 7, "student": 12}, {"student": 12, "nurse": 7}),
        ({"nurse": 7, "student": 3, "": 4}, {"nurse": 7, "": 7}),
        ({"nurse": 7, "student": 12, "patient": 1}, {"student": 12, "": 8}),
        ({"nurse": 7, "patient": 1}, {"": 8}),
    ],
    ids=[
        "nobody",
        "too few",
        "enough",
        "enough others",
        "a difference would tell one",
        "one kind and one person",
    ],
)
def test_kinds_of_few_people_are_counted_among_others(counts: dict[str, int], told: dict[str, int]) -> None:
    assert told_by_kind(counts) == told
    assert list(told_by_kind(counts)) == list(told)
