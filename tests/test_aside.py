"""A task in a process of its own has the same result as here, and whatever happens to it, there is one."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from guidebook.aside import aside, forks


def test_result_comes_from_the_other_process() -> None:
    asked = aside(os.getpid)
    assert (asked() != os.getpid()) is forks()


def test_task_that_dies_is_done_here(tmp_path: Path) -> None:
    def task() -> int:
        if os.getpid() != here:
            os._exit(3)
        return 7

    here = os.getpid()
    assert aside(task)() == 7


def test_task_that_fails_fails_where_it_is_asked() -> None:
    def task() -> int:
        raise ValueError("wrong")

    asked = aside(task)
    with pytest.raises(ValueError, match="wrong"):
        asked()


def test_nothing_is_copied_while_there_are_threads() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert aside(os.getpid)() == os.getpid()
    finally:
        done.set()
        thread.join()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes at once")
def test_copies_are_made_on_linux_with_two_cores() -> None:
    assert forks() is ((os.cpu_count() or 1) > 1)
