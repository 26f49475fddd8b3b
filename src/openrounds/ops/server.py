"""`openrounds serve`: one parent that loads the program once and forks what runs it.

Everything is imported before the fork, so the children share its memory and start at once; the parent keeps no database
connection, since that would not survive a fork. It holds the socket that streams are asked for at, which so is there before
the process behind it is, and while that is being started again.
"""

import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server as Granian
from msgspec.structs import replace

from openrounds.core.db import is_postgres
from openrounds.core.options import options
from openrounds.jobs.worker import Worker
from openrounds.ops.boot import settling
from openrounds.ops.checkpoints import Checkpoints
from openrounds.ops.listening import apart, listen
from openrounds.ops.processes import GRACE, Child, Supervisor, die_with

logger = logging.getLogger(__name__)
FINISH = GRACE - 3  # what is under way gets this long, so that the parent need not kill
PATIENCE = 5  # for streams, whose clients come again by themselves
# granian writes through our own handlers
GRANIAN_LOGS: dict[str, Any] = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"propagate": True}, "granian.access": {"propagate": True}},
}


def serve(
    host: str, port: int, workers: int, announce: Callable[[], None], *, streaming_port: int = 0
) -> int:
    """Serves until told to stop; the exit code. Port 0 for streams is that of the settings, or any that is free."""
    apart(port, streaming_port or options().streaming_port)
    listening = listen(host, streaming_port or options().streaming_port)
    settings.OPENROUNDS = replace(options(), streaming_port=listening.getsockname()[1])
    application = _load()
    announce()
    children = [
        Child("web", partial(_web, application, host, port, workers)),
        Child("job worker", work_jobs),
        Child("streaming", partial(_stream, listening, port)),
    ]
    return Supervisor(children).run()


def _load() -> Any:
    """The WSGI application (`config.wsgi` says it in short), with everything imported that a request may need."""
    with settling(), ThreadPoolExecutor(1) as aside:
        # A first start compresses the pages' files, which takes as long as to read the templates, and no interpreter.
        prepared = aside.submit(import_module("openrounds.web.static_files").prepare)
        application = import_module("openrounds.config.application")
        import_module("openrounds.web.loading").load_pages()
        prepared.result()
        application = application.Application()
    connections.close_all()
    return application


def _web(application: Any, host: str, port: int, workers: int) -> None:
    """granian with its workers; one thread each, which SQLite likes best."""
    multiprocessing.set_start_method("fork", force=True)
    Granian(
        "openrounds.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=GRANIAN_LOGS,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=int(FINISH),
    ).serve(target_loader=partial(_in_worker, application, os.getpid()), wrap_loader=False)


def _in_worker(application: Any, parent: int) -> Any:
    die_with(parent)
    return application


def _stream(listening: socket.socket, port: int) -> None:
    """What it needs alone is imported here, while the others are starting."""
    import_module("openrounds.streaming.server").run(listening, port, PATIENCE)


def work_jobs() -> None:
    """Runs queued work until told to stop; a thread that fails ends the process, to be started afresh."""
    stop, failed = threading.Event(), threading.Event()

    def fail(problem: threading.ExceptHookArgs) -> None:
        logger.error("%s failed", problem.thread and problem.thread.name, exc_info=problem.exc_value)
        failed.set()
        stop.set()

    threading.excepthook = fail
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options().redis_url:
        import_module("openrounds.core.broker").Relay(settings.RUN / "bus").start()
    worker = Worker()
    worker.start()
    if not is_postgres():
        Checkpoints(Path(str(settings.DATABASES["default"]["NAME"])), stop).start()
    stop.wait()
    worker.stop(FINISH)
    connections.close_all()
    os._exit(1 if failed.is_set() else 0)  # a job that did not end in time must not hold up the process


def address_of(host: str, port: int) -> str:
    """Where people find the server."""
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104 - compared, not bound
    return options().base_url or f"http://{shown}:{port}"
