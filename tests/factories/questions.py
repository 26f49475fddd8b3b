"""Files of questions, as other programs write and read them."""

import csv
import io
import sqlite3
from collections.abc import Sequence
from zipfile import ZipFile

from openrounds.portability.questions.anki_deck import write_deck
from openrounds.portability.questions.qti_writing import write_package
from openrounds.portability.questions.question import Question


def package(questions: Sequence[Question], *, lost: bool = False) -> bytes:
    """A QTI package of ours."""
    out = io.BytesIO()
    write_package(out, questions, lambda name: None if lost else f"bytes of {name}".encode())
    return out.getvalue()


def deck(questions: Sequence[Question], *, lost: bool = False) -> bytes:
    """A deck of ours."""
    out = io.BytesIO()
    write_deck(
        out,
        questions,
        lambda name: None if lost else f"bytes of {name}".encode(),
        name="Deck",
        number=7,
        at=1.7e9,
    )
    return out.getvalue()


def notes_of(data: bytes) -> list[list[str]]:
    """The fields of a deck's notes, in order."""
    database = sqlite3.connect(":memory:")
    database.deserialize(ZipFile(io.BytesIO(data)).read("collection.anki2"))
    return [fields.split("\x1f") for (fields,) in database.execute("SELECT flds FROM notes ORDER BY id")]


def anki_text(notes: Sequence[Sequence[str]]) -> bytes:
    """What Anki 26.9 writes of them: File, Export, “Notes in Plain Text” with everything ticked."""
    out = io.StringIO()
    out.write("#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n")
    out.write(f"#tags column:{len(notes[0]) + 4}\n")
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows(["guid", "OpenRounds question", "Deck", *fields, ""] for fields in notes)
    return out.getvalue().encode()
