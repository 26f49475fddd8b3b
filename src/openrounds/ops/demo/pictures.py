"""The pictures of the demo, drawn here: nobody's blood, nobody's heart, nobody's face."""

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
PAPER: Colour = (253, 250, 246)
INK: Colour = (38, 50, 56)
PALETTE: tuple[Colour, ...] = (
    (0, 105, 148),
    (148, 61, 88),
    (46, 112, 84),
    (176, 98, 32),
    (92, 76, 150),
    (30, 122, 130),
)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def ecg() -> bytes:
    """A rhythm strip in atrial fibrillation."""
    chance = random.Random(28)  # noqa: S311
    image = Image.new("RGB", (1400, 480), (255, 246, 244))
    pen = ImageDraw.Draw(image)
    for step in range(0, 1400, 10):
        tone = (240, 190, 186) if step % 50 == 0 else (250, 222, 219)
        pen.line((step, 0, step, 480), fill=tone)
        pen.line((0, step, 1400, step), fill=tone)
    beats, at = [], 60.0
    while at < 1400:
        beats.append(at)
        at += chance.uniform(70, 190)
    points = [(x, 250 - _voltage(x, beats)) for x in range(1400)]
    pen.line(points, fill=INK, width=3)
    return _png(image)


def _voltage(x: int, beats: list[float]) -> float:
    wave = 5 * math.sin(x * 0.31) + 4 * math.sin(x * 0.47 + 1)
    for beat in beats:
        d = x - beat
        wave += 150 * math.exp(-((d / 4) ** 2)) - 34 * math.exp(-(((d - 9) / 4) ** 2))
        wave += 32 * math.exp(-(((d - 46) / 13) ** 2))
    return wave


def railway() -> bytes:
    """Two lines that meet at X."""
    image = Image.new("RGB", (1100, 620), PAPER)
    pen = ImageDraw.Draw(image)
    lines = (
        (PALETTE[0], [(80, 120), (300, 120), (430, 215), (560, 310)], ("XII", "XI", "VIII", "")),
        (PALETTE[3], [(80, 500), (300, 500), (560, 310)], ("tissue factor", "VII", "")),
        (PALETTE[1], [(560, 310), (800, 310), (1010, 310)], ("X", "thrombin", "clot")),
    )
    for colour, stops, names in lines:
        pen.line(stops, fill=colour, width=18, joint="curve")
        for (x, y), name in zip(stops, names, strict=True):
            pen.ellipse((x - 17, y - 17, x + 17, y + 17), fill=PAPER, outline=INK, width=5)
            pen.text((x - 20, y + 26), name, fill=INK, font=_font(28))
    return _png(image)


def avatar(name: str, label: str) -> bytes:
    """Initials on a pattern that belongs to the name."""
    chance = random.Random(name)  # noqa: S311
    ground, figure = chance.sample(PALETTE, 2)
    image = Image.new("RGB", (400, 400), ground)
    pen = ImageDraw.Draw(image)
    for _ in range(4):
        x, y, r = chance.randint(0, 400), chance.randint(0, 400), chance.randint(60, 170)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=_mixed(ground, figure, chance.uniform(0.15, 0.5)))
    pen.text((200, 200), label, fill=(255, 255, 255), font=_font(150), anchor="mm")
    return _png(image)


def header(name: str) -> bytes:
    """Bands of colour that belong to the name."""
    chance = random.Random(name + " header")  # noqa: S311
    one, other = chance.sample(PALETTE, 2)
    image = Image.new("RGB", (1500, 500), one)
    pen = ImageDraw.Draw(image)
    for band in range(12):
        lift = 60 * math.sin(band + chance.random())
        shape = [(x, 40 * band + lift + 30 * math.sin(x / 170 + band)) for x in range(0, 1520, 20)]
        pen.polygon([*shape, (1520, 500), (0, 500)], fill=_mixed(one, other, band / 12))
    return _png(image)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


PICTURES: dict[str, Callable[[], bytes]] = {
    "ecg": ecg,
    "railway": railway,
}
