"""Who finds which posts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.conftest import follow

from openrounds.accounts.models import Account, Block, Mute, Visibility
from openrounds.core import db
from openrounds.core.clock import now
from openrounds.media.models import Kind, MediaFile, State
from openrounds.posts.actions import (
    Author,
    Draft,
    bookmark,
    boost,
    create_post,
    delete_post,
    edit_post,
    favourite,
)
from openrounds.posts.models import Post
from openrounds.posts.rules import PollDraft
from openrounds.search import index, queries
from openrounds.search.actions import index_post
from openrounds.search.queries import Range, document_of, find_posts
from openrounds.search.rules import parse

pytestmark = pytest.mark.django_db
PostAs = Callable[..., Post]


def found(viewer: Account | None, text: str, **part: int) -> list[int]:
    return find_posts(viewer.pk if viewer else None, parse(text), Range(**{"limit": 20, **part}))


def test_reader_finds_public_posts_by_their_words(post_as: PostAs, alice: Account, charlie: Account) -> None:
    first = post_as(alice, "Lactate in sepsis: façade or fact?")
    second = post_as(alice, "Sepsis again")
    post_as(alice, "Something else")
    assert found(charlie, "SEPSIS") == [second.pk, first.pk]
    assert found(charlie, "sepsis facade") == [first.pk]
    assert found(charlie, '"fact lactate"') == []
    assert found(charlie, '"lactate in sepsis"') == [first.pk]
    assert found(charlie, "sepsis -again") == [first.pk]
    assert found(charlie, "lact") == []
    assert found(charlie, "lact*") == [first.pk]


def test_phrase_does_not_reach_from_warning_into_text(post_as: PostAs, alice: Account) -> None:
    post = post_as(alice, "beta", spoiler_text="alpha")
    assert found(alice, "alpha beta") == [post.pk]
    assert found(alice, '"alpha beta"') == []


def test_scripts_without_spaces_are_found_by_their_middle(post_as: PostAs, alice: Account) -> None:
    post = post_as(alice, "今日の心電図です")
    assert found(alice, "心電図") == [post.pk]
    assert found(alice, "電心") == []


def test_stranger_finds_nothing_that_is_not_for_him(
    post_as: PostAs, alice: Account, bob: Account, charlie: Account
) -> None:
    follow(bob, alice)
    secret = post_as(alice, "zebra for followers", visibility=Visibility.FOLLOWERS)
    direct = post_as(alice, "@bob zebra in confidence", visibility=Visibility.DIRECT)
    assert found(alice, "zebra") == found(bob, "zebra") == [direct.pk, secret.pk]
    assert found(charlie, "zebra") == found(None, "zebra") == []
    assert found(charlie, "-unicorn") == found(None, "-unicorn") == []
    assert found(charlie, "from:alice") == []


def test_people_without_an_account_find_public_posts_alone(
    post_as: PostAs, alice: Account, charlie: Account
) -> None:
    public = post_as(alice, "zebra")
    unlisted = post_as(alice, "zebra", visibility=Visibility.UNLISTED)
    assert found(None, "zebra") == [public.pk]
    assert found(charlie, "zebra") == [unlisted.pk, public.pk]
    assert found(charlie, "zebra in:public") == [public.pk]


def test_opting_out_holds_at_once_for_all_but_the_author(
    post_as: PostAs, alice: Account, bob: Account
) -> None:
    post = post_as(alice, "zebra")
    Account.objects.filter(pk=alice.pk).update(indexable=False)
    assert found(bob, "zebra") == found(None, "zebra") == []
    assert found(alice, "zebra") == [post.pk]
    Account.objects.filter(pk=alice.pk).update(indexable=True)
    assert found(bob, "zebra") == [post.pk]


def test_limited_author_is_found_by_followers(
    post_as: PostAs, alice: Account, bob: Account, charlie: Account
) -> None:
    follow(bob, alice)
    post = post_as(alice, "zebra")
    Account.objects.filter(pk=alice.pk).update(limited_at=now())
    assert found(charlie, "zebra") == found(None, "zebra") == []
    assert found(bob, "zebra") == [post.pk]
    Account.objects.filter(pk=alice.pk).update(suspended_at=now())
    assert found(bob, "zebra") == []


@pytest.mark.parametrize("block", ["alice blocks", "bob blocks", "bob mutes"])
def test_those_apart_do_not_find_each_other(
    post_as: PostAs, alice: Account, bob: Account, block: str
) -> None:
    post_as(alice, "zebra")
    match block:
        case "alice blocks":
            Block.objects.create(blocker=alice, blocked=bob)
        case "bob blocks":
            Block.objects.create(blocker=bob, blocked=alice)
        case _:
            Mute.objects.create(muter=bob, muted=alice)
    assert found(bob, "zebra") == []


def test_edited_post_is_found_by_its_new_words_alone(
    post_as: PostAs, run_jobs: Callable[[], int], alice: Account
) -> None:
    post = post_as(alice, "zebra")
    edit_post(alice.pk, post.pk, Draft(text="unicorn"))
    run_jobs()
    assert found(alice, "zebra") == []
    assert found(alice, "unicorn") == [post.pk]


def test_deleted_post_leaves_nothing_in_the_index(
    post_as: PostAs, run_jobs: Callable[[], int], alice: Account
) -> None:
    post = post_as(alice, "zebra")
    delete_post(alice.pk, post.pk)
    run_jobs()
    assert found(alice, "zebra") == []
    assert db.rows("SELECT 1 FROM search_document") == []


def test_post_deleted_before_it_was_indexed_is_not_indexed(
    alice: Account, run_jobs: Callable[[], int]
) -> None:
    post = create_post(alice, Draft(text="zebra", visibility=Visibility.PUBLIC))
    delete_post(alice.pk, post.pk)
    run_jobs()
    index_post(post.pk)
    assert db.rows("SELECT 1 FROM search_document") == []


def test_removed_account_leaves_nothing_behind(
    post_as: PostAs, alice: Account, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "CHUNK", 2)
    kept = [post_as(author, "zebra").pk for author in (alice, bob) * 4][1::2]
    Account.objects.filter(pk=alice.pk).delete()
    assert (index.remove_orphans(), index.remove_orphans()) == (4, 0)
    assert sorted(found(bob, "zebra")) == kept


def test_authors_and_hashtags_narrow(post_as: PostAs, alice: Account, bob: Account) -> None:
    one = post_as(alice, "zebra #MedTwitter")
    two = post_as(bob, "zebra medtwitter")
    assert found(alice, "zebra from:bob") == [two.pk]
    assert found(alice, "zebra -from:BOB") == [one.pk]
    assert found(alice, "from:me") == [one.pk]
    assert found(None, "from:me zebra") == []
    assert found(alice, "from:nobody zebra") == []
    assert found(alice, "-from:nobody zebra") == [two.pk, one.pk]
    assert found(alice, "#medtwitter") == [one.pk]
    assert found(alice, "medtwitter") == [two.pk, one.pk]
    assert found(alice, "#unknown zebra") == []
    assert find_posts(
        alice.pk, parse("from:bob@Rounds.example"), Range(20), own_domains={"rounds.example"}
    ) == [two.pk]
    assert find_posts(alice.pk, parse("zebra"), Range(20), author_id=bob.pk) == [two.pk]


def test_kinds_of_posts_narrow(post_as: PostAs, alice: Account, bob: Account) -> None:
    film = MediaFile.objects.create(
        owner=alice, kind=Kind.GIFV, state=State.READY, description="A waddling penguin"
    )
    shown = post_as(alice, "Look", media_ids=(film.pk,))
    poll = post_as(alice, "Which one", poll=PollDraft(("Aspirin", "Heparin"), timedelta(days=1)))
    linked = post_as(alice, "See https://example.org/paper", language="de-AT")
    reply = post_as(bob, "Thanks", in_reply_to_id=linked.pk, sensitive=True)
    assert found(bob, "has:media") == found(bob, "has:video") == found(bob, "penguin") == [shown.pk]
    assert found(bob, "has:image") == found(bob, "has:audio") == []
    assert found(bob, "has:poll") == found(bob, "heparin") == [poll.pk]
    assert found(bob, "has:link") == found(bob, "language:de") == [linked.pk]
    assert found(bob, "is:reply") == found(bob, "is:sensitive") == [reply.pk]
    assert found(bob, "-has:media -has:poll -is:reply") == [linked.pk]


def test_library_is_what_one_wrote_marked_boosted_or_was_named_in(
    post_as: PostAs, alice: Account, bob: Account
) -> None:
    own = post_as(bob, "zebra")
    liked = post_as(alice, "zebra")
    named = post_as(alice, "zebra @bob")
    other = post_as(alice, "zebra")
    favourite(bob.pk, liked.pk)
    passed_on = post_as(alice, "zebra")
    boost(Author(bob), passed_on.pk)
    kept = post_as(alice, "zebra")
    bookmark(bob.pk, kept.pk)
    assert found(bob, "zebra in:library") == [kept.pk, passed_on.pk, named.pk, liked.pk, own.pk]
    assert other.pk in found(bob, "zebra")
    assert found(None, "zebra in:library") == []


@pytest.mark.parametrize("small", [0, 1_000], ids=["large library", "small library"])
@pytest.mark.parametrize(
    "text",
    [
        "zebra",
        "zeb*",
        '"zebra grazes"',
        "zebra -grazes",
        "-zebra",
        "Zèbra lion*",
        "from:me",
        "zebra #plains",
        "",
    ],
)
def test_library_of_any_size_finds_the_same(
    text: str, small: int, post_as: PostAs, alice: Account, bob: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "SMALL", small)
    posts = [
        post_as(bob, said)
        for said in ("zebra", "zebra grazes", "grazes, zebra", "lioness and zebra", "#plains zebra")
    ]
    foreign = post_as(alice, "zebra grazes with a lioness #plains")
    inside = {"zebra": 5, "zeb*": 5, '"zebra grazes"': 1, "zebra -grazes": 3, "-zebra": 0, "Zèbra lion*": 1}
    inside |= {"from:me": 5, "zebra #plains": 1, "": 5}
    ids = found(bob, f"{text} in:library")
    assert len(ids) == inside[text]
    assert foreign.pk not in ids
    assert ids == sorted({post.pk for post in posts} & {*ids}, reverse=True)


@pytest.mark.parametrize("rough", [1, 300], ids=["few of many", "all"])
def test_open_ending_finds_the_same_however_many_begin_a_little_like_it(
    rough: int, post_as: PostAs, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "ROUGH", rough)
    first = post_as(alice, "ferritin")
    for word in ("fertile", "fern"):
        post_as(alice, word)
    last = post_as(alice, "ferrous iron")
    assert found(alice, "ferr*") == [last.pk, first.pk]
    assert found(alice, "ferr*", limit=1) == [last.pk]
    assert found(alice, "ferr*", limit=1, offset=1) == [first.pk]
    assert found(alice, "ferr* -iron") == found(alice, "ferr* -iron", limit=1) == [first.pk]
    assert found(alice, "iron ferro*") == [last.pk]


def test_days_and_pages_narrow(alice: Account, run_jobs: Callable[[], int]) -> None:
    days = [now() - timedelta(days=n) for n in (3, 2, 1)]
    old, middle, new = (create_post(alice, Draft(text="zebra"), at=day).pk for day in days)
    run_jobs()
    day = days[1].date().isoformat()
    assert found(alice, f"zebra before:{day}") == [old]
    assert found(alice, f"zebra during:{day}") == found(alice, f"during:{day}") == [middle]
    assert found(alice, f"zebra after:{day}") == [new]
    assert found(alice, "zebra", limit=1, offset=1) == [middle]
    assert found(alice, "zebra", max_id=new, min_id=old) == [middle]
    assert found(alice, "zebra", offset=100_000) == []


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "*",
        "-",
        "#",
        "^",
        "AND",
        "NOT OR",
        "NEAR(a b)",
        "a'b\\c",
        "(",
        ":*",
        "a:b",
        "from:",
        "🙂",
        "\u02bc",
        "_p",
    ],
)
def test_no_query_is_an_error(post_as: PostAs, alice: Account, text: str) -> None:
    post_as(alice, "zebra")
    assert found(alice, text) == []


def test_finding_is_one_query(post_as: PostAs, alice: Account, bob: Account) -> None:
    for _ in range(5):
        post_as(alice, "zebra #stripes")
    for text, budget in {"zebra": 1, "zebra from:alice #stripes in:library": 4, "": 0}.items():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found(bob, text)
        assert len(asked) == budget, text


def test_indexing_is_three_queries(alice: Account, post_as: PostAs) -> None:
    post = post_as(alice, "zebra #stripes")
    with CaptureQueriesContext(connection) as queries:
        index_post(post.pk)
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 3
    assert document_of(post.pk) is not None
