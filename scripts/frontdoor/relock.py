"""Resolving the locks again, from the bounds in pyproject.toml."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from frontdoor.environment import for_children, make, python_of
from frontdoor.lock import ALL, ROOT, Lock
from frontdoor.pip import advice, tail
from frontdoor.step import Problem, run_step


def compilation(lock: Lock, earlier: Sequence[Lock], words: Sequence[str]) -> list[str]:
    """The words for uv that write a lock: one for all systems and Pythons, agreeing with the earlier locks."""
    command = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    command += ["--group", lock.group, "--output-file", f"scripts/{lock.file}", *words]
    for other in earlier:
        command += ["-c", f"scripts/{other.file}"]
    return command


def resolve(words: Sequence[str]) -> int:
    """Write all locks with a uv that is thrown away afterwards; return uv's exit code.

    What is locked stays as it is where pyproject.toml allows it; `--upgrade` among the words takes the newest.
    """
    environ = for_children(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder)
        make(venv)
        install = [str(python_of(venv)), "-m", "pip", "install", "--no-input", "uv"]
        code, output = run_step("Installing uv for this one run", install, {**environ, "PIP_USER": "0"})
        if code:
            raise Problem(f"pip could not install uv\n{tail(output)}", advice(output))
        for place, lock in enumerate(ALL):
            command = [str(python_of(venv)), "-m", "uv", *compilation(lock, ALL[:place], words)]
            print(f"Resolving {lock.file} ...", file=sys.stderr, flush=True)
            code = code or subprocess.run(command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL).returncode
    return code
