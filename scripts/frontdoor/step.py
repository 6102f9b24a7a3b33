"""A long step of setting up: it says what it does, and keeps its noise for the case that it fails."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

WIDTH = 78


class Problem(Exception):
    """Something about this machine that its user can put right: what it is, and `help`, what to do."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


def say(text: str) -> None:
    """Progress and problems go to stderr; stdout belongs to the task."""
    print(text, file=sys.stderr, flush=True)


def quiet(line: str) -> str:
    """No progress."""
    return ""


def run_step(
    title: str, command: Sequence[str], environ: Mapping[str, str], progress: Callable[[str], str] = quiet
) -> tuple[int, str]:
    """Run a command without showing its output; return its exit code and the output.

    `progress` turns a line of output into a few words on how far it is, or into nothing.
    """
    say(f"{title} ...")
    started = time.monotonic()
    code, output = _watch(command, environ, progress)
    _show(" ")
    if code == 0:
        say(f"  done in {time.monotonic() - started:.0f} s")
    return code, output


def _watch(command: Sequence[str], environ: Mapping[str, str], progress: Callable[[str], str]) -> tuple[int, str]:
    """The exit code and the output of a command; it ends with us, whatever ends us."""
    lines = []
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    unbuffered = {**environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=unbuffered, encoding="utf-8", errors="replace", **pipes) as child:
        try:
            for line in child.stdout or ():
                lines.append(line)
                _show(progress(line))
        except BaseException:
            child.terminate()
            raise
    return child.returncode, "".join(lines)


def _show(words: str) -> None:
    """Write the words over the last ones; only a terminal can."""
    if words and sys.stderr.isatty():
        sys.stderr.write("\r" + f"  {words}"[:WIDTH].ljust(WIDTH) + "\r")
        sys.stderr.flush()
