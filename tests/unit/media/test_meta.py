"""What clients are told of a file."""

import pytest

from openrounds.media import meta
from openrounds.media.rules import ProcessedAudio, ProcessedVideo, StoredImage

WIDE = StoredImage("a.jpg", "image/jpeg", 1200, 400, 5)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00:00.00"),
        (88.654, "0:01:28.65"),
        (59.999, "0:01:00.00"),
        (3600.5, "1:00:00.50"),
        (36_125, "10:02:05.00"),
    ],
)
def test_length_is_written_as_on_a_clock(seconds: float, shown: str) -> None:
    assert meta.clock_face(seconds) == shown


def test_image_tells_both_sizes_and_its_proportion() -> None:
    found = meta.of_image(WIDE, StoredImage("b.jpg", "image/jpeg", 600, 200, 5))
    assert found["original"] == {"width": 1200, "height": 400, "size": "1200x400", "aspect": 3.0}
    assert found["small"]["size"] == "600x200"
    assert meta.of_image(WIDE, None).keys() == {"original"}


def test_film_tells_sizes_for_apps_that_look_in_either_place() -> None:
    film = ProcessedVideo(WIDE, WIDE, "hash", 2.5, 29.97, 128_000, silent=False)
    found = meta.of_video(film)
    assert (found["width"], found["aspect"], found["fps"]) == (1200, 3.0, 30)
    assert found["original"] == {
        "width": 1200,
        "height": 400,
        "frame_rate": "30/1",
        "duration": 2.5,
        "bitrate": 128_000,
    }


def test_sound_tells_its_length_and_no_size() -> None:
    found = meta.of_audio(ProcessedAudio("a.mp3", "audio/mpeg", 5, 61.0, 128_000))
    assert found == {
        "length": "0:01:01.00",
        "duration": 61.0,
        "original": {"duration": 61.0, "bitrate": 128_000},
    }
