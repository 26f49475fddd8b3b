"""Re-encodes one image inside the jail: what is written holds pixels and nothing else of the upload.

The decoder is the one of the sniffed kind, called directly: Pillow is never asked to guess a format. Sizes
are read from the header and judged before a pixel is decoded.
"""

from __future__ import annotations

import importlib
import io
import math
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import blurhash
from PIL import Image, ImageCms, ImageOps

BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
SIDES = {"avatar": (400, 400), "header": (1500, 500)}

_DECODERS = {
    "image/jpeg": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "image/png": ("PIL.PngImagePlugin", "PngImageFile"),
    "image/webp": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "image/gif": ("PIL.GifImagePlugin", "GifImageFile"),
    "image/avif": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "image/heic": ("pillow_heif.as_plugin", "HeifImageFile"),
}
_MAY_MOVE = ("image/gif", "image/webp")
_OPTIONS: dict[str, dict[str, Any]] = {
    "image/jpeg": {"format": "JPEG", "quality": 88},
    "image/png": {"format": "PNG", "compress_level": 4},
    "image/webp": {"format": "WEBP", "quality": 85, "method": 1},
    "image/gif": {"format": "GIF"},
}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_Limits = dict[str, int]
_Place = Callable[[Image.Image], Image.Image]


class Refused(Exception):
    """The reason, as a sentence for the person who uploaded."""


def load_codec(kind: str) -> None:
    """Import all that decoding `kind` and encoding its result will need: later, no file can be opened."""
    for module in (_DECODERS[kind][0], "PIL.TiffImagePlugin", "PIL.WebPImagePlugin"):
        importlib.import_module(module)
    Image.preinit()


def reencode(source: BinaryIO, kind: str, shape: str, limits: _Limits) -> dict[str, Any]:
    """Write `original`, `small` and `static` as `shape` asks; the answer names type and size of each."""
    _arm(limits)
    if kind == "image/gif":
        _refuse_many_frames(count_gif_frames(source, limits["frames"]), limits)
    picture = _open(source, kind)
    _refuse_large(picture.size, limits)
    frames = picture.n_frames if kind in _MAY_MOVE else 1
    _refuse_many_frames(frames, limits)
    if frames > 1 and shape != "preview":
        return _reencode_animation(picture, kind, shape, limits)
    return _reencode_still(picture, kind, shape, limits)


def _arm(limits: _Limits) -> None:
    """Pillow's own bomb check stands behind ours: a GIF may grow after its header."""
    Image.MAX_IMAGE_PIXELS = limits["image_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def _open(source: BinaryIO, kind: str) -> Any:
    module, name = _DECODERS[kind]
    return getattr(sys.modules[module], name)(source)


def _refuse_large(size: tuple[int, int], limits: _Limits) -> None:
    width, height = size
    if width * height > limits["image_pixels"] or max(size) > limits["image_side"]:
        side, area = limits["image_side"], limits["image_pixels"] // 1_000_000
        most = f"at most {side} pixels a side and {area} megapixels"
        raise Refused(f"This image is too large ({width} x {height}): {most}.")


def _refuse_many_frames(frames: int, limits: _Limits) -> None:
    if frames > limits["frames"]:
        raise Refused(f"This animation has more than {limits['frames']} frames.")


def count_gif_frames(source: BinaryIO, stop: int) -> int:
    """Walk the blocks of GIF89a (§12, §15) without decoding, no further than one frame past `stop`."""
    source.seek(0)
    screen = source.read(13)
    source.seek(_table_size(screen[10:11]), 1)
    frames = 0
    while frames <= stop and (introducer := source.read(1)) in (b"!", b","):
        if introducer == b"!":
            source.seek(1, 1)
        else:
            frames += 1
            source.seek(_table_size(source.read(9)[8:9]) + 1, 1)
        _skip_blocks(source)
    source.seek(0)
    return frames


def _table_size(flags: bytes) -> int:
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _skip_blocks(source: BinaryIO) -> None:
    while (length := source.read(1)) not in (b"", b"\0"):
        source.seek(length[0], 1)


def _reencode_still(picture: Image.Image, kind: str, shape: str, limits: _Limits) -> dict[str, Any]:
    if kind == "image/jpeg" and shape in SIDES:
        # libjpeg scales by eighths while decoding: a portrait for 400 pixels needs not 12 million.
        picture.draft(None, (max(SIDES[shape]),) * 2)
    image = _paint(picture, _place_for(shape, limits["attachment_pixels"]))
    answer: dict[str, Any] = {"animated": False, "blurhash": _blurhash(image)}
    if shape != "preview":
        answer["original"] = _save(image, "original", _still_type(image, kind))
    if shape not in SIDES:
        answer["small"] = _save_small(image, limits)
    return answer


def _reencode_animation(picture: Image.Image, kind: str, shape: str, limits: _Limits) -> dict[str, Any]:
    frames, durations = _draw_frames(picture, shape, limits)
    options = dict(_OPTIONS[kind])
    if "loop" in picture.info:
        options["loop"] = picture.info["loop"]
    if kind == "image/gif":
        # Each frame is whole: a see-through one must not show the one before.
        options["disposal"] = 2 if any(frame.has_transparency_data for frame in frames) else 1
    frames[0].save(
        "original",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        **options,
    )
    width, height = frames[0].size
    poster = _to_plain(frames[0])
    answer = {
        "animated": True,
        "blurhash": _blurhash(poster),
        "original": {"mime": kind, "width": width, "height": height},
    }
    if shape in SIDES:
        return answer | {"static": _save(poster, "static", _still_type(poster, kind))}
    return answer | {"small": _save_small(poster, limits)}


def _draw_frames(picture: Any, shape: str, limits: _Limits) -> tuple[list[Image.Image], list[int]]:
    area = min(limits["attachment_pixels"], limits["animation_pixels"] // picture.n_frames)
    fit = _place_for(shape, area)(Image.new("1", picture.size)).size
    frames, durations = [], []
    for _ in _each_frame(picture):
        frames.append(_draw_frame(picture, fit, shape))
        # Browsers slow down what is faster than 20 ms; a GIF can hold no more than ten minutes.
        durations.append(min(max(int(picture.info.get("duration", 0)), 20), 60_000))
    return frames, durations


def _each_frame(picture: Any) -> Iterator[int]:
    for number in range(picture.n_frames):
        picture.seek(number)
        picture.load()
        yield number


def _draw_frame(picture: Any, size: tuple[int, int], shape: str) -> Image.Image:
    image = _to_plain(picture)
    if shape in SIDES:
        return _bare(ImageOps.fit(image, size, method=Image.Resampling.BILINEAR))
    return _bare(
        image if image.size == size else image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    )


def _paint(picture: Any, place: _Place) -> Image.Image:
    """Pixels as they are meant to be seen: turned upright, placed, in sRGB."""
    turn, profile = _orientation(picture), picture.info.get("icc_profile")
    picture.load()
    image = _to_plain(picture)
    if turn in _TURNS:
        image = image.transpose(_TURNS[turn])
    return _drop_full_alpha(_to_srgb(place(image), profile))


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(0x0112, 1))
    except Exception:  # EXIF is free-form bytes: a damaged block must not cost the picture.
        return 1


def _to_plain(picture: Image.Image) -> Image.Image:
    """L, RGB, RGBA or CMYK: what can be scaled, and converted by its colour profile."""
    if picture.mode.startswith("I"):
        # 16-bit greys (X-rays): the high byte, where Pillow's own conversion would clip to white.
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode in ("L", "1"):
        return picture.convert("L")
    return picture if picture.mode == "CMYK" else picture.convert("RGB")


def _place_for(shape: str, area: int) -> _Place:
    if shape in SIDES:
        return lambda image: ImageOps.fit(image, SIDES[shape], method=Image.Resampling.LANCZOS)
    return lambda image: _shrink(image, area)


def _shrink(image: Image.Image, area: int) -> Image.Image:
    scale = math.sqrt(area / (image.width * image.height))
    if scale >= 1:
        return image
    size = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
    # When scaling down, Hamming looks like bicubic and takes half as long.
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    converted = _convert_profile(image, profile) if profile else None
    if converted is not None:
        return converted
    return image.convert("RGB") if image.mode == "CMYK" else image


def _convert_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """None when there is nothing to convert, or the profile is broken or not of this kind of picture."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _drop_full_alpha(image: Image.Image) -> Image.Image:
    opaque = image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255)
    return image.convert("RGB") if opaque else image


def _still_type(image: Image.Image, kind: str) -> str:
    if kind in ("image/png", "image/gif"):
        return "image/png"
    return "image/webp" if image.mode == "RGBA" or kind == "image/webp" else "image/jpeg"


def _save_small(image: Image.Image, limits: _Limits) -> dict[str, Any]:
    small = _shrink(image, limits["preview_pixels"])
    return _save(small, "small", "image/webp" if small.mode == "RGBA" else "image/jpeg")


def _save(image: Image.Image, name: str, mime: str) -> dict[str, Any]:
    _bare(image).save(name, **_OPTIONS[mime])
    return {"mime": mime, "width": image.width, "height": image.height}


def _bare(image: Image.Image) -> Image.Image:
    """A new image with these pixels: encoders copy comments, profiles and text from an image's `info`."""
    bare = Image.new(image.mode, image.size, None)
    bare.paste(image)
    return bare


def _blurhash(image: Image.Image) -> str:
    """4 x 3 components of a 32-pixel copy, transparency laid on white."""
    tiny = image.resize(_tiny_size(image.size), Image.Resampling.BILINEAR, reducing_gap=2.0).convert("RGBA")
    page = Image.new("RGBA", tiny.size, "white")
    page.alpha_composite(tiny)
    data, width = page.convert("RGB").tobytes(), tiny.width * 3
    rows = [data[at : at + width] for at in range(0, len(data), width)]
    pixels = [[tuple(row[at : at + 3]) for at in range(0, width, 3)] for row in rows]
    hashed: str = blurhash.encode(pixels, components_x=4, components_y=3)
    return hashed


def _tiny_size(size: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, 32 / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
