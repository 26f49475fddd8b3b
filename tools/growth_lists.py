#!/usr/bin/env python3
"""What every list and page costs on a large server beside a small one, in millions of processor instructions.

    .venv/bin/python tools/growth_lists.py --small small --big big

Both were made by `openrounds dev populate --search`; `tools/growth_load.py` says how. Each is asked in a process of its own
without a web server in front, through the whole WSGI stack, by people drawn at random: the median of the requests, the
instructions of PostgreSQL's process for the connection added. Where the large one takes more than `--most` times as much,
the line ends with `!`.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import page_cost
from constant_limit import start
from growth_load import database_process
from instructions import Instructions

# {me}, {name}, {post}: of who asks; {other}, {othername}: anybody; {popular}: whom everybody follows.
LISTS = """
/api/v1/timelines/home /api/v1/timelines/home?max_id={old} /api/v1/timelines/home?min_id={old} /api/v1/timelines/public
/api/v1/timelines/public?local=true /api/v1/timelines/public?only_media=true /api/v1/timelines/public?max_id={old}
/api/v1/timelines/public?min_id={old} /api/v1/timelines/tag/TeamHaem /api/v1/timelines/tag/TeamHaem?max_id={old}
/api/v1/timelines/tag/TeamHaem?any[]=VTE&any[]=lymphoma /api/v1/timelines/tag/TeamHaem?all[]=VTE
/api/v1/timelines/tag/TeamHaem?none[]=VTE /api/v1/timelines/tag/nothing /api/v1/timelines/list/{list}
/api/v1/timelines/list/{list}?max_id={old} /api/v1/timelines/list/{list}?min_id={old} /api/v1/lists /api/v1/lists/{list}
/api/v1/lists/{list}/accounts /api/v1/notifications /api/v1/notifications?types[]=mention
/api/v1/notifications?types[]=poll /api/v1/notifications?types[]=follow
/api/v1/notifications?exclude_types[]=follow&exclude_types[]=favourite /api/v1/notifications/unread_count
/api/v2/notifications /api/v2/notifications/unread_count /api/v2/notifications/policy /api/v1/notifications/requests
/api/v1/conversations /api/v1/accounts/verify_credentials /api/v1/accounts/{other} /api/v1/accounts/{popular}
/api/v1/accounts/{other}/statuses /api/v1/accounts/{other}/statuses?exclude_replies=true
/api/v1/accounts/{other}/statuses?only_media=true /api/v1/accounts/{other}/statuses?pinned=true
/api/v1/accounts/{other}/statuses?tagged=VTE /api/v1/accounts/{popular}/statuses /api/v1/accounts/{other}/followers
/api/v1/accounts/{other}/following /api/v1/accounts/{popular}/followers /api/v1/accounts/{popular}/following
/api/v1/accounts/relationships?id[]={other}&id[]={popular} /api/v1/accounts/familiar_followers?id[]={other}
/api/v1/accounts/familiar_followers?id[]={popular} /api/v1/accounts/lookup?acct={othername}
/api/v1/accounts/{other}/featured_tags /api/v1/accounts/{other}/lists /api/v1/accounts/search?q={othername}
/api/v1/accounts/search?q=person /api/v1/accounts/search?q=nobodyatall /api/v1/accounts/search?q=person&following=true
/api/v1/accounts/search?q=p /api/v2/search?q=ferritin /api/v2/search?q=ferritin+warfarin
/api/v2/search?q=ferritin+from:{othername} /api/v2/search?q="journal+club" /api/v2/search?q=nothingatall
/api/v2/search?q=ferritin&offset=200 /api/v2/search?q=from:{othername} /api/v2/search?q=is:reply
/api/v2/search?q=in:library+heparin /api/v2/search?q=ferr* /api/v2/search?q=-ferritin
/api/v2/search?q=TeamHaem&type=hashtags /api/v2/search?q=sepsis+-fever+has:media /api/v1/suggestions /api/v2/suggestions
/api/v1/directory /api/v1/directory?order=new /api/v1/directory?local=true /api/v1/directory?offset=4000
/api/v1/directory?offset=4000&order=new /api/v1/trends/tags /api/v1/trends/statuses
/api/v1/trends/links /api/v1/tags/TeamHaem /api/v1/followed_tags /api/v1/featured_tags /api/v1/featured_tags/suggestions
/api/v1/instance /api/v2/instance /api/v1/instance/activity /api/v1/instance/peers /nodeinfo/2.0 /api/v1/announcements
/api/v1/statuses/{post} /api/v1/statuses/{post}/context /api/v1/statuses/{post}/favourited_by
/api/v1/statuses/{post}/reblogged_by /api/v1/statuses/{post}/quotes /api/v1/statuses/{post}/history
/api/v1/statuses/{thread}/context /api/v1/favourites /api/v1/bookmarks /api/v1/blocks /api/v1/mutes
/api/v1/domain_blocks /api/v1/endorsements /api/v1/follow_requests /api/v1/scheduled_statuses
/api/v1/markers?timeline[]=home /api/v2/filters /api/v1/preferences /api/openrounds/v1/teams /api/openrounds/v1/pings
""".split()
PAGES = """
/ /about /explore /live /tags/TeamHaem /tags/TeamHaem.rss /@{othername} /@{othername}.rss /@{othername}/followers
/@{othername}/following /@team /@team/followers /@{author}/{post} /search?q=ferritin /search?q=person /rounds
/source.zip /robots.txt
""".split()
OF_MEMBERS = """
/home /explore /live /local /notifications /conversations /bookmarks /favourites /lists /lists/{list}
/complete?q=%40person /complete?q=%23Team /search?q=ferritin /search?q=nobodyatall /tags/TeamHaem /@team /@{othername}
/@{author}/{post} /posts/{post}/favourites /posts/{post}/boosts /compose /welcome/people /settings /settings/profile
/settings/export /settings/blocks /settings/mutes /rounds /rounds/mine
""".split()
READERS = 9


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--small", type=Path, required=True)
    parser.add_argument("--big", type=Path, required=True)
    parser.add_argument("--most", type=float, default=3.0)
    parser.add_argument("--only", default="", help="Paths that hold this.")
    parser.add_argument("--asked", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    return asked(given) if given.asked else compare(given)


def compare(given: argparse.Namespace) -> int:
    small, big = (
        subprocess.Popen([sys.executable, *sys.argv, "--asked", str(data)], stdout=subprocess.PIPE, text=True)
        for data in (given.small, given.big)
    )
    assert small.stdout
    assert big.stdout
    for one, other in zip(small.stdout, big.stdout, strict=True):
        (path, little), (_, much) = json.loads(one), json.loads(other)
        print(f"{path:72.72} {tell(little)} {tell(much)} {verdict(little, much, given.most)}", flush=True)
    return 0


def tell(found: float | str) -> str:
    return f"{found:>9}" if isinstance(found, str) else f"{found:9.2f}"


def verdict(little: float | str, much: float | str, most: float) -> str:
    if isinstance(little, str) or isinstance(much, str):
        return "" if little == much else "       !"
    return f"{much / little:6.2f}{' !' if much / little > most else ''}"


def asked(given: argparse.Namespace) -> int:
    server = Server(given.asked)
    for kind, paths in (("", LISTS), ("a stranger: ", PAGES), ("a member: ", OF_MEMBERS)):
        for path in paths:
            if given.only in path:
                print(json.dumps([kind + path, server.cost(kind, path)]), flush=True)
    return 0


class Server:
    """One server's application, and the people who ask it."""

    def __init__(self, data: Path) -> None:
        self.application = start(data)
        import_module("openrounds.web.loading").load_pages()
        import_module("openrounds.search.trends").count()
        self.db = import_module("openrounds.core.db")
        luck = random.Random(5)  # noqa: S311 - who comes
        people = json.loads((data / "tokens.json").read_text())[1:]
        luck.shuffle(people)
        pairs = zip(people[:READERS], people[READERS : 2 * READERS], strict=True)
        self.readers = [self._reader(one["acct"], one["token"], other["acct"]) for one, other in pairs]
        self.counters = [Instructions(pid) for pid in (0, database_process()) if pid is not None]

    def cost(self, kind: str, path: str) -> float | str:
        """Millions of instructions; or what the server answered instead of a page."""
        try:
            for reader in self.readers:
                self._one(kind, path, reader)
            return statistics.median(self._one(kind, path, reader) for reader in self.readers)
        except SystemExit as problem:
            return str(problem).partition(" answered ")[2][:3]

    def _one(self, kind: str, path: str, reader: dict[str, str]) -> float:
        asker = page_cost.Asker(self.application, path.format_map(reader), "", "gzip")
        if kind == "":
            asker._headers["HTTP_AUTHORIZATION"] = f"Bearer {reader['token']}"
        elif kind == "a member: ":
            asker._headers["HTTP_COOKIE"] = reader["cookie"]
        for counter in self.counters:
            counter.start()
        asker.ask()
        return sum(counter.read() or 0 for counter in self.counters) / 1e6

    def _reader(self, name: str, token: str, other: str) -> dict[str, str]:
        me, them, popular = (self._id(who) for who in (name, other, "team"))
        return {
            "token": token,
            "cookie": page_cost.session_of(name),
            "me": str(me),
            "name": name,
            "other": str(them),
            "othername": other,
            "popular": str(popular),
            "list": str(self._list(me)),
            **self._posts(),
        }

    def _id(self, name: str) -> int:
        found = self.db.row("SELECT id FROM accounts_account WHERE username = %s", [name])
        return int(found[0])

    def _list(self, me: int) -> int:
        """A list of those whom the person follows."""
        actions = import_module("openrounds.timelines.list_actions")
        model = import_module("openrounds.timelines.models").List
        kept = model.objects.filter(account_id=me, title="Growth").first()
        if kept is None:
            kept = actions.create_list(me, "Growth", replies_policy=None, exclusive=False)
            members = self.db.rows("SELECT followee_id FROM accounts_follow WHERE follower_id = %s", [me])
            actions.add_members(me, kept.pk, [row[0] for row in members][:100])
        return int(kept.pk)

    def _posts(self) -> dict[str, str]:
        """A post in the middle, and the longest thread."""
        lowest, highest = self.db.row("SELECT MIN(id), MAX(id) FROM posts_post")
        middle = (lowest + highest) // 2
        post, author = self.db.row(
            "SELECT p.id, a.username FROM posts_post p JOIN accounts_account a ON a.id = p.account_id "
            "WHERE p.id >= %s ORDER BY p.id LIMIT 1",
            [middle],
        )
        thread = self.db.row("SELECT id FROM posts_post ORDER BY replies_count DESC LIMIT 1")[0]
        return {"post": str(post), "author": author, "thread": str(thread), "old": str(middle)}


if __name__ == "__main__":
    sys.exit(main())
