"""What a page costs the server: CPU of one process for the whole way of a request, in-process, no network.

    OPENROUNDS_DATA=demo .venv/bin/python tools/page_cost.py --member asha

The data directory must be no server's at work. The figure is the median of the requests, in milliseconds of CPU (user and
system), with the bytes that are sent; `new` is the same with no post drawn yet in this process.
"""

import argparse
import io
import os
import statistics
import time
from collections.abc import Iterable
from importlib import import_module
from typing import Any

TOPICS = "/tags/TeamHaemDemo"
WARM = 5


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
    cookie = session_of(given.member)
    if given.profile:
        profile(application, given.profile, cookie, given)
        return
    print(f"{'page':40} {'CPU ms':>7} {'p95':>7} {'new':>7} {'bytes':>8}")
    for path, signed_in in pages(given.member):
        costs, new, size = measure(application, path, cookie if signed_in else "", given)
        name = path if signed_in else f"{path} (a stranger)"
        p95 = sorted(costs)[int(len(costs) * 0.95)]
        print(
            f"{name:40.40} {statistics.median(costs):7.1f} {p95:7.1f} {statistics.median(new):7.1f} {size:8}"
        )


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


def ask(application: Any, path: str, cookie: str, encoding: str) -> int:
    """The size of the answer's body."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(), "HTTP_COOKIE": cookie, "HTTP_ACCEPT_ENCODING": encoding,
    }  # fmt: skip
    status: list[str] = []
    answer = application(environ, lambda said, _: status.append(said))
    size = sum(len(part) for part in answer)
    answer.close()
    if not status[0].startswith("200"):
        raise SystemExit(f"{path} answered {status[0]}")
    return size


def measure(
    application: Any, path: str, cookie: str, given: argparse.Namespace
) -> tuple[list[float], list[float], int]:
    """CPU of each request in ms, the same with nothing drawn yet, and the size."""
    cards = import_module("openrounds.web.cards")
    size = max(ask(application, path, cookie, given.encoding) for _ in range(WARM))
    costs = [spent(application, path, cookie, given.encoding) for _ in range(given.times)]
    new: list[float] = []
    for _ in range(given.times // 2):
        cards.forget_everything()
        new.append(spent(application, path, cookie, given.encoding))
    return costs, new, size


def spent(application: Any, path: str, cookie: str, encoding: str) -> float:
    begun = time.process_time()
    ask(application, path, cookie, encoding)
    return (time.process_time() - begun) * 1000


def profile(application: Any, path: str, cookie: str, given: argparse.Namespace) -> None:
    profiler = import_module("cProfile").Profile()
    for _ in range(WARM):
        ask(application, path, cookie, given.encoding)
    profiler.enable()
    for _ in range(given.times):
        ask(application, path, cookie, given.encoding)
    profiler.disable()
    import_module("pstats").Stats(profiler).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
