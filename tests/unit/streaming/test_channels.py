"""The names of streams."""

import pytest

from openrounds.streaming.channels import Channel, Unknown, from_path, parse


@pytest.mark.parametrize("name", ["user", "user:notification", "direct"])
def test_personal_stream_is_the_callers_own(name: str) -> None:
    asked = parse(name, 7)
    assert (asked.channel, asked.label) == (Channel(name, 7), (name,))


def test_hashtag_is_folded_for_us_and_spelt_as_asked_for_the_client() -> None:
    asked = parse("hashtag:local", 7, tag="TeamHæm")
    assert asked.label == ("hashtag:local", "TeamHæm")
    assert asked.channel == parse("hashtag:local", 8, tag="TEAMHÆM").channel


def test_thread_is_a_number() -> None:
    asked = parse("thread", 7, thread="12")
    assert (asked.channel, asked.label) == (Channel("thread", 12), ("thread", "12"))


def test_list_is_a_number() -> None:
    assert parse("list", 7, list_id="12").channel == Channel("list", 12)


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("local", {}),
        ("", {}),
        ("hashtag", {}),
        ("hashtag", {"tag": ""}),
        ("thread", {}),
        ("thread", {"thread": "x"}),
        ("thread", {"thread": "9" * 19}),
        ("list", {}),
        ("list", {"list_id": "mine"}),
        ("list", {"list_id": "١٢"}),
        ("list", {"list_id": "9" * 19}),
    ],
)
def test_stream_that_there_is_not_is_unknown(name: str, more: dict[str, str]) -> None:
    with pytest.raises(Unknown):
        parse(name, 7, **more)


@pytest.mark.parametrize(
    ("path", "only_media", "name"),
    [
        ("user", False, "user"),
        ("user/notification", False, "user:notification"),
        ("public/local/", False, "public:local"),
        ("public", True, "public:media"),
        ("public/remote", True, "public:remote:media"),
        ("hashtag", True, "hashtag"),
    ],
)
def test_path_names_a_stream(path: str, only_media: bool, name: str) -> None:
    assert from_path(path, only_media=only_media) == name
