"""What we accept as media, how large it may be, and what comes out: pure values, no Django, no decoding.

A client's file name and MIME type are never looked at: only the first bytes decide the kind (`sniff`).
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from openrounds.core.errors import Invalid

SNIFF_BYTES = 4096


class MediaError(Invalid):
    """Root of what processing may raise; `message` is one sentence for the person who uploaded."""


class MediaRefused(MediaError):
    """The file is at fault."""


class MediaUnavailable(MediaError):
    """The server is at fault (no ffmpeg, no room on the disk, no decoder)."""


class MediaFamily(StrEnum):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class MediaKind(StrEnum):
    """What a file really is; the value is the MIME type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    GIF = "image/gif"
    HEIC = "image/heic"
    AVIF = "image/avif"
    MP4 = "video/mp4"
    MOV = "video/quicktime"
    WEBM = "video/webm"
    MP3 = "audio/mpeg"
    OGG = "audio/ogg"
    WAV = "audio/wav"
    FLAC = "audio/flac"
    M4A = "audio/mp4"

    @property
    def family(self) -> MediaFamily:
        return MediaFamily(self.value.partition("/")[0])


class ImageShape(StrEnum):
    """ATTACHMENT keeps its proportions, AVATAR and HEADER are cropped, PREVIEW is the small picture only."""

    ATTACHMENT = "attachment"
    AVATAR = "avatar"
    HEADER = "header"
    PREVIEW = "preview"


class MediaLimits(Struct, frozen=True):
    """Sizes in bytes, areas in pixels, times in seconds. `image_*` and `video_*` bound what may come in."""

    image_bytes: int = 16 * 2**20
    image_pixels: int = 33_177_600  # 7680 x 4320
    image_side: int = 8192
    frames: int = 300
    attachment_pixels: int = 8_294_400  # 3840 x 2160
    preview_pixels: int = 230_400  # 640 x 360
    animation_pixels: int = 60_000_000  # all frames together, once scaled down
    image_seconds: int = 20
    image_memory: int = 2**30
    av_bytes: int = 99 * 2**20
    video_pixels: int = 8_294_400
    video_frame_rate: int = 120
    video_output_pixels: int = 2_073_600  # 1920 x 1080
    video_output_frame_rate: int = 60
    av_duration: int = 600
    av_seconds: int = 900
    av_memory: int = 3 * 2**30


class StoredImage(Struct, frozen=True):
    """One file we wrote: `name` is random and ours, `size` is in bytes."""

    name: str
    mime: str
    width: int
    height: int
    size: int


class ProcessedImage(Struct, frozen=True):
    """`small` is absent for avatars and headers; `static` is present only when one of those is animated."""

    original: StoredImage
    small: StoredImage | None
    static: StoredImage | None
    blurhash: str
    animated: bool


class ProcessedVideo(Struct, frozen=True):
    """`original` is MP4 (H.264, AAC). `duration` in seconds, `bitrate` in bits/s; `silent`: no sound track."""

    original: StoredImage
    small: StoredImage
    blurhash: str
    duration: float
    frame_rate: float
    bitrate: int
    silent: bool


class ProcessedAudio(Struct, frozen=True):
    """An MP3 file; `size` in bytes, `duration` in seconds, `bitrate` in bits/s."""

    name: str
    mime: str
    size: int
    duration: float
    bitrate: int


_PREFIXES = (
    (b"\xff\xd8\xff", MediaKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaKind.PNG),
    (b"GIF87a", MediaKind.GIF),
    (b"GIF89a", MediaKind.GIF),
    (b"OggS\x00", MediaKind.OGG),
    (b"fLaC", MediaKind.FLAC),
    (b"ID3", MediaKind.MP3),
)
# ISO/IEC 14496-12 brands, 23008-12 for HEIF, AV1 Image File Format for AVIF; checked in this order.
_BRANDS: tuple[tuple[frozenset[bytes], MediaKind], ...] = (
    (frozenset({b"avif", b"avis"}), MediaKind.AVIF),
    (frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}), MediaKind.HEIC),
    (frozenset({b"qt  "}), MediaKind.MOV),
    (frozenset({b"M4A ", b"M4B "}), MediaKind.M4A),
    (
        frozenset(
            {
                b"isom",
                b"iso2",
                b"iso4",
                b"iso5",
                b"iso6",
                b"mp41",
                b"mp42",
                b"avc1",
                b"M4V ",
                b"3gp4",
                b"3gp5",
            }
        ),
        MediaKind.MP4,
    ),
)


def sniff(head: bytes) -> MediaKind | None:
    """The kind told by the first `SNIFF_BYTES` of a file, or None for everything we do not take."""
    for prefix, kind in _PREFIXES:
        if head.startswith(prefix):
            return kind
    if head[:4] == b"RIFF":
        return {b"WEBP": MediaKind.WEBP, b"WAVE": MediaKind.WAV}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return MediaKind.WEBM if b"\x42\x82\x84webm" in head[:64] else None
    return MediaKind.MP3 if _is_mpeg_audio(head) else None


def _sniff_brands(head: bytes) -> MediaKind | None:
    box = head[: min(int.from_bytes(head[:4], "big"), 256)]
    major = box[8:12]
    compatible = frozenset(box[at : at + 4] for at in range(16, len(box) - 3, 4))
    # The major brand decides; a generic one ("mif1") leaves it to the compatible brands.
    for brands in (frozenset({major}), compatible):
        for known, kind in _BRANDS:
            if known & brands:
                return kind
    return None


def _is_mpeg_audio(head: bytes) -> bool:
    """An MPEG-1/2 layer III frame header (ISO/IEC 11172-3, 2.4.1.3) with no reserved value."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in (0, 15) and rate != 3
