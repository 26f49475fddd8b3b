"""A question that is written in any format and read again is the same question."""

import io
import json
import re
import sqlite3
from zipfile import ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.questions import anki_text, deck, notes_of, package

from openrounds.core.markdown import render_markdown
from openrounds.portability.questions.cells import write_csv
from openrounds.portability.questions.question import Choice, Picture, Question, tidy
from openrounds.portability.questions.reading import opened

LETTERS = st.characters(exclude_categories=("Cs",))
LINE = st.text(LETTERS, max_size=30)
SIGNS = st.text("<>&'\"=+-@;,\t| \\*_`#[]äß∆ab1", min_size=1, max_size=15)
WORDS = st.text("abcäβ1,;:&<>", min_size=1, max_size=12).filter(lambda text: text.strip())
PARAGRAPH = st.one_of(
    WORDS.map(lambda text: f"Seen: {text} end"),
    WORDS.map(lambda text: f"Very **ill{text}ill** indeed"),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda items: "\n".join(f"- on {i} so" for i in items)),
    st.just("| Test | Value |\n| --- | --- |\n| Hb | 72 |"),
    st.just("[the film](https://films.example/1)"),
)


def named(choices: list[Choice]) -> tuple[Choice, ...]:
    """As an author leaves them: no option blank, none twice, one or more right."""
    made = [c for n, c in enumerate(choices) if c.title not in [other.title for other in choices[:n]]]
    spare = [Choice("Yes"), Choice("No")]
    made = (made + [c for c in spare if c.title not in [m.title for m in made]])[: max(2, len(made))]
    first = made[0]
    return (Choice(first.title, True, first.explanation, first.reference), *made[1:])


CHOICE = st.builds(Choice, st.one_of(LINE, SIGNS), st.booleans(), st.one_of(LINE, SIGNS), SIGNS)
CHOICES = st.lists(CHOICE, min_size=2, max_size=8).map(
    lambda found: named([c for c in tidy(made(found)).choices if c.title])
)


def made(choices: list[Choice]) -> Question:
    return Question(key="q", prompt="?", choices=tuple(choices))


def tidy_prompt(text: str) -> str:
    return tidy(Question(key="q", prompt=text, choices=())).prompt


QUESTIONS = st.builds(
    Question,
    key=st.integers(1, 10**18).map(lambda n: f"q{n}"),
    prompt=st.one_of(LINE, SIGNS).filter(tidy_prompt),
    choices=CHOICES,
    title=LINE,
    text=st.lists(PARAGRAPH, max_size=3).map("\n\n".join),
    multiple=st.booleans(),
).map(
    lambda q: tidy(
        Question(
            key=q.key,
            prompt=q.prompt,
            choices=q.choices,
            title=q.title,
            text=q.text,
            multiple=q.multiple or sum(c.right for c in q.choices) > 1,
        )
    )
)


def read(data: bytes) -> list[Question]:
    with opened(io.BytesIO(data)) as sheet:
        return sheet.questions


def same(found: list[Question], meant: list[Question]) -> bool:
    """The Markdown of a text may be written in another way, but reads the same; lists come close together."""
    texts = [shape(question.text) for question in found]
    assert texts == [shape(question.text) for question in meant]
    assert [plain(question) for question in found] == [plain(question) for question in meant]
    return True


def shape(text: str) -> str:
    return re.sub(r"<li>\s*(?:<p>)?(.*?)(?:</p>)?\s*</li>", r"<li>\1</li>", render_markdown(text))


def plain(question: Question) -> tuple[object, ...]:
    return (question.key, question.title, question.prompt, question.multiple, question.choices)


SOME = st.lists(QUESTIONS, min_size=1, max_size=2, unique_by=lambda question: question.key)


@given(SOME)
@settings(deadline=None, max_examples=40)
def test_csv_gives_back_what_was_written(questions: list[Question]) -> None:
    found = read("".join(write_csv(questions)).encode())
    assert found == questions


@given(SOME)
@settings(deadline=None, max_examples=40)
def test_qti_package_gives_back_what_was_written(questions: list[Question]) -> None:
    assert same(read(package(questions)), [q if q.title else titled(q) for q in questions])


def titled(question: Question) -> Question:
    """An item must have a title: the question's first words, if it has none."""
    values = {name: getattr(question, name) for name in Question.__struct_fields__}
    return tidy(Question(**values | {"title": question.prompt[:80]}))


@given(SOME)
@settings(deadline=None, max_examples=40)
def test_anki_gives_back_what_it_was_given(questions: list[Question]) -> None:
    assert same(read(anki_text(notes_of(deck(questions)))), questions)


def test_pictures_travel_with_qti_and_anki() -> None:
    shown = Question(
        key="q1", prompt="What?", choices=(Choice("A cell", right=True), Choice("A worm")),
        pictures=(Picture("7f.png", "A “film” & more"),),
    )  # fmt: skip
    with opened(io.BytesIO(package([shown]))) as sheet:
        [back] = sheet.questions
        assert back.pictures == (Picture("images/7f.png", "A “film” & more"),)
        assert sheet.picture("images/7f.png") == b"bytes of 7f.png"
    with ZipFile(io.BytesIO(deck([shown]))) as archive:
        assert json.loads(archive.read("media")) == {"0": "openrounds-7f.png"}
        assert archive.read("0") == b"bytes of 7f.png"
    assert 'src="openrounds-7f.png"' in notes_of(deck([shown]))[0][-1]


def test_picture_that_the_store_has_lost_is_left_out() -> None:
    shown = Question(
        key="q1", prompt="What?", choices=(Choice("A", right=True), Choice("B")), pictures=(Picture("x.png"),)
    )
    with opened(io.BytesIO(package([shown], lost=True))) as sheet:
        assert sheet.questions[0].pictures == ()
    assert json.loads(ZipFile(io.BytesIO(deck([shown], lost=True))).read("media")) == {}


def test_deck_learned_before_is_changed_and_not_doubled() -> None:
    """Anki knows a note by its guid and a deck by its id."""
    first = Question(key="q1", prompt="What?", choices=(Choice("A", right=True), Choice("B")))
    later = Question(key="q1", prompt="What then?", choices=(Choice("A", right=True), Choice("B")))
    assert _guids(deck([first])) == _guids(deck([later]))


def _guids(data: bytes) -> list[str]:
    database = sqlite3.connect(":memory:")
    database.deserialize(ZipFile(io.BytesIO(data)).read("collection.anki2"))
    return [guid for (guid,) in database.execute("SELECT guid FROM notes ORDER BY id")]
