"""The shape of a thread."""

import time

from hypothesis import given
from hypothesis import strategies as st

from openrounds.posts.threads import surroundings

#      1
#    2   3
#   4 5
TREE = {1: None, 2: 1, 3: 1, 4: 2, 5: 2}


def test_answers_come_depth_first_in_the_order_of_their_making():
    assert surroundings(TREE, 1).descendants == [(2, 1), (4, 2), (5, 2), (3, 1)]


def test_what_is_answered_comes_oldest_first():
    assert surroundings(TREE, 5).ancestors == [1, 2]


def test_post_alone_or_unknown_has_no_surroundings():
    for parents in ({7: None}, {}, {7: 3}):
        assert surroundings(parents, 7).ancestors == [] == surroundings(parents, 7).descendants


@given(st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 12)), st.integers(0, 12))
def test_any_shape_even_a_circle_ends_and_names_each_post_once(parents, post):
    around = surroundings(parents, post)
    below = [i for i, _ in around.descendants]
    assert len({post, *below}) == len(below) + 1
    assert len({post, *around.ancestors}) == len(around.ancestors) + 1
    depth = {post: 0, **dict(around.descendants)}
    assert all(depth[i] == depth[parents[i]] + 1 for i in below)


def test_chain_of_twenty_thousand_is_read_in_time():
    chain = {n: n - 1 or None for n in range(1, 20_001)}
    begun = time.process_time()
    assert surroundings(chain, 20_000).ancestors == list(range(1, 20_000))
    assert surroundings(chain, 1).descendants[-1] == (20_000, 19_999)
    assert time.process_time() - begun < 1
