"""The virtual environment: made once, then kept equal to the locks."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from frontdoor import pip
from frontdoor.lock import ROOT, Lock
from frontdoor.mutex import MUTEX, exclusive
from frontdoor.step import Problem, run_step

# What `python -m venv` makes before `pyvenv.cfg`, on all systems, and what we do.
SKELETON = {"bin", "include", "lib", "lib64", "Scripts", "Include", "Lib", ".gitignore", MUTEX}
ELSEWHERE = "put this right, or name another place in GUIDEBOOK_VENV"


def for_children(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of a task: UTF-8 everywhere, no notices, nothing from other Pythons."""
    kept = {name: value for name, value in environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def place(environ: Mapping[str, str]) -> Path:
    """Where the environment is: `.venv` in the repository, unless GUIDEBOOK_VENV names another directory."""
    return Path(os.path.abspath(environ.get("GUIDEBOOK_VENV") or ROOT / ".venv"))


def python_of(venv: Path) -> Path:
    """The interpreter of an environment."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def prepare(locks: Sequence[Lock]) -> Path:
    """Make the environment hold what the locks say and return its Python; where it does already, write nothing."""
    venv = place(os.environ)
    for lock in locks:
        if not lock.path.is_file():
            raise Problem(f"{lock.path} is missing", "this is not a whole copy of the repository: clone it again")
    if not (has_python(venv) and all(is_current(venv, lock) for lock in locks)):
        with exclusive(venv):
            if not works(venv):
                make(venv)
            for lock in locks:
                if not is_current(venv, lock):
                    install(venv, lock)
    return python_of(venv)


def stamp(venv: Path, lock: Lock) -> Path:
    """The file that says which content of the lock is installed."""
    return venv / f"guidebook-{lock.group}.stamp"


def is_current(venv: Path, lock: Lock) -> bool:
    """The lock was installed to the end, and has not changed since."""
    path = stamp(venv, lock)
    return path.is_file() and path.read_text(encoding="utf-8") == lock.fingerprint


def install(venv: Path, lock: Lock) -> None:
    """Install a lock; the stamp goes first and comes last, so that an interrupted installation is seen."""
    stamp(venv, lock).unlink(missing_ok=True)
    pip.install(python_of(venv), venv, lock, for_children(os.environ))
    stamp(venv, lock).write_text(lock.fingerprint, encoding="utf-8")


def has_python(venv: Path) -> bool:
    """The interpreter is there, and so is the one that it was made from (it may have been upgraded away)."""
    try:
        home = re.search(r"^home *= *(.+)$", (venv / "pyvenv.cfg").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return False
    return home is not None and Path(home[1].strip()).is_dir() and python_of(venv).exists()


def works(venv: Path) -> bool:
    """The environment's Python starts, is new enough, and has pip."""
    question = [str(python_of(venv)), "-I", "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    return has_python(venv) and subprocess.run(question, capture_output=True).returncode == 0


def make(venv: Path) -> None:
    """Make an environment with the Python that runs this, in place of a broken one."""
    if importlib.util.find_spec("ensurepip") is None:
        raise Problem(
            f"{sys.executable} has no ensurepip, and cannot make a virtual environment without it",
            "on Debian and Ubuntu `sudo apt install python3-venv`; elsewhere take Python from https://www.python.org/downloads/",
        )
    if Path(sys.prefix).resolve() == venv.resolve():
        raise Problem(f"the environment {venv} is broken, and runs this", "`deactivate`, then run the same command again")
    clear(venv)
    title = f"Making a Python environment in {venv}"
    code, output = run_step(title, [sys.executable, "-m", "venv", str(venv)], for_children(os.environ))
    if code:
        raise Problem(f"could not make {venv}\n{pip.tail(output)}", ELSEWHERE)


def clear(venv: Path) -> None:
    """Empty the directory of a broken environment, but never a directory that is something else."""
    entries = [entry for entry in venv.iterdir() if entry.name != MUTEX]
    if not (venv / "pyvenv.cfg").is_file() and any(entry.name not in SKELETON for entry in entries):
        raise Problem(f"{venv} is there, but is no virtual environment", ELSEWHERE)
    for entry in sorted(entries, key=lambda entry: entry.name == "pyvenv.cfg"):  # last: it tells what this is
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
