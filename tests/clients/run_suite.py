#!/usr/bin/env python3
"""Runs a client's own test suite against a fresh OpenRounds on port 3000.

    tests/clients/run_suite.py toot       CHECKOUT --python VENV/bin/python [-- PYTEST-ARGUMENT...]
    tests/clients/run_suite.py mastodonpy CHECKOUT --python VENV/bin/python [-- PYTEST-ARGUMENT...]

CHECKOUT is a clone of the client's repository; nothing of it is kept here. Needs `make setup`. As root,
everything runs in a network namespace of its own, so nothing can leave the machine and port 3000 is always
free. README.md says what to expect.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = ROOT / ".venv" / "bin"
BASE = "http://localhost:3000"  # both suites expect it there
INSIDE = "OPENROUNDS_SUITE_ISOLATED"

SETTINGS = {
    "OPENROUNDS_RATE_LIMITS": "off",
    "OPENROUNDS_REGISTRATIONS": "open",
    "OPENROUNDS_CONFIRM_EMAIL": "off",
    "OPENROUNDS_DOMAIN": "",  # URLs follow the request's Host
}
ARGUMENTS = {
    "toot": ["tests/integration"],
    "mastodonpy": [
        "--disable-recording",  # talk to the server instead of replaying what another one answered
        "--no-cov",
        # These call public servers.
        "--ignore=tests/test_entities.py",
        "--deselect=tests/test_timeline.py::test_timeline_disabled",
    ],
}


def main() -> int:
    options = parse()
    isolate()
    data = Path(tempfile.mkdtemp(prefix="openrounds-suite-"))
    environment = server_environment(data)
    try:
        with serving(data, environment):
            if options.suite == "mastodonpy":
                subprocess.run(
                    [BIN / "python", HERE / "seed_mastodonpy.py", data], env=environment, check=True
                )
            return run_suite(options)
    finally:
        if options.keep:
            print(f"The server's data and log are in {data}")
        else:
            shutil.rmtree(data)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("suite", choices=sorted(ARGUMENTS))
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--python", type=Path, required=True, help="interpreter with its packages")
    parser.add_argument("--keep", action="store_true", help="keep the server's data and log")
    parser.add_argument("pytest", nargs="*", help="more for pytest, after --")
    return parser.parse_args()


def isolate() -> None:
    """Starts over in an empty network namespace with loopback up, when root; otherwise says so and goes on."""
    if os.environ.get(INSIDE):
        return
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        print("Not root, or no unshare: the suite could reach the network.", file=sys.stderr)
        return
    os.environ[INSIDE] = "1"
    again = 'ip link set lo up && exec "$0" "$@"'
    os.execvp("unshare", ["unshare", "--net", "sh", "-c", again, sys.executable, *sys.argv])


def server_environment(data: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENROUNDS_")}
    inherited.pop("DATABASE_URL", None)
    named = {"OPENROUNDS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "openrounds.config.settings"}
    return inherited | SETTINGS | named


@contextlib.contextmanager
def serving(data: Path, environment: dict[str, str]) -> Iterator[None]:
    """A server on `BASE` that answers."""
    log_path = data / "suite-server.log"
    with log_path.open("wb") as log:
        server = subprocess.Popen(
            [BIN / "openrounds", "serve", "--data", data, "--port", "3000"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_it_answers(server, log_path)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            print("The server did not stop within 20 s of SIGTERM.", file=sys.stderr)


def wait_until_it_answers(server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            if urllib.request.urlopen(f"{BASE}/api/v1/instance", timeout=5).status == 200:
                return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"The server does not answer on {BASE}:\n{log.read_text()[-3000:]}")


def run_suite(options: argparse.Namespace) -> int:
    # absolute(), not resolve(): an environment's interpreter is a link, and following it leaves the environment.
    command = [
        options.python.absolute(),
        "-m",
        "pytest",
        "-q",
        "--tb=short",
        *ARGUMENTS[options.suite],
        *options.pytest,
    ]
    environment = os.environ | {"TOOT_TEST_BASE_URL": BASE}
    with tempfile.TemporaryDirectory(prefix="openrounds-suite-") as folder:
        # A copy, because Mastodon.py's suite writes the moments it ran at beside its tests, and compares.
        copy = shutil.copytree(
            options.checkout, Path(folder) / "suite", ignore=shutil.ignore_patterns(".git")
        )
        for recorded in copy.rglob("*_datetimeobjects.pkl"):
            if recorded.parent.name == "cassettes":
                recorded.unlink()
        return subprocess.run(command, cwd=copy, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
