"""Folded contributions on the pages, and how a host folds them."""

import io
import json
from contextlib import closing
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openrounds.accounts.actions import block
from openrounds.posts.actions import Author
from openrounds.rounds import actions
from openrounds.rounds.models import Contribution

pytestmark = pytest.mark.django_db
API = "/api/openrounds/v1/rounds"


def say(who, round, text):
    return actions.speak(Author(who), who.pk, round, text)


@pytest.fixture
def posts(running, bob, charlie):
    return [
        say(who, running, text) for who, text in ((bob, "Iron first"), (charlie, "Iron too"), (bob, "Other"))
    ]


@pytest.fixture
def folded(running, posts):
    row = {c.post_id: c for c in Contribution.objects.select_related("post", "round")}
    actions.merge(row[posts[1].pk], row[posts[0].pk])
    return posts


def read(path, client=None):
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_host_finds_the_likest_and_folds_under_it(running, posts, alice, browser_for):
    host, path = browser_for(alice), f"/rounds/{running.slug}/host/posts/{posts[1].pk}"
    assert f"{path}/same" in read(f"/rounds/{running.slug}", host)
    page = read(f"{path}/same", host)
    likely = page.partition("Says the same as</h2>")[2]
    assert 0 < likely.index("Iron first") < likely.index("Other")
    assert host.post(path, {"do": "merge", "into": posts[0].pk}).status_code == 302
    assert "1 said the same:" in read(f"/rounds/{running.slug}")
    assert host.post(path, {"do": "unmerge"}).status_code == 302
    assert "said the same" not in read(f"/rounds/{running.slug}")


def test_others_neither_see_the_page_nor_fold(running, posts, bob, browser_for):
    path = f"/rounds/{running.slug}/host/posts/{posts[1].pk}"
    assert browser_for(bob).get(f"{path}/same").status_code == 404
    assert browser_for(bob).post(path, {"do": "merge", "into": posts[0].pk}).status_code == 404
    assert Client().get(f"{path}/same").status_code == 302


@pytest.mark.parametrize("into", ["", "x", "999", "-1", "9" * 25])
def test_what_is_no_contribution_is_refused(running, posts, alice, browser_for, into):
    path = f"/rounds/{running.slug}/host/posts/{posts[1].pk}"
    assert browser_for(alice).post(path, {"do": "merge", "into": into}).status_code == 404
    assert not Contribution.objects.exclude(same_as=None).exists()


def test_room_folds_names_and_counts(running, folded):
    page = read(f"/rounds/{running.slug}")
    assert "1 said the same:" in page
    assert page.count("Iron too") == 1
    assert f'data-folded="{folded[1].pk}"' in page
    assert f'data-said="{folded[1].pk}"' not in page
    assert "4 contributions" in page


def test_fold_opens_to_whoever_does_not_see_the_first(running, folded, alice, bob, browser_for):
    block(alice.pk, bob.pk)
    page = read(f"/rounds/{running.slug}", browser_for(alice))
    assert "Iron first" not in page
    assert f'data-said="{folded[1].pk}"' in page


def test_reader_is_not_shown_in_a_fold_whom_he_blocks(running, folded, alice, charlie, browser_for):
    block(alice.pk, charlie.pk)
    page = read(f"/rounds/{running.slug}", browser_for(alice))
    assert "Iron first" in page
    assert "Iron too" not in page
    assert "said the same" not in page


def test_replay_archive_print_and_zip_say_it_too(running, folded):
    actions.mark(Contribution.objects.get(post=folded[0]), "key_point")
    actions.close_round(running, without_summary=True)
    assert "1 said the same:" in read(f"/rounds/{running.slug}/replay/1?talk=1")
    assert '1 said the same: <span dir="auto">Charlie</span> (3)' in read(f"/rounds/{running.slug}/print")
    archive = read(f"/rounds/{running.slug}/archive")
    assert "1 said the same:" in archive
    assert "says the same as 2" in archive
    assert archive.count("Iron too") == 1
    with closing(Client().get(f"/rounds/{running.slug}.zip")) as answer:
        saved = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    told = json.loads(saved.read("round.json"))["contributions"]
    assert [each["same_as"] for each in told] == [None, None, 2, None]
    assert [[same["number"] for same in each["same"]] for each in told] == [[], [3], [], []]
    assert b"says the same as 2" in saved.read("index.html")


def test_api_folds_says_so_and_undoes_it(running, posts, alice, bob, client_of, anonymous):
    host, path = client_of(alice), f"{API}/{running.pk}/posts"
    first, second = (str(post.pk) for post in posts[:2])
    merged = host.post(f"{path}/{second}/merge", {"into": first})
    assert merged.json()["same_as"] == first
    told = {each["status"]["id"]: each for each in anonymous.get(path).json()}
    assert (told[first]["folded"], told[second]["same_as"]) == (1, first)
    assert host.post(f"{path}/{first}/merge", {"into": second}).status_code == 422
    assert host.post(f"{path}/{first}/merge", {"into": "1"}).status_code == 404
    assert client_of(bob).post(f"{path}/{second}/merge", {"into": first}).status_code == 404
    assert host.post(f"{path}/{second}/unmerge").json()["same_as"] is None


def test_room_without_folds_asks_no_more(running, posts):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read(f"/rounds/{running.slug}")
        return len(asked)

    read(f"/rounds/{running.slug}")
    before = queries()
    row = {c.post_id: c for c in Contribution.objects.select_related("post", "round")}
    actions.merge(row[posts[1].pk], row[posts[0].pk])
    read(f"/rounds/{running.slug}")
    assert before < queries() <= before + 4
