#!/usr/bin/env python3
"""What a large server costs beside a small one, and how long others wait while a post goes to very many.

    .venv/bin/openrounds dev populate --accounts 5000 --posts 5000 --data small
    .venv/bin/openrounds dev populate --accounts 100000 --posts 1000000 --data big
    .venv/bin/python tools/growth_load.py reading --small small --big big
    OPENROUNDS_RATE_LIMITS=off .venv/bin/openrounds serve --data big --port 8000 &
    .venv/bin/python tools/growth_load.py writing --data big --base http://127.0.0.1:8000

With PostgreSQL, each directory's `openrounds.toml` names its `database_url`. `reading` asks both servers in turn, each in a
process without a web server in front, through the whole WSGI stack: CPU and instructions per request, those of the
database's own process added (where it runs on this machine). `writing` has one person post all the while, and three
times the team with all its followers.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import requests
from constant_limit import Asker, start
from instructions import Instructions

PAGES = {"home": "/api/v1/timelines/home", "hashtag": "/api/v1/timelines/tag/TeamHaem"}
# The same people again; people who come for the first time; nothing of what was drawn is kept.
STATES = ("again", "first", "nothing kept")
PEOPLE, EACH, ROUNDS = 250, 50, 6
PATIENCE = 120.0
# A short home costs less; on a small server many are.
WITH_FULL_HOMES = """SELECT username FROM accounts_account a WHERE 20 = (
  SELECT COUNT(*) FROM (SELECT 1 FROM timelines_homeentry h WHERE h.account_id = a.id LIMIT 20) some)"""


# ---------------------------------------------------------------------------------------------------------------- reading
def reading(given: argparse.Namespace) -> int:
    servers = [Child(given.small), Child(given.big)]
    print(
        f"{'':24}{'small':>22}{'big':>22}{'ratio':>16}\n{'':24}{'ms   Minstr':>22}{'ms   Minstr':>22}{'ms  Minstr':>16}"
    )
    for page in PAGES:
        for state in STATES:
            rounds = [[server.ask(page, state) for server in servers] for _ in range(ROUNDS)]
            small, big = (
                [statistics.median(each[n][of] for each in rounds) for of in (0, 1)] for n in (0, 1)
            )
            ratios = [statistics.median(b[of] / a[of] for a, b in rounds) for of in (0, 1)]
            both = "".join(f"{ms:13.2f} {executed:8.2f}" for ms, executed in (small, big))
            print(f"{page + ', ' + state:24}{both}{ratios[0]:9.2f} {ratios[1]:6.2f}", flush=True)
    for server in servers:
        server.process.terminate()
    return 0


class Child:
    """A process that asks one server's application what it is told to."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, __file__, "asked", "--data", str(data)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, page: str, state: str) -> tuple[float, float]:
        """Milliseconds of CPU and millions of instructions per request."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps([page, state]), file=self.process.stdin, flush=True)
        milliseconds, executed = json.loads(self.process.stdout.readline())
        return milliseconds, executed


def asked(given: argparse.Namespace) -> int:
    people = Asking(given.data)
    for line in sys.stdin:
        print(json.dumps(people.measured(*json.loads(line))), flush=True)
    return 0


class Asking:
    """People at random whose home fills a page: `again` are those who have seen each page before, `first` come once."""

    def __init__(self, data: Path) -> None:
        self.asker = Asker(start(data))
        full = {name for (name,) in import_module("openrounds.core.db").rows(WITH_FULL_HOMES)}
        people = json.loads((data / "tokens.json").read_text())
        tokens = [person["token"] for person in people if person["acct"] in full]
        random.Random(11).shuffle(tokens)  # noqa: S311 - who comes
        self.regulars, self.others = tokens[:PEOPLE], iter(tokens[PEOPLE:])
        for page in PAGES.values():
            for token in self.regulars:
                self.asker.get(page, token)
        self.database = database_process()
        self.counters = [Instructions(pid) for pid in (0, self.database) if pid is not None]

    def measured(self, page: str, state: str) -> tuple[float, float]:
        before = forget_everything if state == "nothing kept" else nothing
        who = self.regulars if state == "again" else [next(self.others) for _ in range(EACH)]
        milliseconds = executed = 0.0
        for token in random.sample(who, EACH):
            before()
            one = self.one(page, token)
            milliseconds, executed = milliseconds + one[0], executed + one[1]
        return milliseconds / EACH, executed / EACH

    def one(self, page: str, token: str) -> tuple[float, float]:
        began = time.thread_time_ns() + on_processor(self.database)
        for counter in self.counters:
            counter.start()
        self.asker.get(PAGES[page], token)
        executed = sum(counter.read() or 0 for counter in self.counters)
        return (time.thread_time_ns() + on_processor(self.database) - began) / 1e6, executed / 1e6


def nothing() -> None:
    pass


def forget_everything() -> None:
    import_module("openrounds.api.rendering").forget_everything()


def database_process() -> int | None:
    """PostgreSQL's process for this connection."""
    db = import_module("openrounds.core.db")
    return int(db.row("SELECT pg_backend_pid()")[0]) if db.is_postgres() else None


def on_processor(pid: int | None) -> int:
    """Nanoseconds, by the scheduler's own count."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) if pid else 0


# ---------------------------------------------------------------------------------------------------------------- writing
def writing(given: argparse.Namespace) -> int:
    os.environ["OPENROUNDS_DATA"] = str(given.data)
    import_module("openrounds.ops.boot").work(given.data, "database")
    tokens = {
        person["acct"]: person["token"] for person in json.loads((given.data / "tokens.json").read_text())
    }
    team = Api(given.base, tokens["team"])
    other = Writer(Api(given.base, tokens["person0009"]))
    other.start()
    time.sleep(given.alone)
    print("the other, alone:", spread(other.since(0)), flush=True)
    for number in range(3):
        before = len(other.took)
        began = time.monotonic()
        post_id = team.say(f"To everybody, {number}")
        answered = time.monotonic() - began
        took = until_in_every_home(post_id, began)
        print(
            f"team answered after {answered:.2f} s, in all homes after {took:.2f} s; meanwhile:",
            spread(other.since(before)),
            flush=True,
        )
        time.sleep(2)
    other.enough.set()
    other.join()
    return 0


class Api(requests.Session):
    def __init__(self, base: str, token: str) -> None:
        super().__init__()
        self.base, self.headers["Authorization"] = base, f"Bearer {token}"

    def say(self, text: str) -> int:
        answer = self.post(
            f"{self.base}/api/v1/statuses", json={"status": f"{text} {time.time()}"}, timeout=60
        )
        answer.raise_for_status()
        return int(answer.json()["id"])


class Writer(threading.Thread):
    """Posts, and posts again as soon as that is answered."""

    def __init__(self, api: Api) -> None:
        super().__init__(daemon=True)
        self.api, self.enough = api, threading.Event()
        self.took: list[float] = []

    def run(self) -> None:
        while not self.enough.is_set():
            began = time.monotonic()
            self.api.say(f"Meanwhile {len(self.took)}")
            self.took.append(time.monotonic() - began)
            time.sleep(0.02)

    def since(self, number: int) -> list[float]:
        return self.took[number:]


def spread(took: list[float]) -> str:
    some = sorted(took)
    middle, late = some[len(some) // 2], some[int(len(some) * 0.95)]
    return f"{len(some)} posts, median {middle * 1e3:.0f} ms, 95 % {late * 1e3:.0f} ms, longest {some[-1] * 1e3:.0f} ms"


def until_in_every_home(post_id: int, began: float) -> float:
    """Seconds until all followers and the author have it. What is looked at meanwhile are the jobs, which costs little."""
    db = import_module("openrounds.core.db")
    left = "SELECT 1 FROM jobs_job WHERE handler LIKE %s AND payload LIKE %s"
    while db.row(left, ["timelines.jobs.deliver%", f"%{post_id}%"]):
        if time.monotonic() - began > PATIENCE:
            sys.exit("It never came.")
        time.sleep(0.05)
    took = time.monotonic() - began
    followers = "SELECT COUNT(*) FROM accounts_follow WHERE followee_id = (SELECT account_id FROM posts_post WHERE id = %s)"
    wanted = db.row(followers, [post_id])[0] + 1
    reached = db.row("SELECT COUNT(*) FROM timelines_homeentry WHERE post_id = %s", [post_id])[0]
    if reached < wanted:
        sys.exit(f"{reached} homes have it, not {wanted}.")
    return took


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = parser.add_subparsers(required=True)
    for name, run in dict[str, Callable[[argparse.Namespace], int]](
        reading=reading, asked=asked, writing=writing
    ).items():
        part = parts.add_parser(name)
        part.set_defaults(run=run)
        for option in {"reading": ["--small", "--big"]}.get(name, ["--data"]):
            part.add_argument(option, type=Path, required=True)
        if name == "writing":
            part.add_argument("--base", required=True)
            part.add_argument("--alone", type=float, default=5.0)
    given = parser.parse_args()
    return int(given.run(given))


if __name__ == "__main__":
    sys.exit(main())
