#!/usr/bin/env python3
"""The least that a home can cost: the same bytes as a constant, from a Django view behind the same middleware and token check.

    .venv/bin/python tools/constant_limit.py --data DIR --tokens DIR/tokens.json [--served --port 8000]

Asks in turn for home timelines and for constants that are as long, as CPU time and (where the kernel lets it count them) as
instructions per request: these say the same on a machine that has other work. Without `--served` in one process, with no web
server in front; with it of `openrounds serve`, started here with one route more, by `wrk` as the load harness does: the cost
of all the server's processes divided by the answers. DIR is a data directory such as `openrounds dev populate` makes.
"""

import argparse
import contextlib
import io
import json
import os
import random
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.measure import Bench
from instructions import Instructions

HOME = "/api/v1/timelines/home"
CONSTANT = "/api/openrounds/constant"
ROUNDS = 5
SECONDS = 5


class Asker:
    """Asks the WSGI application as a web server would."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def get(self, path: str, token: str) -> bytes:
        status: list[str] = []
        answer = self._application(environment(path, token), lambda line, *_: status.append(line))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if not status[0].startswith("200"):
            sys.exit(f"{path}: {status[0]}")
        return body


def environment(path: str, token: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "limit=20",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def start(data: Path) -> Any:
    os.environ["OPENROUNDS_RATE_LIMITS"] = "off"
    from openrounds.ops.boot import work  # noqa: PLC0415 - reads the settings that were just made

    work(data, "database")
    from openrounds.config.wsgi import application  # noqa: PLC0415

    return application


def add_constant(body: bytes) -> None:
    """One more route of the API, which answers with that whoever calls, if his token is good."""
    from openrounds.api.call import Call  # noqa: PLC0415 - after the start
    from openrounds.api.routing import person, route  # noqa: PLC0415

    @route("GET", CONSTANT, person("read:statuses"))
    def constant(_: Call) -> bytes:
        return body


@contextlib.contextmanager
def counting(requests: int, found: dict[str, list[float]]) -> Iterator[None]:
    counter = Instructions()
    counter.start()
    began = time.process_time()
    yield
    found["cpu_ms"].append((time.process_time() - began) / requests * 1e3)
    executed = counter.read()
    counter.close()
    if executed is not None:
        found["million_instructions"].append(executed / requests / 1e6)


def measure(ask: Callable[[str], bytes], tokens: list[str], requests: int) -> dict[str, float]:
    """The best of some rounds: what other work disturbed counts less."""
    found: dict[str, list[float]] = {"cpu_ms": [], "million_instructions": []}
    for _ in range(ROUNDS):
        asked = random.choices(tokens, k=requests)  # noqa: S311 - whose home it is
        with counting(requests, found):
            for token in asked:
                ask(token)
    return {name: round(min(values), 3) for name, values in found.items() if values}


class Served:
    """`openrounds serve` in a process of its own, with the constant among its routes."""

    def __init__(self, asked: argparse.Namespace, tokens: list[str]) -> None:
        self._base = f"http://127.0.0.1:{asked.port}"
        here, there = socket.socketpair()
        self._pid = os.fork()
        if not self._pid:
            _serve(asked, tokens, there)
        message, counters, *_ = socket.recv_fds(here, 64, 1)
        self.length, self._counter = int(message), Instructions.handed(counters[0] if counters else -1)
        accounts = [{"token": token} for token in tokens]
        self._bench = Bench(self._base, {"accounts": accounts}, self._pid, seconds=SECONDS, warmup=0)

    def wait(self) -> None:
        for _ in range(1200):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self._base}/health", timeout=5).close()  # noqa: S310 - our own address
                return
            time.sleep(0.05)
        self.stop()
        sys.exit("the server does not answer")

    def cost(self, path: str) -> dict[str, float]:
        before = self._counter.read()
        found = self._bench.load(f"{path}?limit=20", '"id"', 1)
        after = self._counter.read()
        if found["problems"]:
            sys.exit(f"{path}: {found['problems']}")
        cost = {"cpu_ms": float(found["server_cpu_ms_per_request"])}
        if before is not None and after is not None:
            cost["million_instructions"] = round((after - before) / found["ok"] / 1e6, 3)
        return cost

    def stop(self) -> None:
        os.kill(self._pid, signal.SIGTERM)
        os.waitpid(self._pid, 0)


def _serve(asked: argparse.Namespace, tokens: list[str], there: socket.socket) -> None:
    """In the child, which never returns."""
    counter = Instructions(family=True)
    counter.start()
    asker = Asker(start(asked.data))
    body = typical([asker.get(HOME, token) for token in tokens])
    add_constant(body)
    socket.send_fds(there, [str(len(body)).encode()], [counter.fd] if counter.fd >= 0 else [])
    from openrounds.ops.server import serve  # noqa: PLC0415 - after the start

    os._exit(serve("127.0.0.1", asked.port, 2, lambda: None))


def measure_served(asked: argparse.Namespace, tokens: list[str]) -> dict[str, object]:
    """The first round fills what the workers keep."""
    served = Served(asked, tokens)
    served.wait()
    rounds = [(served.cost(HOME), served.cost(CONSTANT)) for _ in range(3)][1:]
    served.stop()
    home, constant = (
        {name: min(cost[name] for cost in costs) for name in costs[0]} for costs in zip(*rounds, strict=True)
    )
    return report(served.length, home, constant)


def measure_here(asked: argparse.Namespace, tokens: list[str]) -> dict[str, object]:
    asker = Asker(start(asked.data))
    body = typical([asker.get(HOME, token) for token in tokens])  # and everything is rendered once
    add_constant(body)
    home = measure(lambda token: asker.get(HOME, token), tokens, asked.requests)
    constant = measure(lambda token: asker.get(CONSTANT, token), tokens, asked.requests)
    return report(len(body), home, constant)


def typical(homes: list[bytes]) -> bytes:
    return sorted(homes, key=len)[len(homes) // 2]


def report(length: int, home: dict[str, float], constant: dict[str, float]) -> dict[str, object]:
    ratio = {name: round(home[name] / constant[name], 2) for name in home}
    return {"bytes": length, "home": home, "constant": constant, "ratio": ratio}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=500)
    parser.add_argument("--served", action="store_true")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    tokens = [person["token"] for person in json.loads(asked.tokens.read_text())]
    print(json.dumps((measure_served if asked.served else measure_here)(asked, tokens), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
