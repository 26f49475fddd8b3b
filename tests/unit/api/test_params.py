"""Parameters as apps really send them, and as nobody should."""

from contextlib import suppress
from datetime import datetime

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from openrounds.api import params
from openrounds.api.params import Id, convert, nest
from openrounds.core.errors import BadRequest, Invalid


class Option(msgspec.Struct):
    title: str = ""
    shown: bool = True


class Question(msgspec.Struct):
    options: list[str] = []
    seconds: int | None = None
    multiple: bool = False
    details: list[Option] = []


class Sent(msgspec.Struct):
    text: str = ""
    note: str | None = None
    sensitive: bool | None = None
    reply: Id | None = None
    files: list[Id] = []
    size: float | None = None
    at: datetime | None = None
    poll: Question | None = None


def read(body: bytes, kind: str = "application/json", query: str = "") -> dict[str, object]:
    return params.read(RequestFactory().post(f"/x?{query}", body, content_type=kind))


# ------------------------------------------------------------------------------------------------------------- nesting
@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        ([("a", 1)], {"a": 1}),
        ([("a", 1), ("a", 2), ("a", 3)], {"a": [1, 2, 3]}),
        ([("a[]", 1), ("a[]", 2)], {"a": [1, 2]}),
        ([("a[0]", 1), ("a[1]", 2)], {"a": [1, 2]}),
        ([("a[b][c]", 1), ("a[b][d]", 2)], {"a": {"b": {"c": 1, "d": 2}}}),
        ([("a[b][]", 1), ("a[b][]", 2)], {"a": {"b": [1, 2]}}),
        ([("a[0][x]", 1), ("a[0][y]", 2), ("a[1][x]", 3)], {"a": [{"x": 1, "y": 2}, {"x": 3}]}),
        ([("a[][x]", 1), ("a[][y]", 2), ("a[][x]", 3)], {"a": [{"x": 1, "y": 2}, {"x": 3}]}),
        ([("a[][x][]", 1), ("a[][x][]", 2)], {"a": [{"x": [1, 2]}]}),
        ([("a[b]", {"c": 1}), ("a[b][d]", 2)], {"a": {"b": {"c": 1, "d": 2}}}),
        ([("a[²]", 1)], {"a": {"²": 1}}),
        ([("a[9999999]", 1)], {"a": {"9999999": 1}}),
    ],
)
def test_names_in_brackets_nest(pairs, found):
    assert nest(pairs) == found


def test_numbered_items_are_put_in_the_order_of_their_numbers():
    assert nest([("a[10]", "k"), ("a[2]", "c"), ("a[0]", "a")]) == {"a": ["a", "c", "k"]}


@pytest.mark.parametrize("pairs", [[("a", 1), ("a[b]", 2)], [("a" + "[b]" * 7, 1)]])
def test_names_that_contradict_or_go_too_deep_are_refused(pairs):
    with pytest.raises(BadRequest):
        nest(pairs)


names = st.text("ab[]01²\x00é", max_size=12)


@given(st.lists(st.tuples(names, st.text(max_size=3) | st.integers()), max_size=8))
def test_any_names_nest_or_are_refused(pairs):
    with suppress(BadRequest):
        assert isinstance(nest(pairs), dict)


# ------------------------------------------------------------------------------------------------------------ bodies
def test_body_wins_over_query_and_both_count():
    assert read(b'{"a": 1}', query="a=2&b=3") == {"a": 1, "b": "3"}


def test_get_and_unknown_kinds_of_body_are_the_query_alone():
    assert params.read(RequestFactory().get("/x?a=1&b[]=2")) == {"a": "1", "b": ["2"]}
    assert read(b"anything", "text/plain", "a=1") == {"a": "1"}
    assert read(b"  ") == {}


def test_multipart_brings_fields_and_files():
    request = RequestFactory().post("/x", {"a[b]": "1", "file": SimpleUploadedFile("x.png", b"png")})
    found = params.read(request)
    assert found["a"] == {"b": "1"} and params.upload(found, "file").read() == b"png"
    assert params.upload(found, "a") is None


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1]",
        b'"a"',
        b"null",
        b'{"a": "\xff"}',
        b'{"a": "\\ud800"}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": "nul \\u0000"}',
        b'{"nul \\u0000": 1}',
        b'{"a": ["\\u0000"]}',
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"[" * 10_000,
    ],
)
def test_body_that_no_app_would_send_is_refused(body):
    with pytest.raises(BadRequest):
        read(body)


@pytest.mark.parametrize("depth", [33, 100, 470, 600, 950])
@pytest.mark.parametrize(("opening", "closing"), [(b'{"a":', b"}"), (b"[", b"]")])
def test_deep_nesting_is_refused_before_it_exhausts_the_stack(depth, opening, closing):
    with pytest.raises(BadRequest, match="deep"):
        read(b'{"a":' + opening * depth + b"1" + closing * depth + b"}")


@pytest.mark.parametrize("nested", [False, True])
def test_a_hundred_thousand_keys_are_refused(nested):
    many = {f"k{n}": n for n in range(100_000)}
    with pytest.raises(BadRequest, match="Too many"):
        read(msgspec.json.encode({"a": many} if nested else many))


def test_too_many_form_fields_are_refused():
    with pytest.raises(BadRequest):
        read(b"&".join(b"a%d=1" % n for n in range(2000)), "application/x-www-form-urlencoded")


def test_form_that_is_no_form_is_refused():
    for kind in ("multipart/form-data", "multipart/form-data; boundary=é", "multipart/form-data; boundary=x"):
        request = RequestFactory().generic("POST", "/x", b"--y\r\nnonsense", content_type=kind)
        with suppress(BadRequest):
            assert params.read(request) == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda v: st.lists(v) | st.dictionaries(names, v),
)


@given(
    st.dictionaries(
        st.sampled_from(["text", "note", "sensitive", "reply", "files", "size", "at", "poll"]), json_values
    )
)
def test_any_json_is_taken_or_refused(found):
    try:
        body = msgspec.json.encode(found)
    except (ValueError, UnicodeEncodeError):
        return
    with suppress(BadRequest, Invalid):
        assert isinstance(convert(read(body), Sent), Sent)


@given(st.binary(max_size=40), st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
def test_any_bytes_are_taken_or_refused(body, kind):
    with suppress(BadRequest, Invalid):
        assert isinstance(convert(read(body, kind), Sent), Sent)


# ------------------------------------------------------------------------------------------------------------- types
@pytest.mark.parametrize("word", ["true", "1", "on", "ON", "t", "yes", True, 1])
def test_words_for_yes(word):
    assert convert({"sensitive": word}, Sent).sensitive is True


@pytest.mark.parametrize("word", ["false", "0", "off", "f", "no", False, 0])
def test_words_for_no(word):
    assert convert({"sensitive": word}, Sent).sensitive is False


@pytest.mark.parametrize(
    ("name", "word"), [("sensitive", "maybe"), ("sensitive", "2"), ("reply", "1.5"), ("reply", "-1")]
)
def test_wrong_value_is_refused_by_name(name, word):
    with pytest.raises(Invalid, match=f"(?i){name}"):
        convert({name: word}, Sent)


@pytest.mark.parametrize("value", ["9" * 19, "9" * 30, "9" * 5000, 10**30, 1e300, True, [], {}, "NaN", "inf"])
def test_number_that_is_no_id_is_refused(value):
    with pytest.raises(Invalid):
        convert({"reply": value}, Sent)


def test_empty_word_counts_as_absent_where_it_can_mean_nothing():
    sent = convert({"text": "", "note": "", "sensitive": "", "reply": "", "files": "", "at": ""}, Sent)
    assert sent == Sent(text="", note="")
    assert convert({"files": ["", "5"]}, Sent).files == [5]


def test_single_value_becomes_a_list_and_last_of_several_a_value():
    assert convert({"files": "5", "text": ["a", "b"]}, Sent) == Sent(files=[5], text="b")


def test_number_becomes_text_where_text_is_wanted():
    assert convert({"text": 84, "note": 1.5}, Sent) == Sent(text="84", note="1.5")
    assert convert({"note": "null"}, Sent).note == "null"


def test_what_is_nested_is_bent_to_its_type_too():
    pairs = [
        ("poll[options][]", "only"),
        ("poll[seconds]", ""),
        ("poll[multiple]", "on"),
        ("poll[details][0][shown]", "off"),
    ]
    assert convert(nest(pairs), Sent).poll == Question(["only"], None, True, [Option(shown=False)])
    assert convert(nest([("poll[options]", "only")]), Sent).poll.options == ["only"]


def test_unknown_names_are_passed_over_and_a_missing_one_is_named():
    class Needs(msgspec.Struct):
        token: str

    assert convert({"x": 1}, Sent) == Sent()
    with pytest.raises(BadRequest, match="Token"):
        convert({}, Needs)
