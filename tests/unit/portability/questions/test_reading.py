"""A file of questions, whatever it is: what is in it is told, and what is wrong with it in words."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.questions import package

from openrounds.portability.questions import reading
from openrounds.portability.questions.question import Choice, Question, Unreadable
from openrounds.portability.questions.reading import Sheet, opened
from openrounds.portability.report import Line, Outcome

ONE = Question(key="q1", title="T", prompt="What?", choices=(Choice("A cell", right=True), Choice("A worm")))
OTHER = Question(key="q2", title="U", prompt="Where?", choices=(Choice("Here", right=True), Choice("There")))
TABLE = "question;A;B;C;answer;explanation\nWhich?;Iron;Lead;Tin;{key};Why\n"


def read(data: bytes | str) -> Sheet:
    with opened(io.BytesIO(data.encode() if isinstance(data, str) else data)) as sheet:
        return sheet


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("key", "right"),
    [("B", {1}), ("b.", {1}), ("2", {1}), ("lead", {1}), ("A, C", {0, 2}), ("1;3", {0, 2}), ("A C", {0, 2})],
    ids=["letter", "letter with a dot", "number", "words", "letters", "numbers", "apart by spaces"],
)
def test_answer_is_given_by_letter_number_or_words(key: str, right: set[int]) -> None:
    [question] = read(TABLE.replace(";", ",").format(key=f'"{key}"')).questions
    assert {n for n, choice in enumerate(question.choices) if choice.right} == right
    assert question.multiple == (len(right) > 1)
    assert question.choices[min(right)].explanation == "Why"


def test_semicolons_tabs_and_marks_of_order_are_understood() -> None:
    plain = TABLE.format(key="A")
    tabs = plain.replace(";", "\t")
    for data in (plain.encode(), tabs.encode(), b"\xef\xbb\xbf" + plain.encode(), tabs.encode("utf-16")):
        assert [c.title for c in read(data).questions[0].choices] == ["Iron", "Lead", "Tin"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Which?;;;;A;", "It has no options"),
        ("Which?;Iron;Lead;;C;", "Its answer names no option: C"),
        ("Which?;2;1;;1;", "Its answer may be read in two ways: 1"),
    ],
    ids=["no options", "no such option", "two ways"],
)
def test_row_that_is_unclear_is_left_and_named_by_its_line(row: str, why: str) -> None:
    sheet = read(TABLE.format(key="A") + row)
    assert len(sheet.questions) == 1
    assert sheet.left == [Line("question", "row-3", "Which?", Outcome.LEFT, why)]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "does not name the columns"),
        (b"name,mail\nA,b@c\n", "does not name the columns"),
        (b"question,A,B\n\xe4,1,2\n", "not UTF-8"),
        (b'question,A,B\n"open,1,2\n', "Line 2 cannot be read"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (b"PK\x03\x04 this is none", "ZIP file is damaged"),
        (b"<html><p>Hi</html>", "no well-formed XML"),
        (b"#separator:tab\n#html:true\n", "no question in it"),
        (b"#separator:fish\na\tb\n", "sign between its columns"),
        (b"#separator:tab\n#columns:Front\tBack\na\tb\n", "not those of a multiple-choice question"),
        (zipped(collection__anki2=b"SQLite"), "Decks of Anki are not read"),
        (zipped(**{"[Content_Types]__xml": b"<Types/>"}), "Workbooks are not read"),
        (zipped(readme__txt=b"Hi"), "no question in it"),
    ],
    ids=lambda value: value[:28] if isinstance(value, str) else "",
)
def test_file_that_is_something_else_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(data)


def test_note_of_another_kind_is_left() -> None:
    sheet = read("#separator:tab\n#html:true\nFront\tBack\n")
    assert [entry.why for entry in sheet.left] == ["It has no options"]


def test_package_without_manifest_is_read_by_its_items() -> None:
    inside = ZipFile(io.BytesIO(package([ONE]))).read("items/q1.xml")
    assert read(zipped(b__xml=inside, a__txt=b"notes")).questions == [ONE]


def test_what_the_manifest_names_and_nobody_packed_is_left() -> None:
    manifest = ZipFile(io.BytesIO(package([ONE]))).read("imsmanifest.xml")
    sheet = read(zipped(imsmanifest__xml=manifest))
    assert [entry.why for entry in sheet.left] == ["The manifest names it, but it is not there"]


def test_picture_outside_of_the_package_is_none() -> None:
    source = ZipFile(io.BytesIO(package([ONE]))).read("items/q1.xml")
    outside = source.replace(b"<itemBody>", b'<itemBody><img src="../../../etc/passwd" alt=""/>')
    with opened(io.BytesIO(zipped(x__xml=outside))) as sheet:
        [picture] = sheet.questions[0].pictures
        assert sheet.picture(picture.name) is None


def test_bomb_is_refused_before_it_goes_off() -> None:
    bomb = zipped(a__xml=b"<a>" + b" " * 40_000_000 + b"</a>")
    assert len(bomb) < 100_000
    assert [entry.why for entry in read(bomb).left] == ["A file of the package is too large: a.xml"]


def test_package_that_unpacks_to_too_much_is_left_from_there_on(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = package([ONE, OTHER])
    manifest = ZipFile(io.BytesIO(whole)).getinfo("imsmanifest.xml").file_size
    first = ZipFile(io.BytesIO(whole)).getinfo("items/q1.xml").file_size
    monkeypatch.setattr(reading, "_LARGEST_PACKAGE", manifest + first + 100)
    sheet = read(whole)
    assert sheet.questions == [ONE]
    assert [entry.why for entry in sheet.left] == ["A file of the package is too large: items/q2.xml"]


def test_package_of_too_many_files_is_refused() -> None:
    with pytest.raises(Unreadable, match="at most 4000 files"):
        read(zipped(**{f"f{n}": b"" for n in range(4001)}))


def test_file_of_too_many_questions_is_refused() -> None:
    row = TABLE.format(key="A").split("\n")[1] + "\n"
    with pytest.raises(Unreadable, match="more than 500 questions"):
        read(TABLE.format(key="A") + row * 500)


def outcome(data: bytes) -> str:
    """What is in it in a word, or why it cannot be read."""
    try:
        sheet = read(data)
    except Unreadable as problem:
        return str(problem)
    return "questions" if sheet.questions else "left" if sheet.left else ""


@given(st.binary(max_size=200), st.integers(0, 3000))
@settings(deadline=None, max_examples=60)
def test_damaged_package_is_refused_or_read_and_never_an_accident(noise: bytes, place: int) -> None:
    data = package([ONE])
    assert outcome(data[:place] + noise + data[place + len(noise) :])


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=60)
def test_any_text_is_refused_or_read_and_never_an_accident(text: str) -> None:
    for start in ("", "question,A,B,answer\n", "#separator:tab\n#html:true\n", "<assessmentItem>"):
        assert outcome(start.encode() + text.encode(errors="replace"))
