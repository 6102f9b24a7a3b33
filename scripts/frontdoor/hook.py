"""The git hook that checks what a commit will hold, installed only where somebody asks for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from frontdoor.lock import ROOT
from frontdoor.step import Problem

MARK = "# Written by `python3 scripts/run.py hook`; `hook --remove` takes it away."


def script(python: str) -> str:
    """A shell script, which git runs on Windows too, in the root of the checkout. `git commit --no-verify` goes past it."""
    return f"#!/bin/sh\n{MARK}\nexec '{python}' scripts/run.py check --staged\n"


def place() -> Path:
    """Where git looks for the hook of this checkout. Raises Problem without git or a repository."""
    try:
        done = subprocess.run(["git", "rev-parse", "--git-path", "hooks"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    except OSError:
        raise Problem("git is not installed", "install it from https://git-scm.com") from None
    if done.returncode:
        raise Problem(f"{ROOT} is not a git checkout", "clone the repository with git instead of unpacking an archive")
    return Path(ROOT, done.stdout.strip(), "pre-commit")


def install(words: Sequence[str]) -> int:
    """Write the hook, or with `--remove` delete it; a hook that somebody else wrote stays."""
    if list(words) not in ([], ["--remove"]):
        raise Problem(f"`hook` does not know `{' '.join(words)}`", "`hook` installs it, `hook --remove` takes it away")
    file = place()
    if file.exists() and MARK not in file.read_text(encoding="utf-8", errors="replace"):
        raise Problem(f"{file} is a hook already", "add the line `python3 scripts/run.py check --staged` to it")
    if words:
        file.unlink(missing_ok=True)
        print(f"removed {file}")
        return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(script(Path(sys.executable).as_posix()), encoding="utf-8", newline="\n")
    file.chmod(0o755)
    print(f"wrote {file}: each commit is checked first")
    return 0
