"""A case debate, told by two apps that nobody here wrote: toot on the command line, and Mastodon.py."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mastodon import Mastodon, MastodonNotFoundError
from mastodon.errors import MastodonAPIError
from PIL import Image
from tests.clients.live import Live, serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("story")]  # one server for all of them

TEAM = "teamhaem"
FOLLOWERS = [f"follower{number:02}" for number in range(20)]
PEOPLE = ["hana", "imran", "learner", "expert", "stranger", "troll", *FOLLOWERS]
PASSWORD = "spherocytes on the film"


@dataclass
class Debate:
    """Everybody's app, and the posts by the name of what they are in the story."""

    live: Live
    folder: Path
    apps: dict[str, Mastodon]
    posts: dict[str, Any] = field(default_factory=dict)

    def toot(self, name: str, token: str, *arguments: str) -> Any:
        """What `toot ARGUMENT... --json` prints for that person."""
        config = {
            "active_user": f"{name}@{self.live.host}",
            "apps": {
                self.live.host: {
                    "base_url": self.live.base,
                    "client_id": "none",
                    "client_secret": "none",
                    "instance": self.live.host,
                }
            },
            "users": {
                f"{name}@{self.live.host}": {
                    "access_token": token,
                    "instance": self.live.host,
                    "username": name,
                }
            },
        }
        home = self.folder / f"toot-{name}"
        (home / "toot").mkdir(parents=True, exist_ok=True)
        (home / "toot" / "config.json").write_text(json.dumps(config))
        done = subprocess.run(
            [Path(sys.executable).parent / "toot", *arguments, "--json"],
            env=os.environ | {"XDG_CONFIG_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def debate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Debate]:
    folder = tmp_path_factory.mktemp("story")
    with serving(folder) as live:
        yield tell(live, folder)


def app(live: Live, token: str) -> Mastodon:
    return Mastodon(access_token=token, api_base_url=live.base, ratelimit_method="throw")


def film() -> bytes:
    """A picture of a blood film, as far as a test needs one."""
    image = Image.new("RGB", (640, 480), (244, 225, 230))
    image.paste((180, 60, 80), (200, 150, 260, 210))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


def soon(look: Callable[[], Any], seconds: float = 60) -> Any:
    """The first true answer; what follows from a post takes a moment."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def tell(live: Live, folder: Path) -> Debate:
    """Signs everybody in, and lets the debate happen."""
    for name in PEOPLE:
        live.run("account", "create", name, "--email", f"{name}@example.test", "--password", PASSWORD)
    live.run("account", "create", TEAM, "--team", "--owner", "hana", "--owner", "imran")
    tokens = {name: live.run("token", "create", name) for name in PEOPLE}
    tokens["team by hana"] = live.run("token", "create", TEAM, "--as", "hana")
    tokens["team by imran"] = live.run("token", "create", TEAM, "--as", "imran")
    debate = Debate(live, folder, {name: app(live, token) for name, token in tokens.items()})
    team_id = debate.apps["team by hana"].me().id
    for name in FOLLOWERS:
        assert debate.apps[name].account_follow(team_id).following
    debate.apps["team by imran"].account_block(debate.apps["troll"].me().id)
    discuss(debate, tokens)
    return debate


def discuss(debate: Debate, tokens: dict[str, str]) -> None:
    picture = debate.folder / "film.jpg"
    picture.write_bytes(film())
    case = debate.toot(
        TEAM,
        tokens["team by hana"],
        "post",
        "Case 1: a girl of nine, tired and yellow. What do you see on the film? #TeamHaem",
        "--media",
        str(picture),
        "--description",
        "Blood film: small dense red cells without a pale centre",
    )
    apps, posts = debate.apps, debate.posts
    posts["case"] = apps["hana"].status(case["id"])
    posts["question"] = apps["learner"].status_reply(posts["case"], "Are those spherocytes?")
    posts["call"] = apps["team by imran"].status_reply(
        posts["question"], "Good eye. @expert, which test would you ask for? #TeamHaem"
    )
    posts["answer"] = apps["expert"].status_reply(
        posts["call"], "EMA binding, and a direct antiglobulin test first."
    )


def test_followers_of_the_team_see_the_case_at_home(debate: Debate) -> None:
    for name in FOLLOWERS:
        home = soon(lambda name=name: debate.apps[name].timeline_home())
        assert debate.posts["case"].id in [post.id for post in home], name


def test_follower_with_another_app_sees_the_same(debate: Debate) -> None:
    token = debate.apps[FOLLOWERS[0]].access_token
    home = debate.toot(FOLLOWERS[0], token, "timelines", "home")
    assert debate.posts["case"].id in [post["id"] for post in home]


def test_case_shows_its_picture_described(debate: Debate) -> None:
    (picture,) = debate.posts["case"].media_attachments
    assert picture.type == "image"
    assert picture.description == "Blood film: small dense red cells without a pale centre"


def test_somebody_who_follows_nobody_finds_the_debate_by_its_hashtag(debate: Debate) -> None:
    stranger = debate.apps["stranger"]
    assert {post.account.acct for post in stranger.timeline_home()} <= {"stranger"}
    found = soon(lambda: stranger.timeline_hashtag("teamhaem"))
    assert [post.id for post in found] == [debate.posts["call"].id, debate.posts["case"].id]


def test_expert_is_told_of_the_mention(debate: Debate) -> None:
    told = soon(lambda: debate.apps["expert"].notifications(types=["mention"]))
    assert [(note.account.acct, note.status.id) for note in told] == [(TEAM, debate.posts["call"].id)]


def test_team_is_told_of_the_answers(debate: Debate) -> None:
    def askers() -> set[str]:
        told = debate.apps["team by hana"].notifications(types=["mention"])
        return {note.account.acct for note in told}

    assert soon(lambda: askers() >= {"learner", "expert"})


def test_whole_thread_reads_back_in_order(debate: Debate) -> None:
    thread = debate.apps["stranger"].status_context(debate.posts["case"].id)
    expected = [debate.posts[name].id for name in ("question", "call", "answer")]
    assert [post.id for post in thread.descendants] == expected


def test_posts_of_the_team_do_not_say_which_of_them_wrote(debate: Debate) -> None:
    assert debate.posts["case"].account.acct == debate.posts["call"].account.acct == TEAM


def test_blocked_person_sees_nothing_of_the_team(debate: Debate) -> None:
    troll, case = debate.apps["troll"], debate.posts["case"]
    assert case.id not in [post.id for post in troll.timeline_hashtag("teamhaem")]
    assert case.id not in [post.id for post in troll.timeline_public()]
    assert case.id not in [post.id for post in troll.search_v2("film", result_type="statuses").statuses]
    with pytest.raises(MastodonNotFoundError):
        troll.status(case.id)
    with pytest.raises(MastodonNotFoundError):
        troll.status_context(case.id)


def test_blocked_person_reaches_nobody_in_the_team(debate: Debate) -> None:
    troll, case = debate.apps["troll"], debate.posts["case"]
    with pytest.raises(MastodonAPIError):
        troll.account_follow(case.account.id)
    with pytest.raises(MastodonNotFoundError):
        troll.status_post("Nonsense", in_reply_to_id=case.id)
    with pytest.raises(MastodonNotFoundError):
        troll.status_favourite(case.id)
    troll.status_post(f"@{TEAM} nonsense")
    debate.apps["stranger"].status_post(
        f"@{TEAM} thank you"
    )  # comes later, so once it is there the other one is not
    told = soon(
        lambda: [
            note
            for note in debate.apps["team by hana"].notifications(types=["mention"])
            if note.account.acct == "stranger"
        ]
    )
    assert told
    senders = {note.account.acct for note in debate.apps["team by hana"].notifications()}
    assert "troll" not in senders
