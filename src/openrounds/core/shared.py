"""Small files that the processes of one machine share through memory."""

import mmap
import os
from pathlib import Path


def shared_memory(path: Path, size: int) -> tuple[int, mmap.mmap]:
    """The file's descriptor, for locks, and its first `size` bytes; made when missing, readable by its owner alone.

    All of it has its place on the disk from the start: a process that writes into a hole of a mapped file dies of SIGBUS when
    the disk is full. OSError when there is no room.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if hasattr(os, "posix_fallocate"):  # not on macOS
        os.posix_fallocate(descriptor, 0, size)
    elif os.fstat(descriptor).st_size < size:
        os.ftruncate(descriptor, size)
    return descriptor, mmap.mmap(descriptor, size)
