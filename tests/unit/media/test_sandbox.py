"""What processing makes of honest files, and what the jail takes away."""

import io
import json
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.factories.media import (
    TELLTALE,
    draw,
    swapped_profile,
    write_animation,
    write_av,
)

from openrounds.media import sandbox
from openrounds.media.jail.confine import NOBODY, Bounds
from openrounds.media.rules import (
    ImageShape,
    MediaKind,
    MediaLimits,
    MediaRefused,
    MediaUnavailable,
    ProcessedAudio,
    ProcessedImage,
    ProcessedVideo,
    sniff,
)
from openrounds.media.sandbox import Ended, process_av, process_image, run_jailed

LIMITS = MediaLimits()
BOUNDS = Bounds(memory=2**30, seconds=5, file_size=2**20)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """As on a real server: nobody else may look inside."""
    store = tmp_path / "store"
    store.mkdir(mode=0o700)
    return store


def process(source: Path, store: Path, shape: ImageShape = ImageShape.ATTACHMENT) -> ProcessedImage:
    return process_image(source, store, limits=LIMITS, shape=shape)


def save(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def reopen(store: Path, name: str) -> Image.Image:
    return Image.open(io.BytesIO((store / name).read_bytes()))


# ------------------------------------------------------------------------------------------------------------ sniffing
@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", MediaKind.JPEG),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", MediaKind.HEIC),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", MediaKind.AVIF),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", MediaKind.MOV),
        (b"\0\0\0\x18ftypM4A \0\0\0\0isomM4A ", MediaKind.M4A),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", MediaKind.MP4),
        (b"RIFF\0\0\0\0WEBPVP8 ", MediaKind.WEBP),
        (b"RIFF\0\0\0\0AVI LIST", None),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", MediaKind.WEBM),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", None),
        (b"\xff\xfb\x90\x64", MediaKind.MP3),
        (b"\xff\xff\xff\xff", None),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_sniff_tells_the_kind_by_its_first_bytes(head: bytes, kind: MediaKind | None) -> None:
    assert sniff(head) is kind


@given(
    st.binary(max_size=64), st.sampled_from([b"", b"RIFF", b"\0\0\0\x18ftyp", b"\xff", b"\x1a\x45\xdf\xa3"])
)
def test_sniff_survives_any_bytes(tail: bytes, start: bytes) -> None:
    assert sniff(start + tail) in {None, *MediaKind}


# -------------------------------------------------------------------------------------------------------------- images
@pytest.mark.parametrize(
    ("suffix", "mode", "mime"),
    [
        (".jpg", "RGB", "image/jpeg"),
        (".jpg", "CMYK", "image/jpeg"),
        (".jpg", "L", "image/jpeg"),
        (".png", "RGB", "image/png"),
        (".png", "P", "image/png"),
        (".png", "1", "image/png"),
        (".png", "RGBA", "image/png"),
        (".webp", "RGB", "image/webp"),
        (".gif", "P", "image/png"),
        (".heic", "RGB", "image/jpeg"),
        (".avif", "RGB", "image/jpeg"),
    ],
)
def test_every_accepted_format_becomes_one_that_browsers_show(
    tmp_path: Path, store: Path, suffix: str, mode: str, mime: str
) -> None:
    made = process(save(draw(mode=mode), tmp_path / f"upload{suffix}"), store)
    assert (made.original.mime, made.original.width, made.original.height) == (mime, 320, 240)
    for stored in filter(None, (made.original, made.small)):
        image = reopen(store, stored.name)
        assert (Image.MIME[str(image.format)], image.size) == (stored.mime, (stored.width, stored.height))
        assert stored.size == (store / stored.name).stat().st_size
    assert 6 <= len(made.blurhash) <= 40
    assert not made.animated


@pytest.mark.parametrize("suffix", [".heic", ".avif"])
def test_transparency_of_phone_formats_is_kept_as_webp(tmp_path: Path, store: Path, suffix: str) -> None:
    clear = Image.new("RGBA", (64, 64), (200, 0, 0, 80))
    made = process(save(clear, tmp_path / f"upload{suffix}"), store)
    assert made.original.mime == "image/webp"
    assert reopen(store, made.original.name).convert("RGBA").getpixel((5, 5))[3] in range(70, 90)  # type: ignore[index]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_taken_sideways_is_stored_upright(tmp_path: Path, store: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    source = save(draw((80, 40)), tmp_path / "upload.jpg", exif=exif)
    made = process(source, store)
    assert (made.original.width, made.original.height) == ((80, 40) if orientation < 5 else (40, 80))
    red, _, blue = reopen(store, made.original.name).getpixel((4, 4))  # type: ignore[misc]
    assert (red > blue) == (orientation in {1, 4, 5, 6})


def test_large_photo_is_scaled_down_with_its_proportions(tmp_path: Path, store: Path) -> None:
    made = process(save(draw((4000, 3000)), tmp_path / "upload.jpg"), store)
    for stored, area in ((made.original, LIMITS.attachment_pixels), (made.small, LIMITS.preview_pixels)):
        assert stored is not None
        assert 0.98 * area < stored.width * stored.height <= area
        assert stored.width / stored.height == pytest.approx(4 / 3, rel=0.01)


def test_sixteen_bit_grey_keeps_its_shades(tmp_path: Path, store: Path) -> None:
    shades = Image.new("I;16", (40, 40), 0x4000)
    made = process(save(shades, tmp_path / "xray.png"), store)
    assert reopen(store, made.original.name).convert("L").getpixel((20, 20)) == 0x40


def test_colours_of_a_foreign_profile_are_converted(tmp_path: Path, store: Path) -> None:
    source = save(Image.new("RGB", (32, 32), "red"), tmp_path / "upload.png", icc_profile=swapped_profile())
    red, green, _ = reopen(store, process(source, store).original.name).getpixel((9, 9))  # type: ignore[misc]
    assert green > red


def test_broken_profile_does_not_cost_the_picture(tmp_path: Path, store: Path) -> None:
    source = save(draw(), tmp_path / "upload.png", icc_profile=b"no profile at all")
    assert process(source, store).original.width == 320


@pytest.mark.parametrize(
    ("shape", "size"), [(ImageShape.AVATAR, (400, 400)), (ImageShape.HEADER, (1500, 500))]
)
def test_portrait_and_header_are_cropped_to_their_shape(
    tmp_path: Path, store: Path, shape: ImageShape, size: tuple[int, int]
) -> None:
    made = process(save(draw((2000, 1200)), tmp_path / "upload.jpg"), store, shape)
    assert (made.original.width, made.original.height) == size
    assert made.small is None
    assert made.static is None


@pytest.mark.parametrize(("suffix", "mime"), [(".gif", "image/gif"), (".webp", "image/webp")])
def test_animation_stays_one(tmp_path: Path, store: Path, suffix: str, mime: str) -> None:
    made = process(write_animation(tmp_path / f"upload{suffix}"), store)
    image = reopen(store, made.original.name)
    assert (made.animated, made.original.mime, image.n_frames) == (True, mime, 4)  # type: ignore[attr-defined]
    image.seek(1)
    image.load()
    assert (image.info["duration"], image.info["loop"]) == (120, 0)
    assert made.small is not None
    assert getattr(reopen(store, made.small.name), "n_frames", 1) == 1


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_moving_portrait_has_a_still_one(tmp_path: Path, store: Path, suffix: str) -> None:
    made = process(write_animation(tmp_path / f"upload{suffix}", size=(500, 300)), store, ImageShape.AVATAR)
    assert made.static is not None
    assert (
        (made.static.width, made.static.height) == (made.original.width, made.original.height) == (400, 400)
    )
    assert getattr(reopen(store, made.static.name), "n_frames", 1) == 1


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".heic", ".avif"])
def test_truncated_image_is_refused_and_leaves_nothing(tmp_path: Path, store: Path, suffix: str) -> None:
    source = save(Image.effect_noise((200, 200), 80).convert("RGB"), tmp_path / f"upload{suffix}")
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 3])
    with pytest.raises(MediaRefused):
        process(source, store)
    assert list(store.iterdir()) == []


def test_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, store: Path) -> None:
    source = tmp_path / "upload.jpg"
    with source.open("wb") as opened:
        opened.truncate(LIMITS.image_bytes + 1)
    with pytest.raises(MediaRefused, match="larger than 16 MB"):
        process(source, store)


def test_stored_files_are_the_only_ones_left(tmp_path: Path, store: Path) -> None:
    made = process(save(draw(), tmp_path / "upload.png"), store)
    assert made.small is not None
    assert {path.name for path in store.iterdir()} == {made.original.name, made.small.name}
    assert all(path.stat().st_uid == os.geteuid() for path in store.iterdir())


# ---------------------------------------------------------------------------------------------------------------- jail
def run(store: Path, *argv: str, wall: float = 5) -> Ended:
    return run_jailed({"mode": "program", "argv": argv}, store, BOUNDS, wall=wall, stdin=None)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to lose")
def test_child_of_root_is_nobody(store: Path) -> None:
    assert run(store, "/usr/bin/id", "-u").output == f"{NOBODY}\n".encode()


def test_child_has_no_environment(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENROUNDS_SECRET_KEY", "secret")
    assert run(store, "/usr/bin/env").output == b""


def test_child_may_not_write_without_end(store: Path) -> None:
    store.chmod(0o777)
    ended = run(store, "/bin/dd", "if=/dev/urandom", "of=big", "bs=1M", "count=8")
    assert ended.code == -signal.SIGXFSZ


def test_child_that_hangs_is_killed(store: Path) -> None:
    started = time.monotonic()
    ended = run(store, "/bin/sleep", "60", wall=0.4)
    assert (ended.late, ended.code) == (True, -signal.SIGKILL)
    assert time.monotonic() - started < 5


def test_child_that_burns_its_time_is_refused(tmp_path: Path, store: Path) -> None:
    source = write_animation(tmp_path / "upload.webp", count=200, size=(800, 600))
    with pytest.raises(MediaRefused, match="too long"):
        process_image(source, store, limits=MediaLimits(image_seconds=1), shape=ImageShape.ATTACHMENT)
    assert list(store.iterdir()) == []


def test_child_without_enough_memory_is_refused(tmp_path: Path, store: Path) -> None:
    source = save(draw((5000, 5000)), tmp_path / "upload.png")
    with pytest.raises(MediaRefused):
        process_image(source, store, limits=MediaLimits(image_memory=2**27), shape=ImageShape.ATTACHMENT)


def hijack(monkeypatch: pytest.MonkeyPatch, plant: str, width: int = 10, mime: str = "image/png") -> None:
    """A child taken over by its input: it leaves what the attacker wants and answers as if all were well."""
    drawn = {"mime": mime, "width": width, "height": 10}
    answer = {"held": [True] * 3, "done": {"animated": False, "blurhash": "L00000", "original": drawn}}

    def leave(_job: object, work: Path, *_args: object, **_options: object) -> Ended:
        match plant:
            case "link":
                save(draw(), work.parent.parent / "private.png")
                (work / "original").symlink_to(work.parent.parent / "private.png")
            case "page":
                (work / "original").write_bytes(b"<script>alert(1)</script>")
            case "pipe":
                os.mkfifo(work / "original")
            case "image":
                save(draw(), work / "original", format="PNG")
        return Ended(code=0, output=json.dumps(answer).encode(), errors="", late=False)

    monkeypatch.setattr(sandbox, "run_jailed", leave)


@pytest.mark.parametrize(
    ("plant", "options"),
    [
        ("link", {}),
        ("page", {}),
        ("pipe", {}),
        ("nothing", {}),
        ("image", {"mime": "image/jpeg"}),
        ("image", {"mime": "text/html"}),
        ("image", {"width": -1}),
        ("image", {"width": 10**9}),
    ],
)
def test_hijacked_child_cannot_publish_what_it_likes(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch, plant: str, options: dict[str, str]
) -> None:
    source = save(draw(), tmp_path / "upload.png")
    hijack(monkeypatch, plant, **options)  # type: ignore[arg-type]
    with pytest.raises((MediaRefused, MediaUnavailable)):
        process(source, store)
    assert list(store.iterdir()) == []


def test_leftovers_of_a_killed_server_are_removed(store: Path) -> None:
    (store / f"{sandbox.WORK_PREFIX}abc").mkdir()
    (store / f"{sandbox.WORK_PREFIX}abc" / "input").write_bytes(b"x")
    (store / "kept.png").write_bytes(b"x")
    assert sandbox.remove_leftovers(store) == 1
    assert [path.name for path in store.iterdir()] == ["kept.png"]


# ----------------------------------------------------------------------------------------------------- video and sound
def test_server_without_ffmpeg_says_so(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "upload.mp4"
    source.write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + bytes(64))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MediaUnavailable, match="cannot process video or audio files"):
        process_av(source, store, LIMITS)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".webm"])
def test_video_becomes_mp4_with_a_preview_and_no_metadata(tmp_path: Path, store: Path, suffix: str) -> None:
    made = process_av(write_av(tmp_path / f"upload{suffix}"), store, LIMITS)
    assert isinstance(made, ProcessedVideo)
    assert (made.original.mime, made.original.width, made.original.height) == ("video/mp4", 320, 240)
    assert (made.small.mime, made.silent, made.frame_rate) == ("image/jpeg", False, 25)
    assert made.duration == pytest.approx(1, abs=0.15)
    stored = [path.read_bytes() for path in store.iterdir()]
    assert len(stored) == 2
    assert not any(TELLTALE in data or b"+51.5" in data for data in stored)


@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".wav", ".flac", ".m4a", ".mp4"])
def test_sound_becomes_mp3_without_metadata(tmp_path: Path, store: Path, suffix: str) -> None:
    made = process_av(write_av(tmp_path / f"upload{suffix}", video=False), store, LIMITS)
    assert isinstance(made, ProcessedAudio)
    assert (made.mime, made.size) == ("audio/mpeg", (store / made.name).stat().st_size)
    assert made.duration == pytest.approx(1, abs=0.15)
    assert TELLTALE not in (store / made.name).read_bytes()


def test_cover_picture_of_a_song_is_no_video(tmp_path: Path, store: Path) -> None:
    cover = "-map 1:a -map 0:v -frames:v 1 -c:v mjpeg -disposition:v attached_pic".split()
    assert isinstance(process_av(write_av(tmp_path / "upload.mp3", *cover), store, LIMITS), ProcessedAudio)


def test_video_without_sound_is_told(tmp_path: Path, store: Path) -> None:
    made = process_av(write_av(tmp_path / "upload.mp4", sound=False), store, LIMITS)
    assert isinstance(made, ProcessedVideo)
    assert made.silent


def test_video_of_odd_size_is_scaled_to_the_output_area(tmp_path: Path, store: Path) -> None:
    source = write_av(tmp_path / "upload.webm", "-vf", "scale=321:241")
    made = process_av(source, store, MediaLimits(video_output_pixels=20_000))
    assert isinstance(made, ProcessedVideo)
    assert (made.original.width * made.original.height, made.original.width % 2) <= (20_000, 0)


@pytest.mark.parametrize(
    "limits", [MediaLimits(av_duration=0), MediaLimits(video_pixels=1000), MediaLimits(video_frame_rate=10)]
)
def test_video_over_a_limit_is_refused_and_leaves_nothing(
    tmp_path: Path, store: Path, limits: MediaLimits
) -> None:
    source = write_av(tmp_path / "upload.mp4")
    with pytest.raises(MediaRefused):
        process_av(source, store, limits)
    assert list(store.iterdir()) == []


def test_truncated_video_is_refused_and_leaves_nothing(tmp_path: Path, store: Path) -> None:
    source = write_av(tmp_path / "upload.mp4")
    source.write_bytes(source.read_bytes()[:4000])
    with pytest.raises(MediaRefused):
        process_av(source, store, LIMITS)
    assert list(store.iterdir()) == []
