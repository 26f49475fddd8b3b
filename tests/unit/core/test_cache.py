"""The in-process cache is bounded by what it holds, and keeps what is asked for."""

from openrounds.core.cache import OVERHEAD, Kept

ROOM_FOR_TWO = 2 * (OVERHEAD + 10)


def test_what_was_longest_not_asked_for_makes_room():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_TWO)
    kept.put("a", b"0123456789")
    kept.put("b", b"0123456789")
    assert kept.get("a") == b"0123456789"
    kept.put("c", b"0123456789")
    assert (kept.get("b"), kept.get("a"), kept.get("c")) == (None, b"0123456789", b"0123456789")


def test_long_values_take_the_room_of_several():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_TWO)
    kept.put("a", b"0123456789")
    kept.put("b", b"0123456789")
    kept.put("long", b"0" * (OVERHEAD + 20))
    assert (kept.get("a"), kept.get("b"), kept.get("long")) == (None, None, b"0" * (OVERHEAD + 20))


def test_value_put_again_takes_its_room_once():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_TWO)
    for _ in range(5):
        kept.put("a", b"0123456789")
    kept.put("b", b"0123456789")
    assert kept.get("a") and kept.get("b")


def test_value_larger_than_everything_is_not_kept():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_TWO)
    kept.put("a", b"0" * 2 * ROOM_FOR_TWO)
    assert kept.get("a") is None


def test_nothing_is_left_after_clearing():
    kept: Kept[str, bytes] = Kept(ROOM_FOR_TWO)
    for _ in range(2):
        kept.put("a", b"0123456789")
        kept.put("b", b"0123456789")
        assert kept.get("a")
        kept.clear()
        assert kept.get("a") is None
