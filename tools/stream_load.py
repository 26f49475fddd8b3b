#!/usr/bin/env python3
"""Many WebSockets on one server: how long until each of them has a post of the team.

    python3 tools/stream_load.py --base http://127.0.0.1:8000 --state state.json --clients 1000

Wants a server seeded by `tools/bench` (state.json holds its tokens) and started with OPENROUNDS_RATE_LIMITS=off. Prints one
line of JSON; the exit code is 1 when a post did not arrive everywhere or a socket was closed.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from bench.client import Api, WebSocketListener

PATH = "/api/v1/streaming?stream=user&access_token="
AT_ONCE = 50


async def connect(api: Api, tokens: list[str], clients: int) -> list[WebSocketListener]:
    streaming = await api.streaming_base()
    sockets: list[WebSocketListener] = []
    for start in range(0, clients, AT_ONCE):
        some = [tokens[i % len(tokens)] for i in range(start, min(start + AT_ONCE, clients))]
        sockets += await asyncio.gather(*(WebSocketListener.open(streaming, PATH + token) for token in some))
    return sockets


async def measure(base: str, accounts: list[dict[str, str]], clients: int, posts: int) -> dict[str, object]:
    api = Api(base)
    team, *others = (account["token"] for account in accounts)
    started = time.perf_counter()
    sockets = await connect(api, others, clients)
    connected = time.perf_counter() - started
    await asyncio.sleep(1)
    latencies: list[float] = []
    missing = 0
    for number in range(posts):
        for socket in sockets:
            socket.messages.clear()
        sent = time.perf_counter()
        post = await api.post("/api/v1/statuses", team, {"status": f"Load {number} at {sent}"})
        deadline = sent + 10
        while time.perf_counter() < deadline and not all(socket.messages for socket in sockets):
            await asyncio.sleep(0.02)
        marks = [[at for at, text in socket.messages if post["id"].encode() in text] for socket in sockets]
        latencies += [found[0] - sent for found in marks if found]
        missing += sum(not found for found in marks)
        await asyncio.sleep(0.3)
    latencies.sort()
    api.close()
    return {
        "clients": clients,
        "posts": posts,
        "received": len(latencies),
        "missing": missing,
        "closed": sum(socket.closed for socket in sockets),
        "connect_s": round(connected, 2),
        "p50_ms": round(latencies[len(latencies) // 2] * 1000, 1),
        "p99_ms": round(latencies[int(len(latencies) * 0.99)] * 1000, 1),
        "max_ms": round(latencies[-1] * 1000, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=20)
    asked = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    accounts = json.loads(asked.state.read_text())["accounts"]
    found = asyncio.run(measure(asked.base, accounts, asked.clients, asked.posts))
    print(json.dumps(found))
    return 1 if found["missing"] or found["closed"] else 0


if __name__ == "__main__":
    sys.exit(main())
