"""Runs lab programs as a reader would: a copy of the lab's folder, nothing else beside it, the interpreter of the tests."""

from __future__ import annotations

import ast
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from guidebook.labs import distribution, header
from guidebook.outputs import ranged_difference

TIMEOUT = 180.0  # seconds; a lab finishes in well under a minute on two busy cores
ALWAYS_RUNS = sys.platform == "linux" and (platform.machine() == "x86_64" or os.environ.get("CI") == "true")


@dataclass(frozen=True)
class LabRun:
    """What a lab program did."""

    program: Path  # in the repository
    out: str
    err: str
    returncode: int

    def matches_recorded(self) -> None:
        """Assert that it printed what is recorded beside it, with each `NUMBER [LOW..HIGH]` within its range."""
        __tracebackhide__ = True
        recorded = self.program.with_suffix(".out")
        if not recorded.is_file():
            pytest.fail(f"{recorded} is missing: record it with `--record`", pytrace=False)
        differs = ranged_difference(recorded.read_text(encoding="utf-8"), self.out)
        if differs:
            pytest.fail(f"{self.program.name} no longer prints what {recorded.name} shows (accept it with `--record`)\n{differs}", pytrace=False)


def run_program(program: Path, flags: Sequence[str] = (), timeout: float = TIMEOUT) -> LabRun:
    """Run a program in a copy of its folder. Whatever it started is ended with it if it takes longer than `timeout` seconds."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        folder = Path(temporary, program.parent.name)
        shutil.copytree(program.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
        # Files and not pipes: a child of the lab that stays behind would keep a pipe open for ever.
        process = subprocess.Popen(
            [sys.executable, "-B", *flags, program.name],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        try:
            code, late = process.wait(timeout), ""
        except subprocess.TimeoutExpired:
            _kill(process)
            code, late = -1, f"\n(it did not finish within {timeout:g} seconds)"
        except BaseException:  # Ctrl-C
            _kill(process)
            raise
        return LabRun(program, _text(out), _text(err) + late, code)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and, where there are sessions, everything that it started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _text(file: tempfile._TemporaryFileWrapper[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace").replace("\r\n", "\n")


def dependencies(program: Path) -> list[str]:
    """The distributions that the program's header asks for on this platform; none if it has no header (a check says so)."""
    declared = header(program.read_text(encoding="utf-8"))
    wanted = [] if isinstance(declared, str) else [Requirement(entry) for entry in declared["dependencies"]]
    return [distribution(one.name) for one in wanted if not one.marker or one.marker.evaluate()]


def lacking(program: Path, pyproject: Path) -> str:
    """Why this platform cannot run the program; empty if it can."""
    wanted = set(dependencies(program))
    for requirement in _locked(pyproject):
        if distribution(requirement.name) in wanted and requirement.marker and not requirement.marker.evaluate():
            return f"{requirement.name} has no wheel for {sys.platform} on {platform.machine()}"
    if not hasattr(os, "fork") and "fork" in _attributes(program, "os"):
        return f"{sys.platform} has no os.fork"
    return ""


def _locked(pyproject: Path) -> Iterator[Requirement]:
    groups = tomllib.loads(pyproject.read_text(encoding="utf-8"))["dependency-groups"]
    return (Requirement(entry) for entry in groups["labs"] if isinstance(entry, str))


def _attributes(program: Path, module: str) -> set[str]:
    """The names that a program uses of a module, as `module.name`."""
    nodes = ast.walk(ast.parse(program.read_text(encoding="utf-8")))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == module}


def skip_or_fail(reason: str) -> None:
    """Skip where a platform lacks something, with the reason shown; on Linux x86-64, and on Linux in CI, nothing may be lacking."""
    if reason and ALWAYS_RUNS:
        pytest.fail(f"the lab cannot run here, where it must: {reason}", pytrace=False)
    if reason:
        pytest.skip(reason)
