#!/usr/bin/env python3
"""The least that a home can cost: the same bytes as a constant, from a Django view behind the same middleware and token check.

    .venv/bin/python tools/constant_limit.py --data DIR --tokens DIR/tokens.json

Asks, in one process and in turn, for home timelines and for constants that are as long, as CPU time and (where the kernel
lets it count them) as instructions per request: these say the same on a machine that has other work. Without a web
server in front, whose cost both would share. DIR is a data directory such as `openrounds dev populate` makes.
"""

import argparse
import contextlib
import io
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from instructions import Instructions

HOME = "/api/v1/timelines/home"
CONSTANT = "/api/openrounds/constant"
ROUNDS = 5


class Asker:
    """Asks the WSGI application as a web server would."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def get(self, path: str, token: str) -> bytes:
        status: list[str] = []
        answer = self._application(environment(path, token), lambda line, *_: status.append(line))
        body = b"".join(answer)
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


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--requests", type=int, default=500)
    asked = parser.parse_args()
    tokens = [person["token"] for person in json.loads(asked.tokens.read_text())]
    asker = Asker(start(asked.data))
    homes = [asker.get(HOME, token) for token in tokens]  # and everything is rendered once
    typical = sorted(homes, key=len)[len(homes) // 2]
    add_constant(typical)
    home = measure(lambda token: asker.get(HOME, token), tokens, asked.requests)
    constant = measure(lambda token: asker.get(CONSTANT, token), tokens, asked.requests)
    ratio = {name: round(home[name] / constant[name], 2) for name in home}
    print(json.dumps({"bytes": len(typical), "home": home, "constant": constant, "ratio": ratio}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
