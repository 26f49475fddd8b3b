"""Serves the streams on a socket that already listens, until told to stop."""

import resource
import signal
from typing import Any

import uvicorn

from openrounds.streaming.app import Streams, application

LARGEST_FRAME = 64 * 1024
BETWEEN_PINGS = 30.0


class _Server(uvicorn.Server):
    """Tells every client that we are going, so that none keeps the process waiting."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: Any = None) -> None:
        self._streams.hub.close_everyone()
        await super().shutdown(sockets)


def run(listening: Any, web_port: int, patience: int) -> None:
    """`listening` is the socket, `web_port` where links lead on one's own machine, `patience` seconds are for farewells."""
    streams = Streams(web_port)
    config = uvicorn.Config(
        application(streams),
        loop="uvloop",
        http="h11",
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=BETWEEN_PINGS,
        ws_ping_timeout=BETWEEN_PINGS,
        ws_per_message_deflate=False,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=patience,
    )
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))  # each client is one
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises it again when all is done
    _Server(config, streams).run(sockets=[listening])
