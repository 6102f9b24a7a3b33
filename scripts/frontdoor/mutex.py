"""One installation at a time: two would write over each other."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from frontdoor.step import Problem, say

if sys.platform == "win32":
    import msvcrt

    def seize(file: IO[str]) -> None:
        """Lock the file's first byte or raise."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def seize(file: IO[str]) -> None:
        """Lock the file or raise."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


MUTEX = "guidebook.lock"
TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


def is_ours(file: IO[str]) -> bool:
    """Take the lock if it is free. The system gives it back when this process ends, however it ends."""
    try:
        seize(file)
    except OSError as error:
        return error.errno not in TAKEN  # a file system that knows no locks must do without
    return True


@contextmanager
def exclusive(directory: Path) -> Iterator[None]:
    """Make the directory and be the only one at work in it; wait for another run, and say so."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = (directory / MUTEX).open("a", encoding="utf-8")
    except OSError as error:
        help = "make it writable, or name another place in GUIDEBOOK_VENV"
        raise Problem(f"cannot write to {directory}: {error.strerror}", help) from None
    with file:
        if not is_ours(file):
            say(f"Another run is at work in {directory}; waiting for it ...")
            while not is_ours(file):
                time.sleep(0.2)
        yield
