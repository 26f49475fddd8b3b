"""A PostgreSQL of the test's own, with the durability of a real one, which it can restart under a server."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Cluster:
    """`url` names an empty database in it."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self.url = f"postgresql://openrounds:secret@127.0.0.1:{self._port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        """As its owner, since PostgreSQL refuses to run as root."""
        command = [str(self._programs / program), *arguments]
        owner = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
        with (self._folder / "output").open("ab") as out:
            subprocess.run([*owner, *command], check=True, cwd="/", stdout=out, stderr=out, timeout=60)

    def make(self) -> None:
        password = self._folder / "password"
        password.write_text("secret")
        if os.getuid() == 0:
            for path in (self._folder, password):
                shutil.chown(path, "nobody", "nogroup")
        data = str(self._folder / "data")
        self.run(
            "initdb",
            "-D",
            data,
            "-U",
            "openrounds",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--no-sync",
        )
        self.control("start")

    def control(self, action: str, *more: str) -> None:
        """`pg_ctl`: start, restart, stop."""
        options = f"-h 127.0.0.1 -p {self._port} -k {self._folder}"
        log = str(self._folder / "log")
        self.run("pg_ctl", action, "-D", str(self._folder / "data"), "-w", "-l", log, "-o", options, *more)


def programs() -> Path | None:
    """Where PostgreSQL's server programs are, the newest version's first; Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    beside = shutil.which("initdb")
    return found[0].parent if found else Path(beside).parent if beside else None


@contextmanager
def running(folder: Path, where: Path) -> Iterator[Cluster]:
    """Stopped at the end, whatever happened."""
    folder.mkdir()
    cluster = Cluster(where, folder)
    cluster.make()
    try:
        yield cluster
    finally:
        cluster.control("stop", "-m", "immediate")
