"""What the next commit will hold: the index of git as a tree of files, whatever the working tree looks like."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guidebook.changed import git
from guidebook.misuse import Misuse


@contextmanager
def tree(root: Path) -> Iterator[Path]:
    """The staged files of the checkout `root`, written into a directory that goes away. Raises Misuse without git or a checkout."""
    if git(root, "rev-parse", "--is-inside-work-tree") != "true":
        raise Misuse(f"{root} is not a git checkout", "name the files: `check FILE ...`")
    with tempfile.TemporaryDirectory(prefix="guidebook-", ignore_cleanup_errors=True) as folder:
        place = Path(folder).resolve()
        git(root, "checkout-index", "--all", "--quiet", "--force", f"--prefix={place.as_posix()}/")
        below = place / git(root, "rev-parse", "--show-prefix")
        if not (below / "docs").is_dir():
            raise Misuse("nothing below docs/ is staged or committed", "`git add docs` first")
        yield below


def paths(root: Path) -> list[str]:
    """The files that differ between the last commit, if there is one, and the index."""
    return sorted(path for path in git(root, "diff", "--cached", "--name-only", "--no-renames", "--relative", "-z").split("\0") if path)
