"""Pages by id, tried against a list in memory."""

from hypothesis import given
from hypothesis import strategies as st

from openrounds.core.paging import GREATEST, Paging

cursors = st.none() | st.integers(-5, 40)

DAY = 24 * 60 * 60 * 1000 << 16


def page(numbers: list[int], paging: Paging) -> list[int]:
    """What the SQL of a page would find."""
    sql, values = paging.where("id")
    found, bounds = numbers, iter(values)
    for part in filter(None, sql.split(" AND ")):
        bound = next(bounds)
        found = [n for n in found if (n < bound if part == "id < %s" else n > bound)]
    order = paging.order("id")
    return paging.newest_first(sorted(found, reverse="DESC" in order)[: int(order.rsplit(" ", 1)[1])])


NUMBERS = list(range(1, 31))


def test_newest_page_comes_first():
    assert page(NUMBERS, Paging(3)) == [30, 29, 28]


def test_max_id_is_older_than_exclusive():
    assert page(NUMBERS, Paging(3, max_id=10)) == [9, 8, 7]


def test_since_id_is_the_newest_page_above_and_min_id_the_one_just_above():
    assert page(NUMBERS, Paging(3, since_id=10)) == [30, 29, 28]
    assert page(NUMBERS, Paging(3, min_id=10)) == [13, 12, 11]


def test_bounds_combine_and_min_id_goes_before_since_id():
    assert page(NUMBERS, Paging(9, max_id=14, min_id=10)) == [13, 12, 11]
    assert page(NUMBERS, Paging(2, min_id=10, since_id=20)) == [12, 11]


def test_cursor_beyond_any_id_is_brought_into_the_range_of_the_database():
    assert Paging(1, max_id=10**30).where("id")[1] == [GREATEST]
    assert Paging(1, min_id=-(10**30)).where("id")[1] == [0]


@given(st.integers(1, 40), cursors, cursors, cursors)
def test_every_page_is_newest_first_within_its_bounds_and_length(limit, high, since, low):
    found = page(NUMBERS, Paging(limit, high, since, low))
    assert found == sorted(found, reverse=True) and len(found) <= limit
    floor = low if low is not None else since if since is not None else 0
    assert all(max(floor, 0) < n < (high if high is not None else 31) for n in found)


@given(st.integers(1, 7), st.booleans())
def test_pages_joined_are_the_whole_list(limit, upwards):
    seen: list[int] = []
    while found := page(
        NUMBERS,
        Paging(limit, min_id=seen[0] if seen else 0)
        if upwards
        else Paging(limit, max_id=seen[-1] if seen else None),
    ):
        seen = [*found, *seen] if upwards else [*seen, *found]
    assert seen == NUMBERS[::-1]


@given(
    days=st.lists(st.integers(0, 400), unique=True),
    limit=st.integers(1, 5),
    high=st.none() | st.integers(0, 500),
    low=st.none() | st.integers(0, 400),
    upwards=st.booleans(),
)
def test_first_full_page_of_the_widening_ones_is_the_page(days, limit, high, low, upwards):
    ids = [day * DAY for day in days]
    bounds = {"max_id": high, "min_id" if upwards else "since_id": low}
    wanted = Paging(limit, **{name: value and value * DAY for name, value in bounds.items()})
    found = [page(ids, part) for part in wanted.widening(400 * DAY)]
    assert next((some for some in found if len(some) == limit), found[-1]) == page(ids, wanted)
