"""A check of what is staged: the next commit, not the working tree. Each repository is a real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_changed import book, git, rewrite

import build

__all__ = ["book"]  # a fixture
WORKING = Path(build.__file__)


def check(root: Path, *words: str) -> int:
    return build.main(["--root", str(root), "check", "--staged", *words])


def test_staged_mistake_is_found_though_the_working_tree_is_right(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Repaired after `git add`, and not added again."""
    rewrite(book, "A.md", "B.md#there", "B.md#their")
    git(book, "add", "docs/A.md")
    rewrite(book, "A.md", "B.md#their", "B.md#there")

    assert check(book) == 1
    assert capsys.readouterr().out.startswith("docs/A.md:5:5: error[link-missing-anchor]")


def test_mistake_that_is_not_staged_does_not_stop_a_commit(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A half-staged file is judged by its staged half, a file that is not added not at all."""
    rewrite(book, "A.md", "# A", "# The letter A")
    git(book, "add", "docs/A.md")
    rewrite(book, "A.md", "B.md#there", "B.md#their")
    (book / "docs/New.md").write_text("[x](Nowhere.md)\n", encoding="utf-8")

    assert check(book) == 0
    assert not capsys.readouterr().out


def test_staged_removal_is_found_where_others_point_to_it(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was broken before the change is not asked again."""
    git(book, "rm", "--quiet", "docs/B.md")

    assert check(book) == 1
    assert [line.split(": ")[0] for line in capsys.readouterr().out.splitlines() if line.startswith("docs/")] == ["docs/A.md:5:5", "docs/README.md:3:12"]


def test_staged_page_may_be_named(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As pre-commit names the files of a commit."""
    assert check(book, "docs/B.md") == 0
    assert check(book, "docs/C.md") == 1
    assert "docs/C.md:3:5: error[link-missing-page]" in capsys.readouterr().out


def test_first_commit_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is no commit to compare with."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/README.md").write_text("# Index\n\n[A](A.md)\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")

    assert check(tmp_path) == 1
    assert "docs/README.md:3:1" in capsys.readouterr().out


def test_commit_of_named_files_is_checked_as_git_will_make_it(book: Path) -> None:
    """`git commit FILE` commits another index than the one that is staged; the hook sees that one."""
    hook = book / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec '{Path(sys.executable).as_posix()}' '{WORKING.as_posix()}' --root . check --staged\n", encoding="utf-8", newline="\n")
    hook.chmod(0o755)
    rewrite(book, "B.md", "A.md", "Nowhere.md")
    git(book, "add", "docs/B.md")
    rewrite(book, "A.md", "# A", "# The letter A")
    identity = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}

    def commit(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["git", "commit", "--quiet", "--message", "A change", *words]
        return subprocess.run(command, cwd=book, env={**os.environ, **identity}, capture_output=True, text=True, encoding="utf-8")

    assert commit("docs/A.md").returncode == 0
    refused = commit()
    assert refused.returncode == 1
    assert "docs/B.md:5:5: error[link-missing-page]" in refused.stdout + refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--fix"], "goes neither with `--fix`"), (["--changed"], "nor with `--changed`"), (["Nowhere"], "there is no file `Nowhere`")],
)
def test_what_makes_no_sense_is_refused(book: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    """With a line of help."""
    assert check(book, *words) == 2
    assert said in capsys.readouterr().err


def test_checkout_without_git_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unpacked archive has nothing staged; nor has a checkout without pages."""
    (tmp_path / "docs").mkdir()

    assert check(tmp_path) == 2
    assert "is not a git checkout" in capsys.readouterr().err
    git(tmp_path, "init", "--quiet")
    assert check(tmp_path) == 2
    assert "`git add docs` first" in capsys.readouterr().err
