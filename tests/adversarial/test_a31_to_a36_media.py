"""A31-A36: files made to exhaust, to run, to tell tales, to read our disk, to choose their place."""

import io
import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from tests.factories.media import (
    TELLTALE,
    build_exif,
    build_xmp,
    draw,
    draw_frames,
    require_ffmpeg,
    write_animation,
    write_bomb,
    write_telltale_jpeg,
)
from tests.factories.uploads import processor_seconds

from openrounds.media.jail.confine import Bounds, Confinement
from openrounds.media.rules import ImageShape, MediaError, MediaLimits, MediaRefused, ProcessedImage
from openrounds.media.sandbox import probe_confinement, process_av, process_image, run_jailed, sniff

LIMITS = MediaLimits()
SHAPES = [ImageShape.ATTACHMENT, ImageShape.AVATAR, ImageShape.HEADER]
BOUNDS = Bounds(memory=2**31, seconds=5, file_size=2**20)
TALES = (
    TELLTALE,
    b"Exif",
    b"ns.adobe.com",
    b"adobe:ns:meta",
    b"Photoshop 3.0",
    b"8BIM",
    b"ICC_PROFILE",
    b"GPS",
)
PNG_TALES = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"tIME", b"pHYs")
WEBP_TALES = (b"EXIF", b"XMP ", b"ICCP")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    store = tmp_path / "store"
    store.mkdir(mode=0o700)
    return store


@pytest.fixture(scope="module")
def walls() -> Confinement:
    return probe_confinement()


def process(source: Path, store: Path, shape: ImageShape = ImageShape.ATTACHMENT) -> ProcessedImage:
    return process_image(source, store, limits=LIMITS, shape=shape)


def read_all(store: Path) -> list[bytes]:
    stored = [path.read_bytes() for path in store.iterdir()]
    assert stored
    return stored


# ----------------------------------------------------------------------------------------------------------------- A31
MEASURE = """
import json, resource, sys, time
from pathlib import Path
from openrounds.media.rules import ImageShape, MediaLimits, MediaRefused
from openrounds.media.sandbox import process_image
before, started, reason = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic(), ""
try:
    process_image(Path(sys.argv[1]), Path(sys.argv[2]), limits=MediaLimits(), shape=ImageShape.ATTACHMENT)
except MediaRefused as refusal:
    reason = str(refusal)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps([reason, time.monotonic() - started, (grown + child) / 1024]))
"""


def test_a31_png_of_3600_megapixels_is_refused_quickly_and_cheaply(tmp_path: Path, store: Path) -> None:
    bomb = write_bomb(tmp_path / "bomb.png")
    assert bomb.stat().st_size < 41_000
    command = [sys.executable, "-c", MEASURE, str(bomb), str(store)]
    measured = subprocess.run(command, check=True, capture_output=True, timeout=30)
    reason, seconds, megabytes = json.loads(measured.stdout)
    assert "60000 x 60000" in reason
    assert seconds < 1
    assert megabytes < 200
    assert list(store.iterdir()) == []


def build_wide_gif() -> bytes:
    """A GIF whose second frame lies far outside the screen that its header names."""
    small = io.BytesIO()
    first, second = draw_frames(2)
    first.save(small, "GIF", save_all=True, append_images=[second])
    raw = bytearray(small.getvalue())
    at = raw.rindex(b"!\xf9\x04") + 8
    raw[at : at + 9] = b",\0\0\0\0" + (60_000).to_bytes(2, "little") * 2
    return bytes(raw)


def build_long_gif() -> bytes:
    """Nearly a million frames of one pixel, in 16 MB."""
    head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"
    frame = b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0"
    return head + frame * 900_000 + b";"


def build_wide_jpeg() -> bytes:
    written = io.BytesIO()
    draw((64, 64)).save(written, "JPEG")
    raw = bytearray(written.getvalue())
    at = raw.index(b"\xff\xc0") + 5
    raw[at : at + 4] = (65_500).to_bytes(2, "big") * 2
    return bytes(raw)


def build_wide_webp() -> bytes:
    extended = b"VP8X\x0a\0\0\0\x02\0\0\0" + (16_382).to_bytes(3, "little") * 2
    return b"RIFF" + (len(extended) + 4 + 500).to_bytes(4, "little") + b"WEBP" + extended + bytes(500)


@pytest.mark.parametrize("build", [build_wide_gif, build_long_gif, build_wide_jpeg, build_wide_webp])
def test_a31_other_bombs_are_refused_within_a_second(
    tmp_path: Path, store: Path, build: Callable[[], bytes]
) -> None:
    source = tmp_path / "bomb"
    source.write_bytes(build())
    assert sniff(source.read_bytes()[:64]) is not None
    spent = processor_seconds()
    with pytest.raises(MediaRefused):
        process(source, store)
    assert processor_seconds() - spent < 1
    assert list(store.iterdir()) == []


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_a31_animation_of_more_than_300_frames_is_refused(tmp_path: Path, store: Path, suffix: str) -> None:
    source = write_animation(tmp_path / f"upload{suffix}", count=301, size=(8, 8))
    with pytest.raises(MediaRefused, match="300 frames"):
        process(source, store)


# ----------------------------------------------------------------------------------------------------------------- A32
SCRIPT = b"*/=1;alert(document.cookie)//<script>alert(1)</script>"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("frames", [1, 3])
def test_a32_script_inside_a_gif_is_gone(tmp_path: Path, store: Path, frames: int, shape: ImageShape) -> None:
    source = write_animation(tmp_path / "a.gif", count=frames, comment=SCRIPT)
    source.write_bytes(source.read_bytes() + SCRIPT)
    process(source, store, shape)
    assert not any(b"alert(" in data for data in read_all(store))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".avif", ".heic"])
def test_a32_archive_after_an_image_is_gone(tmp_path: Path, store: Path, suffix: str) -> None:
    source = tmp_path / f"a{suffix}"
    draw().save(source)
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("payload.js", SCRIPT)
    assert zipfile.is_zipfile(source)
    made = process(source, store)
    assert not any(b"PK\x03\x04" in data or b"payload" in data for data in read_all(store))
    kind = sniff((store / made.original.name).read_bytes()[:64])
    assert kind is not None
    assert kind.value == made.original.mime


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf<html><body onload=alert(1)>",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + bytes(64),
        b"BM" + bytes(64),
        b"II*\0" + bytes(64),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)
def test_a32_what_is_no_image_is_refused_whatever_its_name(tmp_path: Path, store: Path, body: bytes) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(body)
    with pytest.raises(MediaRefused):
        process(source, store)
    assert list(store.iterdir()) == []


def test_a32_page_with_the_first_bytes_of_an_image_is_refused(tmp_path: Path, store: Path) -> None:
    for magic in (b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\1\0\0WEBP"):
        source = tmp_path / "a.gif"
        source.write_bytes(magic + b"/*<html><script>alert(1)</script>" * 20)
        with pytest.raises(MediaRefused):
            process(source, store)
    assert list(store.iterdir()) == []


# ----------------------------------------------------------------------------------------------------------------- A33
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b" \n", b'<?xml version="1.0"?>', b"\x1f\x8b\x08"])
def test_a33_drawing_with_script_is_refused(
    tmp_path: Path, store: Path, start: bytes, shape: ImageShape
) -> None:
    source = tmp_path / "logo.svg"
    source.write_bytes(start + SVG)
    with pytest.raises(MediaRefused):
        process(source, store, shape)
    with pytest.raises(MediaRefused):
        process_av(source, store, LIMITS)
    assert list(store.iterdir()) == []


# ----------------------------------------------------------------------------------------------------------------- A34
def assert_tells_nothing(store: Path) -> None:
    for data in read_all(store):
        special = {b"\x89PNG": PNG_TALES, b"RIFF": WEBP_TALES}.get(data[:4], ())
        assert [tale for tale in (*TALES, *special) if tale in data] == []
        image = Image.open(io.BytesIO(data))
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", *MOVEMENT}


MOVEMENT = {"version", "background", "loop", "duration", "timestamp", "extension", "transparency"}


@pytest.mark.parametrize("shape", SHAPES)
def test_a34_jpeg_tells_nothing_but_its_pixels(tmp_path: Path, store: Path, shape: ImageShape) -> None:
    source = write_telltale_jpeg(tmp_path / "photo.jpg")
    raw = source.read_bytes()
    assert raw.count(TELLTALE) == 5  # artist, embedded thumbnail, XMP, IPTC, comment
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)[2] == (51, 30, 12)
    process(source, store, shape)
    assert_tells_nothing(store)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("suffix", [".png", ".webp", ".heic", ".avif", ".gif"])
def test_a34_other_formats_tell_nothing_either(
    tmp_path: Path, store: Path, suffix: str, shape: ImageShape
) -> None:
    source = tmp_path / f"photo{suffix}"
    options: dict[str, object] = {"exif": build_exif(), "xmp": build_xmp()}
    if suffix == ".png":
        text = PngInfo()
        text.add_text("Author", TELLTALE.decode())
        text.add_text("Place", TELLTALE.decode(), zip=True)
        text.add_itxt("Patient", TELLTALE.decode())
        options = {"exif": build_exif(), "pnginfo": text, "dpi": (300, 300)}
    if suffix == ".gif":
        options = {"comment": TELLTALE}
    options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    draw().save(source, **options)  # type: ignore[arg-type]
    assert TELLTALE in source.read_bytes()
    process(source, store, shape)
    assert_tells_nothing(store)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("suffix", "options"),
    [(".gif", {"comment": TELLTALE}), (".webp", {"exif": build_exif(), "xmp": build_xmp()})],
)
def test_a34_animation_tells_nothing(
    tmp_path: Path, store: Path, suffix: str, options: dict[str, bytes], shape: ImageShape
) -> None:
    source = write_animation(tmp_path / f"a{suffix}", **options)
    assert TELLTALE in source.read_bytes()
    process(source, store, shape)
    assert_tells_nothing(store)


# ----------------------------------------------------------------------------------------------------------------- A35
@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """A server on loopback that must hear nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield listening


def assert_silent(canary: socket.socket) -> None:
    with pytest.raises(TimeoutError):
        canary.accept()


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{target}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "dash": '<?xml version="1.0"?><MPD><Period><BaseURL>{target}</BaseURL></Period></MPD>',
    "smil": '<smil><body><video src="{target}"/></body></smil>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\na=control:{target}\n",
}


@pytest.mark.parametrize(
    "start", [b"", b"\0\0\0\x18ftypisom\0\0\0\0isommp41", b"ID3\x04\0\0\0\0\0\0", b"OggS\0"]
)
@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://127.0.0.1:{port}/", "concat:/etc/passwd|x"])
@pytest.mark.parametrize("playlist", PLAYLISTS)
def test_a35_playlist_named_mp4_is_refused_unread(
    tmp_path: Path, store: Path, canary: socket.socket, playlist: str, target: str, start: bytes
) -> None:
    if start:
        require_ffmpeg()  # These get as far as the demuxer, which is the one of their first bytes.
    aim = target.format(port=canary.getsockname()[1])
    source = tmp_path / "clip.mp4"
    source.write_bytes(start + PLAYLISTS[playlist].format(target=aim).encode())
    with pytest.raises(MediaRefused):
        process_av(source, store, LIMITS)
    assert_silent(canary)
    assert list(store.iterdir()) == []


def run(store: Path, *argv: str) -> tuple[int, bytes]:
    ended = run_jailed({"mode": "program", "argv": argv}, store, BOUNDS, wall=5, stdin=None)
    return ended.code, ended.output


def test_a35_jailed_program_reads_no_file_of_ours(tmp_path: Path, store: Path, walls: Confinement) -> None:
    secret = tmp_path / "secret"
    secret.write_text("key")
    secret.chmod(0o644 if walls.files else 0o600)
    if not walls.files and os.geteuid() != 0:
        pytest.skip("NOT TESTED: this kernel has no Landlock and the tests do not run as root")
    code, output = run(store, "/bin/cat", str(secret), "/etc/passwd" if walls.files else str(secret))
    assert (code, output) == (1, b"")


def test_a35_jailed_program_reaches_no_network(
    store: Path, walls: Confinement, canary: socket.socket
) -> None:
    if not walls.network and not walls.files:
        pytest.skip("NOT TESTED: this kernel allows neither network namespaces nor Landlock")
    port = canary.getsockname()[1]
    code, _ = run(store, "/bin/bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}")
    assert code != 0
    assert_silent(canary)


# ----------------------------------------------------------------------------------------------------------------- A36
@pytest.mark.parametrize(
    "name",
    ["a.php.jpg", "..x.jpg", "a" * 250, "photo\u202egpj.exe", "a\nb.jpg", "-o.jpg", "%00.jpg", "a;b|c&d.jpg"],
)
def test_a36_names_are_ours(tmp_path: Path, store: Path, name: str) -> None:
    draw().save(tmp_path / name, "JPEG")
    made = process(tmp_path / name, store)
    names = [path.name for path in store.iterdir()]
    assert len(names) == 2
    assert made.original.name in names
    assert all(re.fullmatch(r"[0-9a-f]{32}\.(jpg|png|webp|gif|mp4|mp3)", stored) for stored in names)


def test_a36_two_uploads_of_one_file_share_no_name(tmp_path: Path, store: Path) -> None:
    draw().save(tmp_path / "a.jpg")
    first, second = (process(tmp_path / "a.jpg", store) for _ in range(2))
    assert len({first.original.name, second.original.name}) == 2


def test_a36_every_refusal_is_a_sentence(tmp_path: Path, store: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0 no image")
    with pytest.raises(MediaError) as refused:
        process(tmp_path / "a.jpg", store)
    assert refused.value.status == 422
    assert re.fullmatch(r"[A-Z].*\.", str(refused.value))
