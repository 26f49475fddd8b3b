"""Takes rights away from this process for good: memory, time, network, files, root.

Each step that the kernel may not offer (namespaces, Landlock) reports whether it held. Keeping root is the
one failure that ends the process.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534

# linux/sched.h, linux/prctl.h
_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
# linux/landlock.h; the system call numbers are the same on every architecture we may meet.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE, _READ, _READ_DIR, _REMOVE, _MAKE, _TRUNCATE = (
    1,
    1 << 1,
    1 << 2,
    1 << 3,
    1 << 5,
    1 << 8,
    1 << 14,
)
_RIGHTS_BY_ABI = ((1, 13), (2, 14), (3, 15), (5, 16))
_O_PATH = 0o10000000

_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/opt", "/nix/store", "/sys/devices/system/cpu")
_SYSTEM_FILES = ("/etc/ld.so.cache", "/proc/cpuinfo", "/dev/null", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Hard ends for one child: bytes of address space, CPU seconds, bytes per written file."""

    memory: int
    seconds: int
    file_size: int


@dataclass(frozen=True, slots=True)
class Confinement:
    """Which walls stand: no network, not root, no file outside the working directory."""

    network: bool
    user: bool
    files: bool


def confine(bounds: Bounds, *, program: str | None = None) -> Confinement:
    """Shut this process in. `program` is the one executable it will become, if any."""
    libc = ctypes.CDLL(None, use_errno=True)
    network = _leave_network(libc)
    _set_limits(bounds)
    _leave_root()
    if sys.platform == "linux":
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return Confinement(network=network, user=os.geteuid() != 0, files=_leave_files(libc, program))


def _leave_network(libc: ctypes.CDLL) -> bool:
    """An empty network namespace: as root, or inside a user namespace where those are allowed."""
    unshare = getattr(libc, "unshare", None)
    return unshare is not None and (unshare(_NEW_NETWORK) == 0 or unshare(_NEW_USER | _NEW_NETWORK) == 0)


def _set_limits(bounds: Bounds) -> None:
    wanted = {
        resource.RLIMIT_AS: bounds.memory,
        resource.RLIMIT_CPU: bounds.seconds,
        resource.RLIMIT_FSIZE: bounds.file_size,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    # Counts every process of the user, so it only makes sense for a user who has no others.
    if os.geteuid() == 0:
        wanted[resource.RLIMIT_NPROC] = 512
    for name, limit in wanted.items():
        _, hard = resource.getrlimit(name)
        value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(name, (value, value))


def _leave_root() -> None:
    if os.geteuid() != 0:
        return
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)


def _leave_files(libc: ctypes.CDLL, program: str | None) -> bool:
    """Landlock (Linux 5.13): only the working directory, and the system's libraries for a `program`."""
    if sys.platform != "linux":
        return False
    abi = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return False
    handled = (1 << max(bits for since, bits in _RIGHTS_BY_ABI if since <= abi)) - 1
    ruleset = _create_ruleset(libc, abi, handled)
    if ruleset < 0:
        return False
    work = _READ | _WRITE | _READ_DIR | _REMOVE | _MAKE | _TRUNCATE
    _allow(libc, ruleset, ".", work & handled)
    if program is not None:
        _allow_program(libc, ruleset, program)
    held: bool = libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return held


def _create_ruleset(libc: ctypes.CDLL, abi: int, handled: int) -> int:
    """All file rights; TCP from version 4; signals and abstract sockets of other processes from version 6."""
    fields = [handled, *([3] if abi >= 4 else []), *([3] if abi >= 6 else [])]
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    created: int = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    return created


def _allow_program(libc: ctypes.CDLL, ruleset: int, program: str) -> None:
    for path in (*_SYSTEM, str(Path(program).resolve().parent)):
        _allow(libc, ruleset, path, _EXECUTE | _READ | _READ_DIR)
    for path in _SYSTEM_FILES:
        _allow(libc, ruleset, path, _READ)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, _O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # What is not there needs no permission.
    libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, opened), 0)
    os.close(opened)
