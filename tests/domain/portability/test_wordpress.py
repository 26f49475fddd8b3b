"""A blog becomes draft cases of a team: all or nothing of each, never twice, and it can be taken back."""

import io
from collections.abc import Callable

import pytest
from tests.factories.wxr import comment, export, post

from openrounds.accounts.models import Account, TeamMembership, TeamRight
from openrounds.core.errors import NotFound
from openrounds.portability.models import Import, ImportedCase
from openrounds.portability.report import Outcome, Unwanted
from openrounds.portability.undoing import undo_import
from openrounds.portability.wordpress import taking
from openrounds.portability.wordpress.plan import By
from openrounds.portability.wordpress.reading import Unreadable
from openrounds.portability.wordpress.taking import Report, Wishes, take_export
from openrounds.posts.models import Post
from openrounds.rounds.actions import edit_step, open_round
from openrounds.rounds.drafts import StepDraft
from openrounds.rounds.models import ArchivedComment, Kind, Round, State, Step

PICTURE = '<img src="https://cells.example/film.png" alt="A blood film">'
BLOG = export(
    post(
        2,
        "The film",
        f"<p>Small <b>pale</b> cells.</p>{PICTURE}",
        comments=(comment(5, "Iron!"), comment(6, "Why?", by="Ada", parent=5)),
    ),
    post(1, "A tired teacher", "<p>She is 34.</p><script>alert(1)</script>"),
    post(3, "Bruises", category="Case 2", comments=(comment(7, "Buy now", approved="spam"),)),
    post(4, "About us", kind="page", category=""),
)

Take = Callable[..., Report]


@pytest.fixture
def team(alice: Account) -> Account:
    account = Account.objects.create(username="haemteam", display_name="Haem Team", is_team=True)
    TeamMembership.objects.create(team=account, member=alice, right=TeamRight.OWNER)
    return account


@pytest.fixture
def take(team: Account) -> Take:
    def run(data: bytes = BLOG, *, trial: bool = False, **wishes: object) -> Report:
        wanted = Wishes(host=team, hashtag="HaemRounds", base_url="http://testserver", **wishes)  # type: ignore[arg-type]
        return take_export(io.BytesIO(data), "blog.xml", wanted, trial=trial, advance=lambda _: None)

    return run


def outcomes(report: Report) -> dict[tuple[str, str], Outcome]:
    return {(entry.what, entry.id): entry.outcome for entry in report.lines if entry.what != "picture"}


def test_blog_becomes_draft_cases_of_the_team(take: Take, team: Account) -> None:
    report = take()
    case = Round.objects.get(title="Case 1")
    assert (case.host, case.kind, case.state, case.basis) == (team, Kind.CASE, State.DRAFT, "")
    assert (case.language, case.licence, case.hashtag.name) == ("en-GB", "all-rights", "haemrounds")
    assert case.intro == "*First published on [Red & White Cells](https://cells.example)*"
    assert [step.title for step in case.steps.all()] == ["A tired teacher", "The film"]
    assert [made.slug for made in report.cases] == [case.slug, Round.objects.get(title="Case 2").slug]
    assert not Post.objects.exists()


def test_stage_is_markdown_that_says_who_wrote_it_and_where(take: Take) -> None:
    take()
    step = Step.objects.get(title="The film")
    assert step.text == "Small **pale** cells.\n\n*Dr Mira Tal, [2012-03-03](https://cells.example/2/)*"
    assert "alert" not in Step.objects.get(title="A tired teacher").text


def test_comments_come_as_written_and_make_nobody_an_account(take: Take) -> None:
    accounts = set(Account.objects.values_list("pk", flat=True))
    take()
    first, second = ArchivedComment.objects.order_by("said_at")
    assert (first.author_name, first.text, first.parent) == ("Otto", "Iron!", None)
    assert (second.author_name, second.text, second.parent) == ("Ada", "Why?", first)
    assert first.step == second.step == Step.objects.get(title="The film")
    assert set(Account.objects.values_list("pk", flat=True)) == accounts


def test_every_item_is_reported_as_taken_or_left(take: Take) -> None:
    report = take()
    assert outcomes(report) == {
        ("post", "1"): Outcome.TAKEN,
        ("post", "2"): Outcome.TAKEN,
        ("post", "3"): Outcome.TAKEN,
        ("page", "4"): Outcome.LEFT,
        ("comment", "5"): Outcome.TAKEN,
        ("comment", "6"): Outcome.TAKEN,
        ("comment", "7"): Outcome.LEFT,
    }
    [picture] = report.pictures
    assert (picture.url, picture.description) == ("https://cells.example/film.png", "A blood film")
    assert (picture.case, picture.stage) == ("Case 1", "2. The film")
    assert len(Import.objects.get(pk=report.run).report["lines"]) == len(report.lines)


def test_files_that_a_stage_showed_are_listed_to_be_fetched(take: Take) -> None:
    def file(number: int, parent: int, url: str) -> str:
        more = f"<wp:attachment_url>{url}</wp:attachment_url>"
        made = post(number, f"File {number}", "", kind="attachment", status="inherit", category="", more=more)
        return made.replace("<wp:post_parent>0<", f"<wp:post_parent>{parent}<")

    shows = post(1, "A film", f'{PICTURE}[gallery columns="2" ids="11,12"]Words.')
    own = file(13, 1, "https://cells.example/film.png")
    report = take(
        export(shows, file(11, 0, "https://cells.example/a.png"), own, file(14, 0, "https://e.org/b.png"))
    )
    assert {entry.id: entry.why for entry in report.lines if entry.what == "attachment"} == {
        "11": "to be fetched by hand: “Case 1”, 1. A film",
        "13": "listed with the stage that shows it",
        "14": "no stage shows it",
    }
    assert [picture.url for picture in report.pictures] == [
        "https://cells.example/film.png",
        "https://cells.example/a.png",
    ]


def test_trial_says_the_same_and_makes_nothing(take: Take) -> None:
    trial = take(trial=True)
    assert (trial.run, Round.objects.count(), Import.objects.count()) == (None, 0, 0)
    report = take()
    assert trial.lines == report.lines
    assert [(case.title, case.stages, case.comments) for case in trial.cases] == [
        ("Case 1", 2, 2),
        ("Case 2", 1, 0),
    ]


def test_same_file_twice_makes_nothing_twice(take: Take) -> None:
    first, second = take(), take()
    assert Round.objects.count() == 2
    assert (second.run, second.cases) == (None, [])
    assert Import.objects.count() == 1
    assert set(outcomes(second).values()) == {Outcome.LEFT}
    assert len(second.lines) == len(first.lines) - len(first.pictures)


def test_new_case_of_a_later_export_is_taken_alone(take: Take) -> None:
    take(export(post(1, "A tired teacher")))
    report = take()
    assert [case.title for case in report.cases] == ["Case 2"]
    assert Round.objects.count() == 2


def test_post_is_cut_at_its_headings(take: Take) -> None:
    content = "<p>Tired.</p><h2>Count</h2><p>Hb 72</p><h2>Film</h2><p>Pale.</p>"
    take(export(post(9, "A teacher", content, comments=(comment(1, "Iron!"),))), by=By.HEADINGS)
    case = Round.objects.get(title="A teacher")
    assert [step.title for step in case.steps.all()] == ["A teacher", "Count", "Film"]
    assert ArchivedComment.objects.get().step == case.steps.get(position=3)


def test_file_that_breaks_off_makes_nothing(take: Take) -> None:
    with pytest.raises(Unreadable, match="Line"):
        take(BLOG[:-60])
    assert (Round.objects.count(), Import.objects.count()) == (0, 0)


def test_case_that_fails_half_way_is_not_there_and_the_next_try_makes_it(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(taking, "_keep_comments", broken)
        with pytest.raises(OSError, match="full"):
            take()
    assert (Round.objects.count(), Step.objects.count()) == (0, 0)
    take()
    assert Round.objects.count() == 2


def test_second_of_two_runs_at_once_makes_nothing_twice(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = taking._keep_comments

    def meanwhile(round: Round, step: Step, item: object) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(taking, "_keep_comments", keep)
            take(export(post(1, "A tired teacher")))
        keep(round, step, item)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "_keep_comments", meanwhile)
    report = take(export(post(1, "A tired teacher")))
    assert report.cases == []
    assert "another import" in report.lines[0].why


@pytest.mark.parametrize("wishes", [{"hashtag": "#123"}, {"licence": "mine"}])
def test_wish_that_cannot_be_is_refused_before_anything_is_read(
    team: Account, wishes: dict[str, str]
) -> None:
    given = {"host": team, "hashtag": "HaemRounds", "base_url": "http://testserver"}
    wanted = Wishes(**given | wishes)  # type: ignore[arg-type]
    with pytest.raises(Unwanted):
        take_export(io.BytesIO(BLOG), "blog.xml", wanted, trial=False, advance=lambda _: None)
    assert not Import.objects.exists()


# ---------------------------------------------------------------------------------------------------------------- undoing
def test_undo_leaves_nothing(take: Take) -> None:
    run = take().run
    assert run is not None
    assert [case.kept for case in undo_import(run, edited_too=False)] == ["", ""]
    assert (Round.objects.count(), Step.objects.count(), ArchivedComment.objects.count()) == (0, 0, 0)
    assert Import.objects.get().undone_at is not None
    assert undo_import(run, edited_too=False) == []


def test_what_was_undone_can_be_taken_again(take: Take) -> None:
    run = take().run
    assert run is not None
    undo_import(run, edited_too=False)
    assert len(take().cases) == 2


def test_undo_keeps_what_somebody_has_worked_on_unless_it_is_meant(take: Take, alice: Account) -> None:
    run = take().run
    assert run is not None
    step = Step.objects.select_related("round").get(title="Bruises")
    edit_step(step, StepDraft(text="Better."), None, editor_id=alice.pk)
    kept = {case.title: case.kept for case in undo_import(run, edited_too=False)}
    assert kept == {"Case 1": "", "Case 2": "somebody has worked on it since"}
    assert Import.objects.get().undone_at is None
    undo_import(run, edited_too=True)
    assert not ImportedCase.objects.exists()


def test_undo_keeps_what_is_published(take: Take) -> None:
    run = take().run
    assert run is not None
    Round.objects.filter(title="Case 2").update(basis="fictional", specialty="Hematology", level="student")
    open_round(Round.objects.get(title="Case 2"))
    kept = {case.title: case.kept for case in undo_import(run, edited_too=True)}
    assert kept["Case 2"].startswith("it is open")
    assert Round.objects.get().state == State.OPEN


def test_undo_of_what_never_was_says_so(db: None) -> None:
    with pytest.raises(NotFound):
        undo_import(1, edited_too=False)
