"""Counts processor instructions: work takes as many on a loaded machine as on a quiet one, which cannot be said of time."""

import ctypes
import fcntl
import os
import platform
import struct
import sys

SYSCALLS = {"x86_64": 298, "aarch64": 241}  # perf_event_open(2)
ENABLE, RESET = 0x2400, 0x2403


class Instructions:
    """What this thread (or that process) executes, the kernel's part included, with `family` also whatever it starts from now
    on. `read` gives None where the kernel refuses. `fd` may be handed to another process, which reads it by `handed`."""

    def __init__(self, pid: int = 0, *, family: bool = False) -> None:
        # type HARDWARE, size, config INSTRUCTIONS, …, read "times enabled and running", flags "disabled" and "inherit".
        asked = struct.pack("=IIQQQQQ", 0, 112, 1, 0, 0, 3, 3 if family else 1) + bytes(64)
        number = SYSCALLS.get(platform.machine()) if sys.platform == "linux" else None
        self.fd = ctypes.CDLL(None).syscall(number, asked, pid, -1, -1, 0) if number else -1

    @classmethod
    def handed(cls, fd: int) -> "Instructions":
        counter = cls.__new__(cls)
        counter.fd = fd
        return counter

    def start(self) -> None:
        if self.fd >= 0:
            fcntl.ioctl(self.fd, RESET, 0)
            fcntl.ioctl(self.fd, ENABLE, 0)

    def read(self) -> int | None:
        """How many since `start`; an estimate where others count at the same time, as a processor counts few things at once."""
        if self.fd < 0:
            return None
        counted, enabled, running = struct.unpack("QQQ", os.read(self.fd, 24))
        return int(counted * enabled / running) if running else 0

    def close(self) -> None:
        """A processor has few such counters."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
