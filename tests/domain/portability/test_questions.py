"""Questions of a file become steps of a draft: none twice, nothing published, and back again.

Keys go to those who may read them.
"""

import io
from collections.abc import Callable

import pytest
from tests.conftest import step
from tests.factories.uploads import photo

from openrounds.accounts.models import Account, TeamMembership
from openrounds.core.errors import NotFound
from openrounds.media.models import HeldFile, MediaFile
from openrounds.portability.access import access_import
from openrounds.portability.models import Import
from openrounds.portability.questions import collecting
from openrounds.portability.questions.cells import write_csv
from openrounds.portability.questions.qti_writing import write_package
from openrounds.portability.questions.question import Choice, Picture, Question
from openrounds.portability.questions.taking import Report, Wishes, take_questions
from openrounds.portability.report import Outcome, Unwanted
from openrounds.portability.undoing import undo_import
from openrounds.posts.actions import Author, delete_post, vote
from openrounds.posts.models import Post
from openrounds.rounds import actions, models
from openrounds.rounds.drafts import OptionDraft, QuestionDraft, StepDraft
from openrounds.rounds.models import Licence, Round, State, Step

RING = Question(
    key="ring",
    title="A blue ring",
    text="Cells of the **marrow**.",
    prompt="What is the ring made of?",
    choices=(
        Choice("Iron", True, "Around the nucleus", "10.1111/bjh.19026"),
        Choice("Lead", False, "Stippling"),
    ),
)
LONG = Question(
    key="long",
    prompt="What is done first?",
    choices=(Choice("Take blood cultures, " * 6 + "then give an antibiotic", True), Choice("Wait")),
)
KEYLESS = Question(key="none", prompt="Who knows?", choices=(Choice("I"), Choice("You")))

LETTERED = "Its options are longer than a poll's; they stand in the text, each with its letter"

Take = Callable[..., Report]


@pytest.fixture
def take(alice: Account, team: Account) -> Take:
    def run(data: bytes | list[Question], *, trial: bool = False, **wishes: object) -> Report:
        file = data if isinstance(data, bytes) else "".join(write_csv(data)).encode()
        wanted = {"host": team, "editor": alice, "base_url": "http://testserver", "title": "Rings"}
        wanted |= {"hashtag": "HaemRounds", **wishes}
        return take_questions(io.BytesIO(file), "file.csv", Wishes(**wanted), trial=trial)  # type: ignore[arg-type]

    return run


def whys(report: Report) -> list[tuple[str, str, Outcome, str]]:
    return [(entry.what, entry.id, entry.outcome, entry.why) for entry in report.lines]


# ------------------------------------------------------------------------------------------------------------------ taking in
def test_questions_become_steps_of_a_new_draft_that_nobody_else_sees(take: Take, team: Account) -> None:
    report = take([RING, LONG, KEYLESS])
    made = Round.objects.get()
    assert (made.title, made.state, made.host, made.licence) == (
        "Rings",
        State.DRAFT,
        team,
        Licence.ALL_RIGHTS,
    )
    first, second = made.steps.select_related("question")
    assert (first.title, first.text, first.question.text) == (RING.title, RING.text, RING.prompt)
    assert [(o.title, o.right, o.explanation, o.reference) for o in first.question.options.all()] == [
        ("Iron", True, "Around the nucleus", "10.1111/bjh.19026"),
        ("Lead", False, "Stippling", ""),
    ]
    assert [option.title for option in second.question.options.all()] == ["A", "B"]
    assert "- **A** Take blood cultures" in second.text
    assert whys(report) == [
        ("question", "none", Outcome.LEFT, "Say which option is right"),
        ("question", "ring", Outcome.TAKEN, "Step 1 of: Rings"),
        ("question", "long", Outcome.TAKEN, "Step 2 of: Rings"),
        (
            "options",
            "long",
            Outcome.TAKEN,
            "Its options are longer than a poll's; they stand in the text, each with its letter",
        ),
    ]
    assert not Post.objects.exists()


def test_trial_says_the_same_and_makes_nothing(take: Take) -> None:
    trial = take([RING, LONG, KEYLESS], trial=True)
    assert not Round.objects.exists()
    assert not Import.objects.exists()
    assert whys(trial) == whys(take([RING, LONG, KEYLESS]))


def test_questions_go_behind_those_of_a_draft_and_none_twice(
    take: Take, make_case: Callable[..., Round]
) -> None:
    draft = make_case(2)
    take([RING], into=draft)
    again = take([RING, LONG], into=draft)
    assert [each.title for each in draft.steps.all()] == ["Stage 1", "Stage 2", "A blue ring", ""]
    assert whys(again)[0] == ("question", "ring", Outcome.LEFT, "It is there already as step 3")


def test_same_file_makes_no_second_draft(take: Take) -> None:
    first = take([RING])
    again = take([RING], title="Other")
    assert Round.objects.count() == 1
    assert whys(again) == [("question", "ring", Outcome.LEFT, f"Taken before by import {first.run}")]
    assert again.run is None
    assert Import.objects.count() == 1


def test_more_than_a_round_holds_goes_into_a_second_draft(
    take: Take, make_case: Callable[..., Round]
) -> None:
    many = [Question(key=f"q{n}", prompt=f"No. {n}?", choices=RING.choices) for n in range(32)]
    assert [(made.title, made.questions) for made in take(many).rounds] == [("Rings", 30), ("Rings (2)", 2)]
    into = take(many, into=make_case(29))
    assert [why for _, _, outcome, why in whys(into) if outcome == Outcome.LEFT] == [
        "A round has at most 30 steps"
    ] * 31


def test_pictures_are_taken_out_of_sight_and_bad_ones_are_left(take: Take, alice: Account) -> None:
    shown = Question(
        key="p", prompt="What?", choices=RING.choices,
        pictures=(Picture("film.jpg", "A film"), Picture("gone.jpg"), Picture("note.txt")),
    )  # fmt: skip
    out = io.BytesIO()
    files = {"film.jpg": photo(), "gone.jpg": b"\xff\xd8\xff broken", "note.txt": b"words"}
    write_package(out, [shown], files.get)
    report = take(out.getvalue())
    [picture] = Step.objects.get().pictures.all()
    assert picture.media.description == "A film"
    assert HeldFile.objects.filter(name=picture.media.name).exists()
    outcomes = [(e.title, e.outcome) for e in report.lines if e.what == "picture"]
    assert outcomes == [
        ("images/film.jpg", Outcome.TAKEN),
        ("images/gone.jpg", Outcome.LEFT),
        ("images/note.txt", Outcome.LEFT),
    ]
    assert MediaFile.objects.filter(owner=alice).count() == 0


def test_no_more_pictures_are_taken_than_wished(take: Take) -> None:
    two = Question(
        key="p", prompt="What?", choices=RING.choices, pictures=(Picture("a.jpg"), Picture("b.jpg"))
    )
    out = io.BytesIO()
    write_package(out, [two], lambda _: photo())
    lines = take(out.getvalue(), pictures=1).lines
    assert [entry.why for entry in lines if entry.what == "picture"] == [
        "",
        "More pictures than are taken at once; add it by hand",
    ]


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"title": " "}, "needs a title"),
        ({"hashtag": "two words"}, "no hashtag: two words"),
        ({"licence": "WTFPL"}, "no such licence"),
        ({"kind": "party"}, "no such kind"),
    ],
    ids=["title", "hashtag", "licence", "kind"],
)
def test_what_makes_no_draft_is_refused_and_nothing_is_made(
    take: Take, wishes: dict[str, str], why: str
) -> None:
    with pytest.raises(Unwanted, match=why):
        take([RING], **wishes)
    assert not Round.objects.exists()
    assert not Import.objects.exists()


def test_what_runs_takes_no_questions_in(take: Take, running: Round) -> None:
    with pytest.raises(Unwanted, match="into a draft"):
        take([RING], into=running)


# ----------------------------------------------------------------------------------------------------------------- taking back
def test_import_is_taken_back_but_for_what_was_worked_on(
    take: Take, alice: Account, make_case: Callable[..., Round]
) -> None:
    draft = make_case(1)
    run = take([RING, LONG], into=draft).run
    assert run is not None
    actions.edit_step(step(draft, 2), StepDraft(title="Mine now"), None, editor_id=alice.pk)
    done = undo_import(run, edited_too=False)
    assert [(each.title, bool(each.kept)) for each in done] == [
        ("A man with bruises, 3", False),
        ("A man with bruises, Mine now", True),
    ]
    assert [each.title for each in draft.steps.all()] == ["Stage 1", "Mine now"]
    undo_import(run, edited_too=True)
    assert [each.title for each in draft.steps.all()] == ["Stage 1"]
    assert Import.objects.get(pk=run).undone_at is not None


def test_new_draft_goes_as_a_whole(take: Take) -> None:
    run = take([RING, LONG]).run
    assert run is not None
    assert [each.kept for each in undo_import(run, edited_too=False)] == [""]
    assert not Round.objects.exists()
    assert take([RING]).run is not None


def test_what_is_scheduled_stays(take: Take, make_case: Callable[..., Round]) -> None:
    draft = make_case(1)
    run = take([RING], into=draft).run
    assert run is not None
    actions.schedule_round(draft, None)
    assert [each.kept for each in undo_import(run, edited_too=True)] == ["its round is scheduled"]
    assert draft.steps.count() == 2


def test_import_is_looked_at_by_those_who_run_what_it_made(
    take: Take, alice: Account, bob: Account, charlie: Account, team: Account, make_case: Callable[..., Round]
) -> None:
    draft = make_case(1)
    run = take([RING], into=draft).run
    assert run is not None
    actions.set_facilitators(draft, [charlie.pk])
    assert access_import(alice.pk, run) == access_import(charlie.pk, run)
    with pytest.raises(NotFound):
        access_import(bob.pk, run)


# -------------------------------------------------------------------------------------------------------------- taking along
@pytest.fixture
def asked(bob: Account) -> int:
    """A question of Bob's, as a post."""
    options = [OptionDraft(title="Iron", right=True, explanation="Secret"), OptionDraft(title="Lead")]
    return actions.ask_question(Author(bob), QuestionDraft(text="Which?", options=options)).pk


def test_own_questions_are_those_of_posts_teams_and_rounds(
    take: Take, alice: Account, bob: Account, charlie: Account, team: Account, asked: int,
    make_case: Callable[..., Round],
) -> None:  # fmt: skip
    draft = make_case(1)
    take([RING], into=draft)
    actions.set_facilitators(draft, [charlie.pk])
    for account, prompts in ((alice, [RING.prompt]), (charlie, [RING.prompt]), (bob, ["Which?"])):
        assert [each.prompt for each in collecting.own(account.pk)] == prompts
        assert collecting.count_own(account.pk) == 1
    assert collecting.of_round(alice.pk, draft.pk) == collecting.own(alice.pk)
    with pytest.raises(NotFound):
        collecting.of_round(bob.pk, draft.pk)
    TeamMembership.objects.filter(member=alice).delete()
    assert collecting.own(alice.pk) == []


def test_what_was_taken_in_comes_out_as_it_was(take: Take, alice: Account) -> None:
    take([RING])
    [back] = collecting.own(alice.pk)
    assert (back.title, back.text, back.prompt, back.choices) == (
        RING.title, RING.text, RING.prompt, RING.choices,
    )  # fmt: skip


def test_key_goes_to_whoever_has_answered_and_to_nobody_before(
    asked: int, alice: Account, bob: Account, charlie: Account, run_jobs: Callable[[], int]
) -> None:
    run_jobs()
    poll = Post.objects.get(account=bob).poll
    for viewer in (None, alice.pk, charlie.pk):
        with pytest.raises(NotFound):
            collecting.one(viewer, asked)
    vote(charlie.pk, poll.pk, [1])
    assert collecting.one(charlie.pk, asked)[0].choices[0].explanation == "Secret"
    assert collecting.one(bob.pk, asked) == collecting.one(charlie.pk, asked)
    with pytest.raises(NotFound):
        collecting.one(alice.pk, asked)


def test_question_of_a_deleted_post_is_gone(asked: int, bob: Account) -> None:
    delete_post(bob.pk, Post.objects.get(account=bob).pk)
    assert collecting.own(bob.pk) == []
    assert not models.Question.objects.exists()


def test_collecting_costs_the_same_for_one_and_for_many(
    take: Take, alice: Account, django_assert_num_queries: Callable[..., object]
) -> None:
    take([RING])
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        collecting.own(alice.pk)
    take([Question(key=f"q{n}", prompt=f"No. {n}?", choices=RING.choices) for n in range(20)], title="More")
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        assert len(collecting.own(alice.pk)) == 21
