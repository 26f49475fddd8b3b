"""The in-process cache is bounded by what it holds, and keeps what is asked for."""

from openrounds.core.cache import OVERHEAD, Kept

ROOM_FOR_FOUR = 4 * (OVERHEAD + 10)  # two of them young


def test_what_was_long_not_asked_for_makes_room():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_FOUR)
    for name in "abcd":
        kept.put(name, b"0123456789")
    assert kept.get("a") == b"0123456789"
    kept.put("e", b"0123456789")
    assert (kept.get("b"), kept.get("a"), kept.get("e")) == (None, b"0123456789", b"0123456789")


def test_no_more_is_kept_than_there_is_room_for():
    kept: Kept[int, bytes] = Kept(ROOM_FOR_FOUR)
    for number in range(100):
        kept.put(number, b"0123456789")
    assert (kept.get(95), kept.get(99), kept.get(98)) == (None, b"0123456789", b"0123456789")


def test_long_values_take_the_room_of_several():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_FOUR)
    kept.put("a", b"0123456789")
    kept.put("long", b"0" * (OVERHEAD + 20))
    kept.put("b", b"0123456789")
    assert (kept.get("a"), kept.get("b"), kept.get("long")) == (None, b"0123456789", b"0" * (OVERHEAD + 20))


def test_values_weigh_what_is_said():
    kept: Kept[str, int] = Kept(ROOM_FOR_FOUR, lambda _: 10)
    for number, name in enumerate("abcdef"):
        kept.put(name, number)
    assert (kept.get("b"), kept.get("f"), kept.get("c")) == (None, 5, 2)


def test_value_put_again_takes_its_room_once():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_FOUR)
    kept.put("a", b"0123456789")
    for _ in range(5):
        kept.put("b", b"0123456789")
    kept.put("c", b"0123456789")
    assert all(kept.get(name) for name in "bca")


def test_value_larger_than_half_of_all_is_not_kept():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_FOUR)
    kept.put("a", b"0" * ROOM_FOR_FOUR)
    assert kept.get("a") is None


def test_nothing_is_left_after_clearing():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_FOUR)
    for _ in range(2):
        for name in "abc":
            kept.put(name, b"0123456789")
        assert kept.get("a")
        kept.clear()
        assert [kept.get(name) for name in "abc"] == [None, None, None]


def test_page_is_kept_as_its_values_would_be_one_by_one():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_FOUR)
    kept.put_all({"a": b"0123456789", "b": b"0123456789"})
    kept.put_all({"c": b"0123456789"})
    assert (kept.get("c"), kept.get("a")) == (b"0123456789", b"0123456789")
    kept.put_all({"d": b"0123456789"})
    assert kept.get("b") is None


def test_page_too_large_for_the_room_leaves_its_last_values():
    kept: Kept[int, bytes] = Kept(ROOM_FOR_FOUR)
    kept.put_all(dict.fromkeys(range(9), b"0123456789"))
    assert [number for number in range(9) if kept.get(number)] == [6, 7, 8]
