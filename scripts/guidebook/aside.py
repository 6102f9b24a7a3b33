"""A task in a process of its own, while this one goes on."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Result = TypeVar("Result")


def aside(task: Callable[[], Result]) -> Callable[[], Result]:
    """Begin a task in a copy of this process, if the system makes copies at once; what is returned waits for its result.

    Without copies, or if the copy ends before it has answered, the task is done when its result is asked for. It may change files only,
    and only such as it would write anew the second time. Its result goes through a pipe, as everything does that is pickled.
    """
    if not forks():
        return task
    import multiprocessing

    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(task, there), daemon=True)
    process.start()
    there.close()

    def result() -> Result:
        with here:
            try:
                found: Result = here.recv()
            except EOFError:
                found = task()
        process.join()
        return found

    return result


def forks() -> bool:
    """Whether a copy of this process can be made at once, and there is a core for it."""
    return sys.platform == "linux" and threading.active_count() == 1 and (os.cpu_count() or 1) > 1


def own_garbage() -> None:
    """In a copy of a process that collects no garbage: what is there stays, what it makes itself is collected."""
    gc.freeze()
    gc.enable()


def _do(task: Callable[[], Result], there: Connection) -> None:
    os.nice(5)  # it uses what the rest leaves
    own_garbage()
    with contextlib.suppress(Exception), there:  # the process that waits does it again, and says what is wrong
        there.send(task())
