"""Who is told of what."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from openrounds.timelines.notification_rules import (
    ALL_KINDS,
    GROUPABLE,
    OF_THE_HOUSE,
    Between,
    Policy,
    Verdict,
    group_key,
    lone_id,
    shown_key,
    verdict,
)

FRIEND = Between(follows=True, longstanding_follower=True)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
handlings = st.sampled_from(["accept", "filter", "drop"])
policies = st.builds(Policy, handlings, handlings, handlings, handlings, handlings)
standings = st.builds(Between, *[st.booleans()] * 11)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_friend_is_heard(kind):
    assert verdict(kind, FRIEND, Policy()) is Verdict.ACCEPT


@pytest.mark.parametrize("kind", set(ALL_KINDS) - {"poll"})
def test_nobody_is_told_of_himself(kind):
    assert verdict(kind, replace(FRIEND, same=True), Policy()) is Verdict.DROP


def test_author_is_told_that_his_poll_has_ended():
    assert verdict("poll", Between(same=True), Policy()) is Verdict.ACCEPT


@given(st.sampled_from(ALL_KINDS), standings, policies)
def test_nothing_comes_from_or_to_the_suspended(kind, between, policy):
    assert verdict(kind, replace(between, suspended=True), policy) is Verdict.DROP


@given(st.sampled_from(sorted(set(ALL_KINDS) - set(OF_THE_HOUSE))), standings, policies)
@pytest.mark.parametrize("why", ["blocked", "silenced"])
def test_no_policy_brings_back_the_blocked_or_muted(why, kind, between, policy):
    assert verdict(kind, replace(between, same=False, **{why: True}), policy) is Verdict.DROP


def test_what_was_asked_for_is_no_strangers_word_and_may_come_from_oneself():
    strict = Policy(*["drop"] * 5)
    for between in (Between(), Between(private=True, new=True, limited=True), Between(same=True)):
        assert verdict("mention", replace(between, asked_for=True), strict) is Verdict.ACCEPT
    for why in ("blocked", "silenced", "suspended", "server_blocked"):
        assert verdict("mention", Between(asked_for=True, **{why: True}), Policy()) is Verdict.DROP


@pytest.mark.parametrize("kind", OF_THE_HOUSE)
def test_moderator_hears_of_house_matters_from_those_he_blocks(kind):
    assert verdict(kind, Between(blocked=True), Policy("drop", "drop")) is Verdict.ACCEPT


def test_blocked_server_is_heard_only_through_those_one_follows():
    assert verdict("mention", Between(server_blocked=True), Policy()) is Verdict.DROP
    assert verdict("mention", replace(FRIEND, server_blocked=True), Policy()) is Verdict.ACCEPT


@pytest.mark.parametrize(
    ("policy", "between"),
    [
        (Policy(for_not_following="filter"), Between()),
        (Policy(for_not_followers="filter"), Between(follows=True)),
        (Policy(for_new_accounts="filter"), Between(new=True)),
        (Policy(), Between(private=True)),
        (Policy(), Between(limited=True)),
    ],
)
def test_policy_holds_back_whom_it_names_and_lets_the_permitted_through(policy, between):
    assert verdict("mention", between, policy) is Verdict.FILTER
    assert verdict("mention", replace(between, permitted=True), policy) is Verdict.ACCEPT
    assert verdict("update", between, policy) is Verdict.ACCEPT


def test_private_post_matters_only_where_it_mentions():
    assert verdict("favourite", Between(private=True), Policy()) is Verdict.ACCEPT


def test_strictest_part_of_the_policy_wins():
    assert verdict("reblog", Between(limited=True), Policy(for_not_followers="drop")) is Verdict.DROP


@pytest.mark.parametrize("kind", GROUPABLE)
def test_group_spans_half_a_day(kind):
    key = group_key(kind, 7, NOON)
    assert key.startswith(kind)
    assert group_key(kind, 7, NOON + timedelta(hours=11, minutes=59)) == key
    assert group_key(kind, 7, NOON + timedelta(hours=12)) != key


def test_likes_of_two_posts_are_two_groups():
    assert group_key("favourite", 7, NOON) != group_key("favourite", 8, NOON)


def test_what_stands_alone_is_named_by_its_id():
    assert group_key("mention", 7, NOON) == ""
    assert shown_key(42, "") == "ungrouped-42"
    assert lone_id("ungrouped-42") == 42
    assert lone_id("favourite-7-1") is None


@pytest.mark.parametrize("key", ["ungrouped-", "ungrouped-x", "ungrouped-" + "9" * 40, "ungrouped-²"])
def test_made_up_key_names_nothing(key):
    assert lone_id(key) == -1
