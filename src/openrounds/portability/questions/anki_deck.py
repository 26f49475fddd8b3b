"""Questions as a deck that Anki opens (.apkg), with their pictures. Writing only; built with genanki (MIT).

genanki's own `write_to_file` leaves its database, and so every key, in the directory for temporary files: the database is
made in memory here instead.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from html import escape
from itertools import count
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import genanki

from openrounds.core.markdown import render_markdown
from openrounds.portability.questions.anki_text import FIELDS, NOTE_TYPE
from openrounds.portability.questions.columns import row_of
from openrounds.portability.questions.plain import as_html
from openrounds.portability.questions.question import LETTERS, Question

# Drawn once at random, as Anki asks for: by it Anki knows notes of this type again. A change of FIELDS needs another.
_NOTE_TYPE_ID: Final = 1_764_802_913
_DECKS: Final = 2_000_000_000

_OPTION: Final = """{{{{#option {n}}}}}<li>{{{{option {n}}}}}</li>{{{{/option {n}}}}}"""
_KEY: Final = (
    """{{{{#option {n}}}}}<li class="{{{{right {n}}}}}">{{{{option {n}}}}}"""
    """{{{{#right {n}}}}} <b>✓</b>{{{{/right {n}}}}}"""
    """<div class="why">{{{{explanation {n}}}}}</div><div class="where">{{{{reference {n}}}}}</div>"""
    """</li>{{{{/option {n}}}}}"""
)
_ASKED: Final = (
    """<div class="text">{{text}}</div>{{pictures}}<p class="question">{{question}}</p>"""
    """{{#several}}<p class="several">Several answers may be chosen.</p>{{/several}}"""
)
_STYLE: Final = """.card { font-family: sans-serif; font-size: 18px; line-height: 1.45; }
.card { max-width: 40em; margin: 0 auto; padding: 0.5em; }
.question { font-weight: bold; }
.several, .where { color: #777; font-size: 0.85em; }
ol { list-style: upper-alpha; padding-left: 1.6em; }
li { margin: 0.5em 0; }
.back li.right { font-weight: bold; }
.why { font-weight: normal; }
img { max-width: 100%; height: auto; }
table { border-collapse: collapse; }
td, th { border: 1px solid #999; padding: 0.2em 0.5em; text-align: left; }
"""


def write_deck(
    out: IO[bytes],
    questions: Sequence[Question],
    open_picture: Callable[[str], bytes | None],
    *,
    name: str,
    number: int,
    at: float,
) -> None:
    """Writes the package. `number` tells decks apart that have one `name`; `at` in seconds since 1970.

    A later file with the same questions changes the notes that were imported before, and keeps how they were learned.
    """
    deck = genanki.Deck(_DECKS + number % 10**9, name)
    shown: list[str] = []
    for question in questions:
        pictures = [(p, _file_name(p.name)) for p in question.pictures]
        deck.add_note(_note(question, "".join(_image(name, p.description) for p, name in pictures)))
        shown += [picture.name for picture, _ in pictures]
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", _database(deck, at))
        _write_pictures(archive, dict.fromkeys(shown), open_picture)


def _note_type() -> genanki.Model:
    front = f"<div>{_ASKED}<ol>{''.join(_OPTION.format(n=n) for n in range(1, len(LETTERS) + 1))}</ol></div>"
    back = f'<div class="back">{_ASKED}<ol>{"".join(_KEY.format(n=n) for n in range(1, len(LETTERS) + 1))}</ol></div>'
    return genanki.Model(
        _NOTE_TYPE_ID,
        NOTE_TYPE,
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "MCQ", "qfmt": front, "afmt": back}],
        css=_STYLE,
        sort_field_index=FIELDS.index("question"),
    )


def _note(question: Question, pictures: str) -> genanki.Note:
    row = row_of(question)
    cells = {name: as_html(cell) for name, cell in row.items()}
    cells |= {"text": render_markdown(question.text), "pictures": pictures}
    values = [cells[name] for name in FIELDS]
    return genanki.Note(_TYPE, values, guid=genanki.guid_for(NOTE_TYPE, question.key))


def _database(deck: genanki.Deck, at: float) -> bytes:
    database = sqlite3.connect(":memory:")
    try:
        genanki.Package(deck).write_to_db(database.cursor(), at, count(int(at * 1000)))
        database.commit()
        return database.serialize()
    finally:
        database.close()


def _file_name(name: str) -> str:
    """Anki keeps the pictures of all decks in one folder."""
    return f"openrounds-{name}"


def _image(name: str, description: str) -> str:
    return f'<img src="{escape(name)}" alt="{escape(description)}">'


def _write_pictures(
    archive: ZipFile, names: Iterable[str], open_picture: Callable[[str], bytes | None]
) -> None:
    """Each under a number, and last what the numbers are called. What the store has lost is left out."""
    archive.compression = ZIP_STORED
    told: dict[str, str] = {}
    for name in names:
        data = open_picture(name)
        if data is not None:
            number = str(len(told))
            archive.writestr(number, data)
            told[number] = _file_name(name)
    archive.writestr("media", json.dumps(told))


_TYPE: Final = _note_type()
