# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib>=3.9", "numpy>=2", "pillow>=11"]
# ///
"""Draws the figures of the demo's cases: blood films, ECGs, chest radiographs and charts that belong to nobody.

Run by hand, in an environment of its own (`uv run tools/figures.py`, or pip install what stands above); what it draws is
committed in src/openrounds/ops/demo/figures/. The same seed draws the same picture. Nothing here measures anything: amplitudes
and shapes were chosen so that a clinician recognises what is meant.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

mpl.use("Agg")
OUT = Path(__file__).parent.parent / "src/openrounds/ops/demo/figures"
MOST_BYTES = 120_000
INK, BLUE, RED, GREY = "#263238", "#00699a", "#a33c58", "#8a8f93"
Grid = NDArray[np.float64]
Stain = tuple[float, float, float]  # how strongly it takes away red, green and blue


# ------------------------------------------------------------------------------------------------------------------- films
SIZE = (1200, 800)
RED_CELL = 36.0  # radius in pixels of a cell of 7.5 µm
EOSIN: Stain = (0.11, 0.50, 0.44)
YOUNG: Stain = (0.27, 0.50, 0.33)  # polychromasia
PLASMA: Stain = (0.10, 0.26, 0.12)
CHROMATIN: Stain = (0.85, 1.45, 0.45)
PARASITE: Stain = (0.75, 0.55, 0.15)
DOT: Stain = (0.55, 1.7, 0.75)


class Film:
    """A slide: stains laid one over the other, as light meets them."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        width, height = SIZE
        y, x = np.mgrid[0:height, 0:width]
        far = np.hypot((x - width / 2) / width, (y - height / 2) / height)
        self.light = np.stack([tone - 16 * far**2 for tone in (247.0, 243.0, 236.0)], axis=-1)

    def lay(self, at: tuple[float, float], density: Grid, stain: Stain) -> None:
        """Puts a square patch of stain with its middle at `at`."""
        side = density.shape[0]
        left, top = round(at[0] - side / 2), round(at[1] - side / 2)
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + side, SIZE[0]), min(top + side, SIZE[1])
        if x0 >= x1 or y0 >= y1:
            return
        part = density[y0 - top : y1 - top, x0 - left : x1 - left, None]
        self.light[y0:y1, x0:x1] *= np.exp(-part * np.array(stain))

    def places(self, gap: float, tries: int = 9000) -> list[tuple[float, float]]:
        """Points no closer to each other than `gap`, in the order in which chance found them."""
        found: list[tuple[float, float]] = []
        for x, y in self.chance.uniform((-20, -20), (SIZE[0] + 20, SIZE[1] + 20), (tries, 2)):
            if all((x - a) ** 2 + (y - b) ** 2 > gap**2 for a, b in found):
                found.append((float(x), float(y)))
        return found

    def picture(self) -> Image.Image:
        noise = self.chance.normal(0, 1.6, (SIZE[1], SIZE[0], 1))
        image = Image.fromarray(np.clip(self.light + noise, 0, 255).astype(np.uint8))
        return image.filter(ImageFilter.GaussianBlur(0.7))


def ramp(value: Grid, low: float, high: float) -> Grid:
    """0 below `low`, 1 above `high`, smooth between."""
    part = np.clip((value - low) / (high - low), 0, 1)
    return part * part * (3 - 2 * part)


def outline(film: Film, radius: float, wobble: float) -> tuple[Grid, Grid, Grid]:
    """How far each pixel is from the middle of a slightly irregular cell (1 at its edge), and its x and y."""
    half = int(radius * 1.4) + 4
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(float)
    angle = np.arctan2(y, x)
    edge = np.ones_like(angle)
    for wave in (2, 3, 5):
        edge += film.chance.normal(0, wobble / wave) * np.cos(wave * angle + film.chance.uniform(0, 6.28))
    return np.hypot(x, y) / (radius * edge), x, y


def red_cell(
    film: Film, at: tuple[float, float], *, size: float = 1.0, pallor: float = 0.62, stain: Stain = EOSIN
) -> None:
    """A disc, thick at the rim; `pallor` 0 for a spherocyte."""
    far, *_ = outline(film, RED_CELL * size * film.chance.normal(1, 0.045), 0.05)
    body = 1 - ramp(far, 0.93, 1.04)
    middle = 1 - ramp(far, 0.12, 0.72)
    film.lay(at, body * (1.0 - pallor * middle) * film.chance.normal(1, 0.05), stain)


def fragment(film: Film, at: tuple[float, float], corners: Sequence[tuple[float, float]]) -> None:
    """A piece of a red cell: its corners in cell radii, dense, without pallor."""
    turn, size = film.chance.uniform(0, 6.28), RED_CELL * film.chance.uniform(0.92, 1.1)
    half, scale = int(RED_CELL * 1.6), 4
    big = Image.new("L", ((2 * half + 1) * scale,) * 2, 0)
    c, s = np.cos(turn), np.sin(turn)
    points = [
        ((half + size * (x * c - y * s)) * scale, (half + size * (x * s + y * c)) * scale) for x, y in corners
    ]
    ImageDraw.Draw(big).polygon(points, fill=255)
    small = big.filter(ImageFilter.GaussianBlur(9)).resize((2 * half + 1,) * 2, Image.Resampling.LANCZOS)
    film.lay(at, ramp(np.asarray(small, float) / 255, 0.3, 0.75) * 1.12, EOSIN)


def _arc(start: float, stop: float, radius: float = 1.0, steps: int = 24) -> list[tuple[float, float]]:
    return [(radius * np.cos(a), radius * np.sin(a)) for a in np.linspace(start, stop, steps)]


HELMET = [*_arc(3.05, 6.37), (0.72, -0.02), (0.3, -0.16), (-0.3, -0.16), (-0.72, -0.02)]
TRIANGLE = [(-0.95, 0.5), (-0.3, 0.42), (0.95, 0.62), (0.42, -0.1), (0.1, -0.95), (-0.35, -0.2)]
HORNED = [*_arc(0.2, 2.94), (-1.08, -0.5), (-0.55, -0.28), (0.0, -0.12), (0.55, -0.28), (1.08, -0.5)]
SLIVER = [(-0.95, 0.1), (-0.2, 0.36), (0.95, 0.12), (0.2, -0.02), (-0.4, -0.16)]
FRAGMENTS = (HELMET, TRIANGLE, HORNED, SLIVER)


def platelet(film: Film, at: tuple[float, float]) -> None:
    far, *_ = outline(film, film.chance.uniform(8, 12), 0.2)
    grain = film.chance.uniform(0.5, 1.0, far.shape)
    film.lay(at, (1 - ramp(far, 0.7, 1.1)) * grain, (0.5, 0.8, 0.3))


def neutrophil(film: Film, at: tuple[float, float]) -> None:
    """Lobes joined by threads in a pale, finely grained cytoplasm."""
    far, x, y = outline(film, 66, 0.04)
    grain = 0.8 + 0.5 * film.chance.random(far.shape)
    film.lay(at, (1 - ramp(far, 0.94, 1.03)) * grain, PLASMA)
    lobes = [(-27, -16, 21), (3, -29, 19), (29, -7, 20), (14, 24, 22)]
    nucleus = np.zeros_like(far)
    for dx, dy, r in lobes:
        nucleus = np.maximum(nucleus, 1 - ramp(np.hypot(x - dx, (y - dy) * 1.1) / r, 0.86, 1.06))
    for (ax, ay, _), (bx, by, _) in pairwise(lobes):
        along = np.clip(
            ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2), 0, 1
        )
        gap = np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))
        nucleus = np.maximum(nucleus, 1 - ramp(gap, 4, 7))
    film.lay(at, nucleus * (0.85 + 0.3 * film.chance.random(far.shape)), CHROMATIN)


def ring(film: Film, at: tuple[float, float], *, dots: int = 1) -> None:
    """A young trophozoite: a thin blue ring with one or two dots of chromatin."""
    radius, turn = film.chance.uniform(8.5, 11), film.chance.uniform(0, 6.28)
    y, x = np.mgrid[-20:21, -20:21].astype(float)
    thick = 1.5 + 1.1 * (0.5 + 0.5 * np.cos(np.arctan2(y, x) - turn - 3.1))
    film.lay(at, np.exp(-(((np.hypot(x, y * 1.12) - radius) / thick) ** 2)) * 1.1, PARASITE)
    for dot in range(dots):
        angle = turn + dot * film.chance.uniform(1.9, 2.8)
        spot = np.hypot(x - radius * np.cos(angle), y - radius * np.sin(angle))
        film.lay(at, (1 - ramp(spot, 2.6, 4.4)) * 1.3, DOT)


def film_of_fragments() -> Image.Image:
    """Thrombotic microangiopathy: fragments, some young red cells, no platelets."""
    film = Film(14)
    middle = (705.0, 395.0)
    kinds = iter(film.chance.permutation(np.arange(400)))
    for at in film.places(74):
        if np.hypot(at[0] - middle[0], at[1] - middle[1]) < 108:
            continue
        luck = film.chance.random()
        if luck < 0.17:
            fragment(film, at, FRAGMENTS[int(next(kinds)) % len(FRAGMENTS)])
        elif luck < 0.25:
            red_cell(film, at, size=1.18, pallor=0.15, stain=YOUNG)
        elif luck < 0.29:
            red_cell(film, at, size=0.76, pallor=0.0)
        else:
            red_cell(film, at)
    neutrophil(film, middle)
    return film.picture()


def film_of_rings() -> Image.Image:
    """Falciparum malaria: fine rings, several in one cell, some at its edge; cells not enlarged; few platelets."""
    film = Film(27)
    for at in film.places(75):
        red_cell(film, at)
        if film.chance.random() > 0.15:
            continue
        count = int(film.chance.choice([1, 1, 1, 2, 3]))
        for start in film.chance.permutation(4)[:count]:
            angle, far = start * 1.57 + film.chance.uniform(-0.3, 0.3), 16.0
            if count == 1:
                far = float(film.chance.choice([4.0, 12.0, 25.0]))
            spot = (at[0] + far * np.cos(angle), at[1] + far * np.sin(angle))
            ring(film, spot, dots=int(film.chance.choice([1, 1, 1, 1, 2])))
    for at in film.chance.uniform((60, 60), (1140, 740), (2, 2)):
        platelet(film, (float(at[0]), float(at[1])))
    return film.picture()


def film_of_spherocytes() -> Image.Image:
    """Haemolysis after treatment: young red cells and spherocytes, no parasites, platelets back."""
    film = Film(41)
    for at in film.places(82):
        luck = film.chance.random()
        if luck < 0.22:
            red_cell(film, at, size=1.22, pallor=0.12, stain=YOUNG)
        elif luck < 0.38:
            red_cell(film, at, size=0.74, pallor=0.0)
        else:
            red_cell(film, at)
    for at in film.chance.uniform((40, 40), (1160, 760), (26, 2)):
        platelet(film, (float(at[0]), float(at[1])))
    return film.picture()


# -------------------------------------------------------------------------------------------------------------------- ECGs
LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
CHEST = LEADS[6:]


@dataclass(frozen=True)
class Wave:
    """One wave of a beat: when its peak comes (s after the R peak), how wide it is (s), how tall (mV) in I, II and V1 to V6."""

    at: float
    width: float
    limb: tuple[float, float]
    chest: tuple[float, float, float, float, float, float]

    def height(self, lead: str) -> float:
        one, two = self.limb
        limb = {"I": one, "II": two, "III": two - one, "aVR": -(one + two) / 2}
        limb |= {"aVL": one - two / 2, "aVF": two - one / 2}  # Einthoven, Goldberger
        return limb[lead] if lead in limb else self.chest[CHEST.index(lead)]


P = Wave(-0.165, 0.024, (0.08, 0.14), (0.06, 0.09, 0.09, 0.09, 0.08, 0.07))
Q = Wave(-0.028, 0.008, (-0.06, -0.07), (0, 0, 0, -0.02, -0.08, -0.09))
R = Wave(0.0, 0.012, (0.62, 1.0), (0.22, 0.42, 0.8, 1.35, 1.25, 0.95))
S = Wave(0.03, 0.013, (-0.1, -0.16), (-0.95, -1.35, -0.85, -0.42, -0.2, -0.08))
T = Wave(0.27, 0.05, (0.17, 0.26), (-0.04, 0.3, 0.36, 0.36, 0.28, 0.2))
NORMAL = (P, Q, R, S, T)
# Potassium and a blocked node: no P, a wide and slurred complex, tall narrow T waves.
TOXIC = (
    replace(R, width=0.021, limb=(0.5, 0.78), chest=(0.18, 0.32, 0.6, 1.0, 0.95, 0.75)),
    replace(S, at=0.058, width=0.024, limb=(-0.26, -0.3), chest=(-0.75, -1.1, -0.8, -0.55, -0.36, -0.26)),
    replace(T, at=0.31, width=0.036, limb=(0.34, 0.78), chest=(0.3, 1.05, 1.35, 1.3, 0.95, 0.6)),
)
LATE_T = replace(T, width=0.042, limb=(0.2, 0.38), chest=(0.0, 0.48, 0.6, 0.55, 0.4, 0.28))


def trace(lead: str, beats: Sequence[float], waves: Sequence[Wave], seconds: Grid, seed: int) -> Grid:
    chance = np.random.default_rng(seed)
    line = 0.018 * np.sin(6.28 * 0.23 * seconds + chance.uniform(0, 6)) + chance.normal(
        0, 0.006, seconds.shape
    )
    for beat in beats:
        for wave in waves:
            line = line + wave.height(lead) * np.exp(-(((seconds - beat - wave.at) / wave.width) ** 2) / 2)
    return line


def ecg(waves: Sequence[Wave], beats: Sequence[float], title: str) -> Image.Image:
    """Twelve leads in four columns of 2.5 s over a rhythm strip, 25 mm/s and 10 mm/mV."""
    figure, axes = plt.subplots(figsize=(14, 6.42), dpi=110)
    figure.subplots_adjust(0.008, 0.008, 0.992, 0.945)
    axes.set(xlim=(-0.22, 10.1), ylim=(-9.3, 1.75), aspect=0.4)
    axes.set_facecolor("#fff8f6")
    for step, colour, weight in ((0.1, "#f6dcd8", 0.5), (0.5, "#eab5ae", 0.8)):  # 0.1 mV is 1 mm is 0.04 s
        axes.vlines(np.arange(-0.24, 10.2, step * 0.4), -9.3, 1.8, colour, linewidth=weight)
        axes.hlines(np.arange(-9.5, 1.8, step), -0.3, 10.2, colour, linewidth=weight)
    for row, base in enumerate((0.0, -2.6, -5.2)):
        _calibrate(axes, base)
        for column in range(4):
            lead = LEADS[column * 3 + row]
            seconds = np.arange(2.5 * column, 2.5 * (column + 1), 0.002)
            _strip(axes, seconds, base + trace(lead, beats, waves, seconds, seed=row), lead)
    seconds = np.arange(0, 10, 0.002)
    _calibrate(axes, -7.9)
    _strip(axes, seconds, trace("II", beats, waves, seconds, seed=9) - 7.9, "II")
    axes.set_xticks([])
    axes.set_yticks([])
    figure.text(0.01, 0.963, title, color=INK, fontsize=13)
    figure.text(
        0.99, 0.963, "25 mm/s   10 mm/mV   synthetic, not a patient", color=INK, fontsize=11, ha="right"
    )
    return printed(figure)


def _calibrate(axes: plt.Axes, base: float) -> None:
    axes.plot(
        [-0.2, -0.16, -0.16, -0.04, -0.04, 0],
        [base, base, base + 1, base + 1, base, base],
        INK,
        linewidth=1.2,
    )


def _strip(axes: plt.Axes, seconds: Grid, line: Grid, lead: str) -> None:
    axes.plot(seconds, line, color="#1c1c22", linewidth=1.25)
    base = round(float(np.median(line)) / 0.1) * 0.1
    axes.text(seconds[0] + 0.05, base + 0.62, lead, fontsize=12, color=INK, weight="bold")
    if seconds[0] > 0:
        axes.vlines(seconds[0], base - 0.22, base + 0.22, INK, linewidth=1)


def ecg_slow() -> Image.Image:
    return ecg(TOXIC, np.arange(0.62, 10.5, 1.78), "ECG 1, on arrival")


def ecg_later() -> Image.Image:
    chance = np.random.default_rng(3)
    beats = 0.42 + np.cumsum(chance.normal(0.87, 0.012, 13)) - 0.87
    return ecg((P, Q, R, S, LATE_T), [float(beat) for beat in beats], "ECG 2, three hours later")


# ------------------------------------------------------------------------------------------------------- chest radiographs
FRAME = (900, 1000)  # width, height


def chest(fluid: float, seed: int) -> Image.Image:
    """A drawn frontal radiograph of a child; `fluid`: how far it climbs at his right (our left), 0 to 1."""
    width, height = FRAME
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    u, v = (x - width / 2) / (width / 2), y / height
    half = 0.26 + 0.72 * ramp(v, 0.03, 0.24) - 0.08 * ramp(v, 0.3, 0.75)
    body = 1 - ramp(np.abs(u) / half, 0.93, 1.0)
    middle = _mediastinum(u - 0.06 * fluid, v)
    lungs = np.maximum(_lung(u, v, -1), _lung(u, v, 1)) * (1 - middle)
    shade = body * (0.5 + 0.06 * ramp(v, 0.6, 0.8)) + middle * 0.1 * body * (1 - ramp(v, 0.7, 0.78))
    mottle = Image.fromarray(chance.integers(0, 255, (height // 14, width // 14), dtype=np.uint8)).resize(
        FRAME, 3
    )
    filled = _shadow(u, v, fluid, np.asarray(mottle) / 255)
    shade -= lungs * ((0.39 - 0.13 * _vessels(u, v)) * (1 - filled) - 0.06 * filled)
    shade += (_ribs(u, v) + _collarbones(u, v) + _spine(u, v)) * body
    soft = Image.fromarray(np.clip(14 + 300 * shade, 0, 255).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(2.4)
    )
    grey = np.clip(np.asarray(soft) + chance.normal(0, 2.4, shade.shape), 0, 255)
    image = Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    pen = ImageDraw.Draw(image)
    pen.text((30, 24), "R", fill=(235, 235, 235), font_size=44)
    pen.text((width - 24, height - 18), "drawn, not a patient", fill=(40, 40, 40), font_size=20, anchor="rs")
    return image


def _blob(u: Grid, v: Grid, at: tuple[float, float], size: tuple[float, float], soft: float) -> Grid:
    return 1 - ramp(np.hypot((u - at[0]) / size[0], (v - at[1]) / size[1]), 1 - soft, 1 + soft)


def _mediastinum(u: Grid, v: Grid) -> Grid:
    """Spine and great vessels above, the heart below, its point to the patient's left."""
    column = 1 - ramp(np.abs(u - 0.01), 0.12, 0.15)
    heart = np.maximum(
        _blob(u, v, (0.17, 0.615), (0.31, 0.15), 0.06), _blob(u, v, (-0.02, 0.58), (0.2, 0.14), 0.06)
    )
    knuckle = _blob(u, v, (0.13, 0.35), (0.075, 0.05), 0.15)
    return np.maximum(np.maximum(column, heart), knuckle)


def _lung(u: Grid, v: Grid, side: int) -> Grid:
    """Apex above the collarbone, base on the dome of the diaphragm, a sharp angle at the side."""
    out = u * side
    down = np.clip((v - 0.13) / 0.62, 0, 1)
    outer = 0.3 + 0.47 * (1 - (1 - down) ** 2.6) ** 0.62
    inner = 0.08 + 0.2 * (1 - down) ** 9
    dome = (0.715 if side < 0 else 0.735) + 0.36 * np.abs(out - 0.36) ** 2.2
    across = ramp(out, inner - 0.012, inner + 0.012) * (1 - ramp(out, outer - 0.012, outer + 0.012))
    return across * ramp(v, 0.128, 0.14) * (1 - ramp(v - dome, -0.008, 0.008))


def _vessels(u: Grid, v: Grid) -> Grid:
    """Branches from the hila, bent, and thinner as they go."""
    found = np.zeros_like(u)
    for angle in (-1.15, -0.8, -0.45, 0.0, 0.4, 0.75, 1.05, 1.3):
        for side in (-1, 1):
            one, two = (u * side - 0.13), (v - 0.47) * 1.5
            along = one * np.cos(angle) + two * np.sin(angle)
            across = two * np.cos(angle) - one * np.sin(angle) - 0.35 * along**2 * np.sign(angle + 0.2)
            wide = 0.022 * np.exp(-np.clip(along, 0, 1) / 0.16) + 0.004
            branch = (
                np.exp(-((across / wide) ** 2))
                * ramp(along, 0.0, 0.05)
                * np.exp(-np.clip(along, 0, 2) / 0.24)
            )
            found = np.maximum(found, branch)
    return found


def _shadow(u: Grid, v: Grid, fluid: float, mottle: Grid) -> Grid:
    """Pneumonia of the right lower zone; with `fluid`, what fills the base and climbs at the side (the meniscus)."""
    patch = _blob(u, v, (-0.44, 0.62), (0.33, 0.15), 0.55) * (0.9 + 0.1 * fluid)
    angle = ramp(v + 0.5 * np.abs(u), 0.985, 1.05)
    level = 0.74 - 0.3 * fluid - 0.2 * fluid * np.clip((-u - 0.3) / 0.45, 0, 1) ** 2.2
    pool = ramp(v - level, -0.025, 0.03) * min(fluid * 3, 1)
    return np.maximum(np.maximum(patch * (0.72 + 0.28 * mottle), 0.85 * angle), pool) * ramp(-u, 0.0, 0.01)


def _ribs(u: Grid, v: Grid) -> Grid:
    found = np.zeros_like(u)
    out = np.abs(u)
    for number in range(9):
        top = 0.17 + 0.072 * number
        reach = 0.5 + 0.34 * np.sin(min(number + 1.6, 6.5) / 6.5 * 1.57)
        bend = top - 0.03 + 0.11 * out + 0.3 * np.clip(out - reach + 0.2, 0, 1) ** 2
        inside = (out > 0.06) * (1 - ramp(out, reach - 0.02, reach + 0.01))
        gap = (v - bend) / 0.0125
        found += inside * (np.exp(-(gap**2)) * 0.05 + np.exp(-(((gap + 0.9) / 0.4) ** 2)) * 0.03)
        front = top + 0.21 - 0.16 * out
        found += (
            (out > 0.26)
            * (1 - ramp(out, reach - 0.02, reach + 0.01))
            * np.exp(-(((v - front) / 0.012) ** 2))
            * 0.026
        )
    return found


def _collarbones(u: Grid, v: Grid) -> Grid:
    out = np.abs(u)
    line = 0.185 - 0.055 * np.sin((out - 0.05) * 3.0)
    return (out > 0.07) * (1 - ramp(out, 0.7, 0.78)) * np.exp(-(((v - line) / 0.012) ** 2)) * 0.13


def _spine(u: Grid, v: Grid) -> Grid:
    column = 1 - ramp(np.abs(u), 0.07, 0.1)
    discs = 0.75 + 0.25 * ramp(np.abs(((v * 17) % 1) - 0.5), 0.1, 0.2)
    windpipe = (1 - ramp(np.abs(u + 0.01), 0.028, 0.045)) * (1 - ramp(v, 0.34, 0.4))
    return column * discs * 0.07 - windpipe * 0.13


# ------------------------------------------------------------------------------------------------------------------ charts
def printed(figure: plt.Figure) -> Image.Image:
    out = io.BytesIO()
    figure.savefig(out, format="png")
    plt.close(figure)
    return Image.open(out).convert("RGB")


@dataclass(frozen=True)
class Line:
    name: str
    values: Sequence[float]
    colour: str
    mark: str
    low: float = 0


def chart(
    title: str, along: tuple[str, Sequence[float]], left: Line, right: Line, notes: dict[float, str]
) -> Image.Image:
    """Two quantities over time, told apart by colour, shape of mark and a name at each axis."""
    plt.rcParams.update({"font.size": 15, "axes.edgecolor": GREY, "text.color": INK, "axes.labelcolor": INK})
    figure, one = plt.subplots(figsize=(11, 6.6), dpi=100, layout="constrained")
    figure.set_facecolor("#fdfaf6")
    two = one.twinx()
    for axes, line, style in ((one, left, "-"), (two, right, "--")):
        axes.plot(
            along[1], line.values, style, color=line.colour, marker=line.mark, markersize=10, linewidth=2.6
        )
        axes.set_ylabel(line.name, color=line.colour, fontsize=16)
        axes.tick_params(axis="y", colors=line.colour)
        axes.set_ylim(line.low, line.low + (max(line.values) - line.low) * 1.28)
        axes.spines["top"].set_visible(False)
        axes.set_facecolor("none")
    one.set_xlabel(along[0])
    one.set_xticks(list(along[1]), [f"{place:g}" for place in along[1]])
    one.grid(axis="y", color="#e4ded4")
    for place, (when, text) in enumerate(notes.items()):
        one.axvline(when, color=GREY, linewidth=1.2, linestyle=":")
        height = 0.97 - 0.075 * (place % 2)
        one.annotate(text, (when, height), xycoords=("data", "axes fraction"), xytext=(6, 0), textcoords="offset points",
                     fontsize=13, va="top", color=INK)  # fmt: skip
    one.set_title(title, fontsize=18, loc="left", pad=14, color=INK)
    return printed(figure)


def chart_platelets() -> Image.Image:
    return chart(
        "Platelets and LDH, by day (fictional)",
        ("day of admission", range(8)),
        Line("platelets, ×10⁹/L", (9, 8, 21, 58, 112, 164, 201, 224), BLUE, "o"),
        Line("LDH, U/L", (1640, 1710, 1120, 720, 480, 330, 260, 235), RED, "s"),
        {0.2: "plasma exchange starts", 5: "last daily exchange"},
    )


def chart_potassium() -> Image.Image:
    return chart(
        "Heart rate and potassium, by hour (fictional)",
        ("hours since arrival", (0, 0.5, 1, 2, 3, 4, 6, 8)),
        Line("heart rate, per minute", (34, 38, 46, 58, 69, 72, 74, 76), BLUE, "o"),
        Line("potassium, mmol/L", (7.1, 7.0, 6.6, 6.1, 5.7, 5.4, 5.1, 4.9), RED, "s"),
        {0.25: "calcium, adrenaline", 2.0: "urine starts to flow"},
    )


def chart_parasites() -> Image.Image:
    return chart(
        "Parasites and haemoglobin, by day (fictional)",
        ("day after the first dose", (0, 1, 2, 3, 5, 7, 10, 14, 18, 25)),
        Line("parasitaemia, % of red cells", (12.0, 5.1, 0.6, 0, 0, 0, 0, 0, 0, 0), BLUE, "o"),
        Line("haemoglobin, g/L", (128, 121, 114, 111, 109, 108, 97, 78, 84, 104), RED, "s"),
        {0.15: "artesunate", 14: "back in clinic"},
    )


def chart_fever() -> Image.Image:
    return chart(
        "Temperature and C-reactive protein, by day (fictional)",
        ("day in hospital", range(8)),
        Line("C-reactive protein, mg/L", (212, 268, 301, 244, 158, 96, 61, 38), BLUE, "o"),
        Line("highest temperature, °C", (39.4, 39.6, 39.5, 38.6, 37.7, 37.2, 36.9, 36.8), RED, "s", low=35),
        {2.1: "chest drain and urokinase"},
    )


FIGURES: dict[str, Callable[[], Image.Image]] = {
    "ttp-film": film_of_fragments,
    "ttp-chart": chart_platelets,
    "malaria-film": film_of_rings,
    "malaria-later-film": film_of_spherocytes,
    "malaria-chart": chart_parasites,
    "slow-ecg": ecg_slow,
    "slow-later-ecg": ecg_later,
    "slow-chart": chart_potassium,
    "chest-first": lambda: chest(0.0, 5),
    "chest-later": lambda: chest(0.72, 6),
    "chest-chart": chart_fever,
}


def save(name: str, image: Image.Image) -> int:
    """Writes it as WebP, as well as fits; how many bytes that took."""
    for quality in (90, 84, 78, 70, 60, 50):
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    (OUT / f"{name}.webp").write_bytes(out.getvalue())
    return out.tell()


def main() -> None:
    OUT.mkdir(exist_ok=True)
    for name, draw in FIGURES.items():
        print(f"{name:22} {save(name, draw()):7,} bytes")


if __name__ == "__main__":
    main()
