"""`openrounds import`: what an operator sees of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from tests.factories.wxr import comment, export, post

from openrounds.accounts.models import Account
from openrounds.portability.models import Import
from openrounds.rounds.models import Round

Openrounds = Callable[..., Result]


@pytest.fixture
def blog(tmp_path: Path) -> Path:
    path = tmp_path / "blog.xml"
    tea = post(1, "Tea", '<p>Hot.</p><img src="https://e.org/a.png">', comments=(comment(2, "Milk?"),))
    path.write_bytes(export(tea, post(3, "Menu", kind="nav_menu_item")))
    return path


def test_operator_takes_a_blog_in_and_takes_it_back(
    openrounds: Openrounds, alice: Account, blog: Path
) -> None:
    done = openrounds("import", "wordpress", str(blog), "--team", "alice", "--hashtag", "#HaemRounds")
    assert done.exit_code == 0, done.output
    run = Import.objects.get()
    assert "“Case 1”: 1 stages, 1 comments  /rounds/case-1-" in done.stdout
    assert f"openrounds import undo {run.pk}" in done.stdout
    assert "1 of 1 cases there" in openrounds("import", "list").stdout
    assert "“Case 1”: deleted" in openrounds("import", "undo", str(run.pk)).stdout
    assert "undone" in openrounds("import", "list").stdout
    assert not Round.objects.exists()


def test_trial_writes_its_report_and_makes_nothing(
    openrounds: Openrounds, alice: Account, blog: Path, tmp_path: Path
) -> None:
    where = tmp_path / "report.json"
    options = ["--team", "alice", "--hashtag", "Haem", "--dry-run", "--report", str(where)]
    done = openrounds("import", "wordpress", str(blog), *options)
    assert "this was a dry run" in done.stdout
    report = json.loads(where.read_bytes())
    assert [(line["what"], line["outcome"]) for line in report["lines"]] == [
        ("post", "taken"),
        ("comment", "taken"),
        ("picture", "left"),
        ("nav_menu_item", "left"),
    ]
    assert report["pictures"][0]["url"] == "https://e.org/a.png"
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--team", "nobody", "--hashtag", "Haem"], "no account called nobody"),
        (["--team", "alice", "--hashtag", "123"], "is no hashtag"),
        (["--team", "alice", "--hashtag", "Haem", "--licence", "mine"], "CC-BY-4.0"),
    ],
    ids=["team", "hashtag", "licence"],
)
def test_wish_that_cannot_be_is_refused_in_a_line(
    openrounds: Openrounds, alice: Account, blog: Path, options: list[str], words: str
) -> None:
    done = openrounds("import", "wordpress", str(blog), *options)
    assert done.exit_code == 1
    assert words in done.stderr
    assert "Traceback" not in done.output


def test_file_that_is_none_is_refused_with_its_line(
    openrounds: Openrounds, alice: Account, tmp_path: Path
) -> None:
    path = tmp_path / "blog.xml"
    path.write_bytes(export(post(1, "A"))[:-40])
    done = openrounds("import", "wordpress", str(path), "--team", "alice", "--hashtag", "Haem")
    assert done.exit_code == 1
    assert "blog.xml: Line 1" in done.stderr
    assert "breaks off" in done.stderr


def test_undo_of_what_never_was_is_refused(openrounds: Openrounds, db: None) -> None:
    done = openrounds("import", "undo", "7")
    assert done.exit_code == 1
    assert "no import 7" in done.stderr


QUESTIONS = "question,A,B,answer\nWhich?,Iron,Lead,A\nWho knows?,I,You,\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "cells.csv"
    path.write_text(QUESTIONS)
    return path


def test_operator_takes_questions_in_and_takes_them_back(
    openrounds: Openrounds, alice: Account, table: Path, tmp_path: Path
) -> None:
    where, options = tmp_path / "report.json", ["--team", "alice", "--title", "Cells", "--hashtag", "Haem"]
    trial = openrounds("import", "questions", str(table), *options, "--dry-run")
    assert "this was a dry run" in trial.stdout
    assert not Round.objects.exists()
    done = openrounds("import", "questions", str(table), *options, "--report", str(where))
    assert "“Cells”: 1 questions  /rounds/cells-" in done.stdout
    assert [line["why"] for line in json.loads(where.read_bytes())["lines"]] == [
        "Say which option is right",
        "Step 1 of: Cells",
    ]
    assert "1 of 1 questions there" in openrounds("import", "list").stdout
    into = ["--team", "alice", "--into", Round.objects.get().slug]
    assert "It is there already as step 1" in openrounds("import", "questions", str(table), *into).stdout
    assert "deleted" in openrounds("import", "undo", str(Import.objects.get().pk)).stdout
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--title", "Cells", "--hashtag", "two words"], "That is no hashtag"),
        (["--hashtag", "Haem"], "needs a title"),
        (["--into", "nowhere"], "hosts no round of the name “nowhere”"),
    ],
    ids=["hashtag", "title", "into"],
)
def test_questions_without_a_place_are_refused_in_words(
    openrounds: Openrounds, alice: Account, table: Path, options: list[str], words: str
) -> None:
    done = openrounds("import", "questions", str(table), "--team", "alice", *options)
    assert done.exit_code == 1
    assert words in done.output
