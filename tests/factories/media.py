"""Uploads as people and attackers make them, written with Pillow, struct and ffmpeg; nothing is stored in the tree."""

from __future__ import annotations

import io
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms

TELLTALE = b"TELLTALE"
_VIDEO = ("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=1")
_SOUND = ("-f", "lavfi", "-i", "sine=duration=1")

pillow_heif.register_heif_opener()


def draw(size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue: enough to see a turn, a crop or a swap of colours."""
    image = Image.new("RGB", size, (220, 20, 20))
    image.paste((20, 20, 220), (size[0] // 2, 0, *size))
    return image.convert(mode)


def draw_frames(count: int, size: tuple[int, int] = (64, 48)) -> list[Image.Image]:
    return [Image.new("RGB", size, (number * 37 % 256, number * 91 % 256, 60)) for number in range(count)]


def write_animation(path: Path, count: int = 4, size: tuple[int, int] = (64, 48), **options: object) -> Path:
    first, *rest = draw_frames(count, size)
    first.save(path, save_all=True, append_images=rest, duration=120, loop=0, **options)  # type: ignore[arg-type]
    return path


def write_bomb(path: Path) -> Path:
    """A PNG that claims 60,000 x 60,000 pixels in 40 KB."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(2**25))[:40_000])]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(*chunk) for chunk in chunks))
    return path


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def build_exif() -> bytes:
    """EXIF with an artist, a place (GPS) and an embedded thumbnail that carries its own comment."""
    thumbnail = io.BytesIO()
    draw((16, 12)).save(thumbnail, "JPEG", comment=TELLTALE + b" thumbnail")
    artist = TELLTALE + b" artist\0"
    first, gps = 8, 8 + 2 + 2 * 12 + 4
    second = gps + 2 + 2 * 12 + 4
    data = second + 2 + 3 * 12 + 4
    latitude, picture = data + len(artist), data + len(artist) + 24
    return b"Exif\0\0II*\0" + b"".join(
        (
            struct.pack("<I", first),
            _directory([(0x013B, 2, len(artist), data), (0x8825, 4, 1, gps)], second),
            _directory([(1, 2, 2, ord("N")), (2, 5, 3, latitude)], 0),
            _directory([(0x0103, 3, 1, 6), (0x0201, 4, 1, picture), (0x0202, 4, 1, thumbnail.tell())], 0),
            artist,
            struct.pack("<6I", 51, 1, 30, 1, 12, 1),
            thumbnail.getvalue(),
        )
    )


def _directory(entries: list[tuple[int, int, int, int]], following: int) -> bytes:
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


def build_xmp() -> bytes:
    creator = f"<dc:creator>{TELLTALE.decode()} xmp</dc:creator>".encode()
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + creator + b"</x:xmpmeta>"


def write_telltale_jpeg(path: Path, size: tuple[int, int] = (900, 700)) -> Path:
    """A photograph as a newsroom leaves it: EXIF with GPS and thumbnail, XMP, IPTC, a comment and a profile."""
    written = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": build_exif(), "xmp": build_xmp(), "comment": TELLTALE, "icc_profile": profile}
    draw(size).save(written, "JPEG", **options)  # type: ignore[arg-type]
    record = b"\x1c\x02\x50" + struct.pack(">H", len(TELLTALE)) + TELLTALE
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + b"\0" * (len(record) % 2)
    iptc = b"Photoshop 3.0\0" + resource
    raw = written.getvalue()
    path.write_bytes(raw[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + raw[2:])
    return path


def swapped_profile() -> bytes:
    """An RGB profile whose red is green: only a conversion, not a copy of numbers, shows it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ").replace(b"tXYZ", b"gXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


def write_av(path: Path, *options: str, video: bool = True, sound: bool = True) -> Path:
    """One second of test picture and tone in the format of the suffix, with a name and a place in its metadata."""
    require_ffmpeg()
    sources = (*(_VIDEO if video else ()), *(_SOUND if sound else ()))
    labels = ("-metadata", f"title={TELLTALE.decode()}", "-metadata", "location=+51.5000-000.1000/")
    subprocess.run(["ffmpeg", "-v", "error", "-y", *sources, *labels, *options, path], check=True)
    return path


def require_ffmpeg() -> None:
    if shutil.which("ffmpeg") and shutil.which("ffprobe"):
        return
    if os.environ.get("CI") == "true":
        pytest.fail("ffmpeg is missing: continuous integration must have it")
    pytest.skip("NOT TESTED: ffmpeg is not installed (apt-get install ffmpeg)")
