#!/usr/bin/env python3
"""A room with a long debate: what opening it costs, and how soon a release is in every open room.

    export OPENROUNDS_RATE_LIMITS=off
    .venv/bin/openrounds dev people --count 501 --tokens tokens.json --data big-room
    .venv/bin/python tools/room_load.py fill --data big-room
    .venv/bin/python tools/room_load.py open --data big-room
    .venv/bin/openrounds serve --data big-room --port 8000 &
    .venv/bin/python tools/room_load.py release --base http://127.0.0.1:8000 --tokens tokens.json

`fill` makes a round with five steps, four of them released, its posts, everybody's answers to three and some marks. `open`
asks for the room and its pieces in one process, as a stranger, a member and the host: the least CPU of a request in
milliseconds, its instructions, its queries; beside it a page that has nothing but the frame of all pages. `release` holds
that many WebSockets on the room, has a post said and then the next step released, and prints when each of them heard of it.
Exit code 1 if somebody heard nothing.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from bench.client import Api, WebSocketListener
from instructions import Instructions
from page_cost import Asker, session_of, spent

STEPS = 5  # of which the last is held back for `release`
MARKED = 40
PATIENCE = 10.0
AT_ONCE = 50


def load(name: str) -> Any:
    return import_module(f"openrounds.{name}")


# ------------------------------------------------------------------------------------------------------------------- fill
def fill(given: argparse.Namespace) -> int:
    load("ops.boot").work(given.data, "database")
    accounts = load("accounts.models").Account.objects
    people = list(accounts.filter(username__startswith="person").order_by("pk")[: given.people])
    host = accounts.get(username="team")
    round = make_round(host)
    actions, lots = load("rounds.actions"), random.Random(7)  # noqa: S311 - what they say and answer
    for position in range(1, STEPS):
        step = actions.release_step(round.steps.get(position=position), host)
        round.refresh_from_db()
        debate(round, people, given.posts // (STEPS - 1), lots)
        if position < STEPS - 1:
            answer(step, people, lots)
    for row in round.contributions.exclude(way="host").order_by("pk")[:: max(given.posts // MARKED, 1)]:
        row.round = round
        actions.mark(row, "key_point")
    load("jobs.worker").run_due()
    print(json.dumps({"round": round.slug, "posts": round.contributions.count(), "people": len(people)}))
    return 0


def make_round(host: Any) -> Any:
    actions, drafts = load("rounds.actions"), load("rounds.drafts")
    about = drafts.RoundDraft(
        title="A long debate",
        hashtag=f"LongDebate{int(time.time())}",
        basis="fictional",
        specialty="Hematology",
        level="student",
    )
    round = actions.create_round(host, host, "case", about, base_url="http://localhost")
    results = [drafts.ResultRow(test="Haemoglobin", value="70", unit="g/L", range="130-170", flag="L")] * 12
    for number in range(1, STEPS + 1):
        step = drafts.StepDraft(title=f"Part {number}", text="Words of that part. " * 20, results=results)
        actions.add_step(round, step, None, editor_id=host.pk)
    return round


def debate(round: Any, people: list[Any], posts: int, lots: random.Random) -> None:
    speak, author = load("rounds.actions").speak, load("posts.actions").Author
    for number in range(posts):
        who = people[number * 7 % len(people)]
        words = lots.choices("film spleen anaemia reticulocytes why first test source?".split(), k=12)
        speak(author(who), who.pk, round, f"{number}: {' '.join(words)}")


def answer(step: Any, people: list[Any], lots: random.Random) -> None:
    actions, guess = load("rounds.actions"), load("rounds.rules").GuessDraft
    for who in people:
        named = lots.sample(("ITP", "TTP", "Leukaemia", "Malaria", "DIC", "HUS"), k=3)
        given = tuple(guess(text, sure) for text, sure in zip(named, (60, 30, 10), strict=True))
        actions.commit(who, step, actions.Answer(given))


# ------------------------------------------------------------------------------------------------------------------- open
def opened(given: argparse.Namespace) -> int:
    os.environ.setdefault("OPENROUNDS_RATE_LIMITS", "off")
    load("ops.boot").work(given.data, "database")
    application = load("config.wsgi").application
    round = load("rounds.models").Round.objects.latest("pk")
    member, host, path = session_of("person0001"), session_of("team"), f"/rounds/{round.slug}"
    newest = round.contributions.order_by("-post_id").values_list("post_id", flat=True)[1]
    print(f"{'':34} {'least ms':>9} {'median':>8} {'M instr.':>9} {'queries':>8} {'bytes':>8}")
    for name, asked, who in (
        ("the room, a stranger", path, ""),
        ("the room, a member", path, member),
        ("the room, its host", path, host),
        ("the room, nothing drawn before", path, member),
        ("a piece: what was said since", f"{path}/fresh?since={newest}", member),
        ("a piece: the stage", f"{path}/stage", member),
        ("has anything changed?", f"{path}/live", member),
        ("the frame alone: the glossary", "/glossary", member),
    ):
        found = measure(Asker(application, asked, who, "br, gzip"), given.times, cold="nothing" in name)
        least, median = min(found.costs), statistics.median(found.costs)
        print(
            f"{name:34} {least:9.1f} {median:8.1f} {found.instructions:>9} {found.queries:8} {found.size:8}"
        )
    return 0


@dataclass(frozen=True)
class Found:
    """CPU of each request (ms), millions of instructions of the cheapest ("" where none can be counted), queries, bytes."""

    costs: list[float]
    instructions: str
    queries: int
    size: int


def measure(asker: Asker, times: int, *, cold: bool) -> Found:
    size = max(asker.ask() for _ in range(3))
    queries, counter, costs = queries_of(asker), Instructions(), []
    for _ in range(times):
        if cold:
            load("web.cards").forget_everything()
        costs.append(spent(asker.ask, counter))
    counter.close()
    known = [cost.instructions for cost in costs if cost.instructions is not None]
    return Found([cost.cpu for cost in costs], f"{min(known):.1f}" if known else "", queries, size)


def queries_of(asker: Asker) -> int:
    seen = 0

    def counted(execute: Any, *statement: Any) -> Any:
        nonlocal seen
        seen += 1
        return execute(*statement)

    with import_module("django.db").connection.execute_wrapper(counted):
        asker.ask()
    return seen


# ---------------------------------------------------------------------------------------------------------------- release
async def release(given: argparse.Namespace) -> dict[str, object]:
    api = Api(given.base)
    team, *others = [row["token"] for row in json.loads(given.tokens.read_text())]
    round = (await api.get("/api/openrounds/v1/rounds", team))[0]
    path = f"/api/v1/streaming?stream=round&round={round['id']}&access_token="
    streaming, sockets = await api.streaming_base(), []
    for start in range(0, given.rooms, AT_ONCE):
        some = [others[n % len(others)] for n in range(start, min(start + AT_ONCE, given.rooms))]
        sockets += await asyncio.gather(*(WebSocketListener.open(streaming, path + token) for token in some))
    await asyncio.sleep(1)
    said = await api.post("/api/v1/statuses", others[0], {"status": f"One more thought #{round['hashtag']}"})
    _, posts = await heard(sockets, time.perf_counter(), said["id"].encode())
    steps = await api.get(f"/api/openrounds/v1/rounds/{round['id']}/steps", team)
    step = next(each for each in steps if not each["released_at"])
    sent = time.perf_counter()
    await api.post(f"/api/openrounds/v1/rounds/{round['id']}/steps/{step['id']}/release", team)
    answered = time.perf_counter() - sent
    missing, steps_heard = await heard(sockets, sent, b"round.step")
    api.close()
    return {
        "rooms": len(sockets),
        "missing": missing,
        "closed": sum(socket.closed for socket in sockets),
        "release_answered_ms": round_ms(answered),
        "step_p50_ms": round_ms(statistics.median(steps_heard)),
        "step_last_ms": round_ms(max(steps_heard)),
        "post_p50_ms": round_ms(statistics.median(posts)),
        "post_last_ms": round_ms(max(posts)),
    }


async def heard(sockets: list[WebSocketListener], since: float, words: bytes) -> tuple[int, list[float]]:
    """How many did not hear it in time, and after how long (s) the others did."""
    deadline = time.perf_counter() + PATIENCE
    found: list[list[float]] = []
    while time.perf_counter() < deadline and not (found and all(found)):
        await asyncio.sleep(0.05)
        found = [[at for at, text in socket.messages if words in text] for socket in sockets]
    return sum(not marks for marks in found), [marks[0] - since for marks in found if marks] or [PATIENCE]


def round_ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    filling, opening, releasing = (commands.add_parser(name) for name in ("fill", "open", "release"))
    for each in (filling, opening):
        each.add_argument("--data", type=Path, required=True)
    filling.add_argument("--posts", type=int, default=2000)
    filling.add_argument("--people", type=int, default=500)
    opening.add_argument("--times", type=int, default=40)
    releasing.add_argument("--base", default="http://127.0.0.1:8000")
    releasing.add_argument("--tokens", type=Path, required=True)
    releasing.add_argument("--rooms", type=int, default=500)
    given = parser.parse_args()
    if given.command == "fill":
        return fill(given)
    if given.command == "open":
        return opened(given)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    found = asyncio.run(release(given))
    print(json.dumps(found))
    return 1 if found["missing"] or found["closed"] else 0


if __name__ == "__main__":
    sys.exit(main())
