"""What a page costs the server: CPU of one process for the whole way of a request, in-process, no network.

    OPENROUNDS_DATA=demo .venv/bin/python tools/page_cost.py --member asha

The data directory must be no server's at work. The figures are medians of the requests: milliseconds of CPU (user and system),
and millions of processor instructions where the kernel counts them (`-` elsewhere), which are the same on a loaded machine;
then the bytes that are sent. `new` is the same with no post drawn yet in this process.
"""

import argparse
import gc
import io
import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from instructions import Instructions

TOPICS = "/tags/TeamHaemDemo"
WARM = 5


@dataclass(frozen=True)
class Cost:
    """What one request took: CPU in ms, instructions in millions."""

    cpu: float
    instructions: float | None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--member", default="asha", help="Whose pages; a username.")
    parser.add_argument("--times", type=int, default=40, help="How often each is asked for.")
    parser.add_argument("--encoding", default="br, gzip", help="What the browser accepts; '' for nothing.")
    parser.add_argument("--profile", metavar="PATH", help="Profile that page instead, by cumulated time.")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openrounds.config.settings")
    os.environ.setdefault("OPENROUNDS_RATE_LIMITS", "off")
    application = import_module("openrounds.config.wsgi").application
    import_module("openrounds.web.loading").load_pages()
    gc.freeze()  # as a server does: what is loaded by now is none of the collector's business
    cookie = session_of(given.member)
    if given.profile:
        profile(Asker(application, given.profile, cookie, given.encoding), given.times)
        return
    print(f"{'page':34} {'CPU ms':>7} {'p95':>7} {'Minstr':>7} {'new ms':>7} {'Minstr':>7} {'bytes':>7}")
    counter = Instructions()
    for path, signed_in in pages(given.member):
        costs, new, size = measure(
            Asker(application, path, cookie if signed_in else "", given.encoding), counter, given.times
        )
        name = path if signed_in else f"{path} (a stranger)"
        print(f"{name:34.34} {line(costs)} {brief(new)} {size:7}")


def line(costs: Sequence[Cost]) -> str:
    """Median and 95th percentile of CPU, and the median of instructions."""
    p95 = sorted(cost.cpu for cost in costs)[int(len(costs) * 0.95)]
    return f"{statistics.median(cost.cpu for cost in costs):7.1f} {p95:7.1f} {executed(costs)}"


def brief(costs: Sequence[Cost]) -> str:
    return f"{statistics.median(cost.cpu for cost in costs):7.1f} {executed(costs)}"


def executed(costs: Sequence[Cost]) -> str:
    counted = [cost.instructions for cost in costs if cost.instructions is not None]
    return f"{statistics.median(counted):7.1f}" if counted else f"{'-':>7}"


def session_of(username: str) -> str:
    """The cookie of somebody signed in."""
    auth = import_module("django.contrib.auth")
    settings = import_module("django.conf").settings
    request = import_module("django.http").HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    person = auth.get_user_model().objects.get(username=username)
    auth.login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return f"{settings.SESSION_COOKIE_NAME}={request.session.session_key}"


def pages(username: str) -> Iterable[tuple[str, bool]]:
    """The pages that are read most; the thread with the most replies."""
    posts = import_module("openrounds.posts.models").Post.objects
    longest = (
        posts.filter(visibility=0, boost_of=None).order_by("-replies_count").select_related("account")[0]
    )
    for path in ("/home", "/local", "/explore", TOPICS, f"/@{longest.account.username}/{longest.pk}"):
        yield path, True
    for path in ("/notifications", f"/@{username}"):
        yield path, True
    for path in ("/", "/explore", TOPICS):
        yield path, False


class Asker:
    """Asks for one page, as a web server would."""

    def __init__(self, application: Any, path: str, cookie: str, encoding: str) -> None:
        self._application = application
        self._path, _, self._query = path.partition("?")
        self._headers = {"HTTP_COOKIE": cookie, "HTTP_ACCEPT_ENCODING": encoding}

    def ask(self) -> int:
        """The size of the answer's body."""
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": self._path, "QUERY_STRING": self._query, "SERVER_NAME": "localhost",
            "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(), **self._headers,
        }  # fmt: skip
        status: list[str] = []
        answer = self._application(environ, lambda said, _: status.append(said))
        size = sum(len(part) for part in answer)
        if hasattr(answer, "close"):
            answer.close()
        if not status[0].startswith("200"):
            raise SystemExit(f"{self._path} answered {status[0]}")
        return size


def measure(asker: Asker, counter: Instructions, times: int) -> tuple[list[Cost], list[Cost], int]:
    """The cost of each request, the same with nothing drawn yet, and the size."""
    cards = import_module("openrounds.web.cards")
    size = max(asker.ask() for _ in range(WARM))
    costs = [spent(asker.ask, counter) for _ in range(times)]
    new: list[Cost] = []
    for _ in range(times // 2):
        cards.forget_everything()
        new.append(spent(asker.ask, counter))
    return costs, new, size


def spent(work: Callable[[], object], counter: Instructions) -> Cost:
    begun = time.process_time()
    counter.start()
    work()
    counted = counter.read()
    cpu = (time.process_time() - begun) * 1000
    return Cost(cpu, None if counted is None else counted / 1e6)


def profile(asker: Asker, times: int) -> None:
    profiler = import_module("cProfile").Profile()
    for _ in range(WARM):
        asker.ask()
    profiler.enable()
    for _ in range(times):
        asker.ask()
    profiler.disable()
    import_module("pstats").Stats(profiler).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
