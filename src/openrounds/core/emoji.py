"""Emoji by name, for whoever writes `:smi`. Names are Unicode's, out of Python's table; a few short words are ours. Pure."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# What is drawn in colour without being asked to is as wide as a Han character (UAX 11, table 1) and stands in these blocks.
_BLOCKS = (range(0x231A, 0x2B56), range(0x1F300, 0x1F650), range(0x1F680, 0x1F700), range(0x1F7E0, 0x1FB00))
_AS_EMOJI = "\ufe0f"
_NEED_ASKING = "☠☣☢♿⚕⚖⚗⚠✂✈✉✌✍✏✔❄❤☀☁☎☺☝⚙ℹ▶⏱⏲🌡🌶🏥🐿👁🕊🕯🕷🗑🗒🗓🗨🛌🛏🦴🩸"  # those that are text unless asked
_OURS = {
    "👍": "yes ok thumbsup ja daumen",
    "👎": "no nein",
    "👏": "bravo applaus",
    "🙏": "thanks please danke bitte",
    "❤": "heart love herz",
    "😀": "smile lächeln",
    "😂": "lol lachen",
    "😢": "sad traurig",
    "😮": "wow",
    "🤔": "hm denken",
    "🎉": "tada hurra feier",
    "🔥": "feuer",
    "✅": "done check erledigt",
    "❌": "wrong falsch",
    "⚠": "achtung",
    "💡": "idea idee",
    "❓": "frage",
    "📖": "buch",
    "📈": "rise anstieg",
    "📉": "fall abfall",
    "🩸": "blut",
    "🔬": "mikroskop",
    "💉": "impfung spritze",
    "💊": "tablet tablette",
    "🩺": "stethoskop arzt",
    "🩻": "xray röntgen",
    "🧠": "gehirn",
    "🫀": "heart herz",
    "🫁": "lunge",
    "🦴": "knochen",
    "🦠": "germ virus bakterium",
    "🧬": "gene gen",
    "🧪": "labor",
    "🏥": "krankenhaus",
    "🚑": "krankenwagen",
    "☕": "coffee kaffee",
    "🎓": "studium",
    "⏰": "wecker",
}


class Emoji(NamedTuple):
    """`name` is Unicode's, in small letters."""

    sign: str
    name: str


def find_emoji(beginning: str, limit: int) -> list[Emoji]:
    """Those with a word that begins so, the best first: one of our words, then names that begin so, then short ones.
    Underscores and hyphens are blanks."""
    wanted = " ".join(beginning.casefold().replace("_", " ").replace("-", " ").split())
    if not wanted:
        return []
    ranked = ((_rank(wanted, words, emoji.name), emoji) for emoji, words in _table())
    found = sorted((rank, len(emoji.name), emoji) for rank, emoji in ranked if rank is not None)
    return [emoji for *_, emoji in found[:limit]]


def _rank(wanted: str, words: str, name: str) -> int | None:
    if f" {wanted}" in words:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name.replace("-", " ") else None


@lru_cache(maxsize=1)
def _table() -> list[tuple[Emoji, str]]:
    """Each with our words for it, a blank before each of them."""
    return [
        (Emoji(sign, unicodedata.name(sign[0]).lower()), f" {_OURS.get(sign[0], '')}") for sign in _signs()
    ]


def _signs() -> Iterator[str]:
    for block in _BLOCKS:
        for code in block:
            sign = chr(code)
            is_symbol = unicodedata.category(sign) == "So" and unicodedata.east_asian_width(sign) == "W"
            if is_symbol and sign not in _NEED_ASKING:
                yield sign
    for sign in _NEED_ASKING:
        # One that this Python calls wide is drawn in colour by itself.
        yield sign if unicodedata.east_asian_width(sign) == "W" else sign + _AS_EMOJI
