"""Link previews: which posts get one, from where, and how often a link is looked at."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.conftest import ApiClient
from tests.factories.uploads import part, photo, stored_files
from tests.hostile_peer import HostilePeer, answer, redirect

from openrounds.accounts.models import Account, Visibility
from openrounds.core.clock import ago
from openrounds.jobs.models import Happening, Job
from openrounds.jobs.registry import Tick
from openrounds.media import actions as media
from openrounds.posts import card_jobs
from openrounds.posts.actions import Draft, delete_post, edit_post
from openrounds.posts.models import Post, PreviewCard

PAGE = b"""<html lang="en"><head><title>Cardiac tamponade</title>
<meta name="description" content="What to look for"><meta property="og:site_name" content="The Journal">
<meta property="og:image" content="/heart.jpg"><meta property="og:image:alt" content="A heart">
<meta name="author" content="Dr Who"></head>"""


@pytest.fixture
def peer() -> Iterator[HostilePeer]:
    scripts = {
        "/page": answer(PAGE),
        "/heart.jpg": answer(photo((640, 480)), content_type="image/jpeg"),
        "/plain": answer(b"<title>Plain</title>"),
        "/moved": redirect("/page"),
        "/text": answer(b"<title>No page</title>", content_type="text/plain"),
        "/broken": answer(b"<title>Broken</title>", status=500),
        "/untitled": answer(b"<p>Nothing</p>"),
        "/script-picture": answer(
            b'<title>Evil</title><meta property="og:image" content="http://169.254.169.254/x.png">'
        ),
        "/svg": answer(b'<title>Drawn</title><meta property="og:image" content="/logo.svg">'),
        "/logo.svg": answer(b"<svg><script>alert(1)</script></svg>", content_type="image/svg+xml"),
    }
    with HostilePeer(scripts) as playing:
        yield playing


@pytest.fixture(autouse=True)
def surroundings(peer: HostilePeer, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The operator lists the peer, nobody waits, and files go nowhere else."""
    settings.OPENROUNDS = msgspec.structs.replace(
        settings.OPENROUNDS, private_hosts=[f"127.0.0.1:{peer.port}"]
    )
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(card_jobs, "LONGEST_DELAY_SECONDS", 0.0)


@pytest.fixture
def url(peer: HostilePeer) -> Callable[[str], str]:
    return lambda path: f"http://127.0.0.1:{peer.port}{path}"


@pytest.fixture
def show(alice: Account, client_of: Callable[..., ApiClient]) -> Callable[[Post], Any]:
    client = client_of(alice)
    return lambda post: client.get(f"/api/v1/statuses/{post.pk}").json()["card"]


Posting = Callable[..., Post]
Showing = Callable[[Post], Any]
Addressing = Callable[[str], str]


def test_post_with_a_link_gets_its_card(
    alice: Account, post_as: Posting, show: Showing, url: Addressing
) -> None:
    post = post_as(alice, f"Read {url('/page')}.")
    card = show(post)
    assert card["url"] == url("/page")
    assert (card["title"], card["description"]) == ("Cardiac tamponade", "What to look for")
    assert (card["provider_name"], card["language"], card["type"]) == ("The Journal", "en", "link")
    assert card["image"].startswith("http://testserver/media/")
    assert card["image_description"] == "A heart"
    assert card["width"] > 0
    assert card["blurhash"]
    assert stored_files() == {card["image"].rpartition("/")[2]}


def test_card_that_arrives_later_is_told_and_shown(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_jobs, "LONGEST_DELAY_SECONDS", 1e6)
    post = post_as(alice, url("/page"))
    assert show(post) is None
    Job.objects.update(run_at=ago(seconds=1))
    card_jobs.fetch_card(card_jobs.CardWanted(PreviewCard.objects.get().pk))
    assert show(post)["title"] == "Cardiac tamponade"
    told = Happening.objects.filter(kind="PostChanged").values_list("payload", flat=True)
    assert list(told) == [f'{{"post_id":{post.pk}}}']


def test_second_post_of_a_link_shows_its_card_without_another_visit(
    alice: Account, bob: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer
) -> None:
    post_as(alice, url("/page"))
    visits = peer.connections
    assert show(post_as(bob, f"Look: {url('/page')}#methods"))["title"] == "Cardiac tamponade"
    assert peer.connections == visits


def test_link_is_looked_at_again_after_a_day(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer
) -> None:
    post_as(alice, url("/page"))
    PreviewCard.objects.update(fetched_at=ago(days=1, seconds=1))
    peer.scripts["/page"] = answer(b"<title>Retracted</title>")
    assert show(post_as(alice, url("/page")))["title"] == "Retracted"
    assert stored_files() == set()


def test_link_that_is_gone_after_a_day_keeps_its_card(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer
) -> None:
    post_as(alice, url("/page"))
    PreviewCard.objects.update(fetched_at=ago(days=1, seconds=1))
    peer.scripts["/page"] = answer(status=404)
    assert show(post_as(alice, url("/page")))["title"] == "Cardiac tamponade"


def test_redirected_link_keeps_its_own_address(
    alice: Account, post_as: Posting, show: Showing, url: Addressing
) -> None:
    card = show(post_as(alice, url("/moved")))
    assert (card["url"], card["title"]) == (url("/moved"), "Cardiac tamponade")
    assert card["image"]


@pytest.mark.parametrize("path", ["/text", "/broken", "/untitled", "/nowhere"])
def test_link_without_a_page_gets_no_card_and_one_visit(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer, path: str
) -> None:
    assert show(post_as(alice, url(path))) is None
    assert show(post_as(alice, url(path))) is None
    assert peer.connections == 1
    assert not Job.objects.exists()


@pytest.mark.parametrize("path", ["/script-picture", "/svg"])
def test_card_with_a_picture_that_we_do_not_take_has_none(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, path: str
) -> None:
    card = show(post_as(alice, url(path)))
    assert card["title"]
    assert card["image"] is None
    assert stored_files() == set()


def test_first_link_counts(alice: Account, post_as: Posting, show: Showing, url: Addressing) -> None:
    assert show(post_as(alice, f"{url('/plain')} and {url('/page')}"))["title"] == "Plain"


def test_followers_post_gets_a_card_and_a_direct_one_none(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer
) -> None:
    assert show(post_as(alice, url("/plain"), visibility=Visibility.DIRECT)) is None
    assert peer.connections == 0
    assert show(post_as(alice, url("/plain"), visibility=Visibility.FOLLOWERS))["title"] == "Plain"


def test_post_with_a_file_gets_no_card(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer
) -> None:
    file = media.upload(alice.pk, part(photo()), now=True)
    assert show(post_as(alice, url("/page"), media_ids=(file.pk,))) is None
    assert peer.connections == 0


@pytest.mark.parametrize("path", ["/@alice/123", "/users/alice/statuses/123"])
def test_link_to_a_post_here_gets_no_card(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer, path: str
) -> None:
    assert show(post_as(alice, url(path))) is None
    assert peer.connections == 0
    assert not PreviewCard.objects.exists()


def test_edited_post_shows_the_card_of_its_new_link(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, run_jobs: Callable[[], int]
) -> None:
    post = post_as(alice, url("/page"))
    for text, title in ((url("/plain"), "Plain"), ("No link", None), (url("/page"), "Cardiac tamponade")):
        edit_post(alice.pk, post.pk, Draft(text))
        run_jobs()
        card = show(post)
        assert (card and card["title"]) == title


def test_post_deleted_before_its_card_came_stays_empty(
    alice: Account, post_as: Posting, url: Addressing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_jobs, "LONGEST_DELAY_SECONDS", 1e6)
    post = post_as(alice, url("/page"))
    delete_post(alice.pk, post.pk)
    card_jobs.fetch_card(card_jobs.CardWanted(PreviewCard.objects.get().pk))
    post.refresh_from_db()
    assert post.card is None
    assert not Happening.objects.filter(kind="PostChanged").exists()


def test_link_to_a_private_host_nobody_listed_is_not_dialled(
    alice: Account, post_as: Posting, show: Showing, url: Addressing, peer: HostilePeer, settings: Any
) -> None:
    settings.OPENROUNDS = msgspec.structs.replace(settings.OPENROUNDS, private_hosts=[])
    assert show(post_as(alice, url("/page"))) is None
    assert peer.connections == 0


def test_row_of_a_link_that_no_post_shows_is_forgotten_after_a_month(
    alice: Account, monkeypatch: Any
) -> None:
    monkeypatch.setattr(card_jobs, "CHUNK", 2)
    old = {"created_at": ago(days=60), "fetched_at": ago(days=31)}
    for number in range(5):
        PreviewCard.objects.create(url=f"https://gone.example/{number}", **old)
    shown = PreviewCard.objects.create(url="https://shown.example/", **old)
    PreviewCard.objects.create(url="https://visited.example/", **old | {"fetched_at": ago(days=2)})
    PreviewCard.objects.create(url="https://new.example/")
    Post.objects.create(account=alice, visibility=Visibility.PUBLIC, card=shown)
    card_jobs.forget_cards(Tick())
    left = set(PreviewCard.objects.values_list("url", flat=True))
    assert left == {"https://shown.example/", "https://visited.example/", "https://new.example/"}
