"""Child processes that never outlive their parent, and are started again when they die."""

import contextlib
import ctypes
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

logger = logging.getLogger(__name__)
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
GRACE = 30.0
LONGEST_PAUSE = 30.0
STEADY = 60.0  # a child that ran this long and died is started again without a pause


def die_with(parent: int) -> None:
    """Has the kernel kill this process when `parent` is gone, however it went. Other systems than Linux have no such call."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def call_itself(name: str) -> None:
    """What `ps -o comm` and `top` show for this process and those it forks."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NAME, name.encode(), 0, 0, 0)


@dataclass
class Child:
    """Something that runs in a process of its own. Times are of the monotonic clock."""

    name: str
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    due: float = 0.0

    def start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.started = time.monotonic()
        self.pid = os.fork()
        if not self.pid:
            self._live(parent)

    def _live(self, parent: int) -> None:
        """In the child. A group of its own keeps the terminal's Ctrl-C from reaching it: the supervisor tells it to stop."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*STOP_SIGNALS, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.setpgid(0, 0)
            die_with(parent)
            call_itself(self.name)
            self.run()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            logger.exception("%s failed", self.name)
        finally:
            os._exit(code)

    def died(self) -> None:
        """Sets when it is to be started again: at once the first time, then after growing pauses."""
        lived = time.monotonic() - self.started
        self.failures = 0 if lived > STEADY else self.failures + 1
        pause = min(LONGEST_PAUSE, 0.25 * 2**self.failures) if self.failures else 0.0
        self.pid, self.due = 0, time.monotonic() + pause


class Supervisor:
    """Keeps the children alive until it is told to stop; `run` returns the exit code."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.told = 0
        self._wake, self._bell = os.pipe()
        for end in (self._wake, self._bell):
            os.set_blocking(end, False)

    def run(self) -> int:
        signal.set_wakeup_fd(self._bell, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._hear)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the wake-up byte is all that is wanted
        while not self.told:
            self._start_due()
            self._wait(1.0)
            for child in self._reap():
                logger.error("%s ended; starting it again", child.name)
                child.died()
        return self._stop()

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.told += 1

    def _wait(self, seconds: float) -> None:
        select.select([self._wake], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake, 512):
                pass

    def _start_due(self) -> None:
        for child in self.children:
            if not child.pid and time.monotonic() >= child.due:
                child.start()

    def _reap(self) -> list[Child]:
        """The children that have ended since."""
        return [child for child in self.children if child.pid and _ended(child.pid)]

    def _stop(self) -> int:
        """What is under way is finished within the grace; whoever tells twice does not want to wait."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while self._living() and time.monotonic() < deadline and self.told == 1:
            self._wait(min(1.0, max(0.0, deadline - time.monotonic())))
        left = self._living()
        for child in left:
            logger.warning("%s did not stop in time", child.name)
        self._signal(signal.SIGKILL)
        return 1 if left else 0

    def _living(self) -> list[Child]:
        for child in self._reap():
            child.pid = 0
        return [child for child in self.children if child.pid]

    def _signal(self, number: signal.Signals) -> None:
        for child in self.children:
            if child.pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, number)


def _ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True
