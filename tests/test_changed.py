"""A check of a few files: all that their change can have caused, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import build
from guidebook import changed, checks
from guidebook.load import load_site

SMALL = Path(__file__).parent / "sites" / "small"
PAGES = {
    "A.md": "# A\n\n## Here\n\nSee [B](B.md#there) and [C](C.md).\n",
    "B.md": "# B\n\n## There\n\nSee [A](A.md).\n",
    "C.md": "# C\n\nSee [nothing](Nowhere.md).\n",
    "README.md": "# Index\n\n[A](A.md), [B](B.md), [C](C.md)\n",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Four pages, of which C has a broken link, in a repository with one commit."""
    (tmp_path / "docs").mkdir()
    for name, text in PAGES.items():
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8", newline="\n")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    commit(tmp_path)
    return tmp_path


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath=", *words], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "commit", "--quiet", "--all", "--message", "A change")


def rewrite(root: Path, name: str, old: str, new: str) -> None:
    file = root / "docs" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def places(root: Path, *paths: str) -> set[str]:
    return {f"{finding.location.path} {finding.rule}" for finding in changed.check(load_site(root), paths)}


def test_check_of_a_file_leaves_out_what_others_are_to_blame_for(book: Path) -> None:
    """B does not link to A's broken neighbour: nothing to say."""
    assert places(book, "docs/B.md") == set()
    assert places(book, "docs/C.md") == {"docs/C.md link-missing-page"}


def test_check_of_a_file_finds_the_links_that_it_broke(book: Path) -> None:
    """A heading that is renamed in B is a finding in A, which links to it."""
    rewrite(book, "B.md", "## There", "## Elsewhere")

    assert places(book, "docs/B.md") == {"docs/A.md link-missing-anchor"}


def test_check_of_a_file_that_is_gone_finds_the_links_to_it(book: Path) -> None:
    """Everybody who linked there."""
    (book / "docs/B.md").unlink()

    assert places(book, "docs/B.md") == {"docs/A.md link-missing-page", "docs/README.md link-missing-page"}


@pytest.mark.parametrize("path", ["mkdocs.yml", "docs/shop.toml", "scripts/guidebook/parse.py", ".github/links.toml"])
def test_check_of_what_concerns_all_pages_is_the_whole_check(book: Path, path: str) -> None:
    """Configuration, figures, code and allowances."""
    assert places(book, path) == {"docs/C.md link-missing-page"}


def test_check_of_a_file_misses_nothing_that_a_lost_line_causes(book: Path, root: Path) -> None:
    """Whichever line of a page goes, what is then found and was not before is found by the check of that page alone, too."""
    shutil.copytree(SMALL, book, dirs_exist_ok=True)
    before = keys(checks.run(load_site(book)))
    caused = 0
    for file in sorted((book / "docs").glob("*.md")):
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        for gone in range(len(lines)):
            file.write_text("".join(lines[:gone] + lines[gone + 1 :]), encoding="utf-8", newline="\n")
            site = load_site(book)
            new = keys(checks.run(site)) - before
            caused += len(new)

            assert new <= keys(changed.check(site, [f"docs/{file.name}"])), f"{file.name}:{gone + 1}"
        file.write_text(text, encoding="utf-8", newline="\n")
    assert caused > 50, "the lines that went broke hardly anything"


def keys(findings: list[checks.Diagnostic]) -> set[tuple[str, str, str]]:
    """Findings without their lines, which move."""
    return {(finding.location.path, finding.rule, finding.message) for finding in findings}


def test_changed_files_are_those_of_the_branch_and_of_the_working_tree(book: Path) -> None:
    """Committed on the branch, not committed, not even added, deleted; not what main did meanwhile."""
    git(book, "switch", "--quiet", "--create", "mine")
    rewrite(book, "A.md", "Here", "Hear")
    commit(book)
    rewrite(book, "B.md", "# B", "# Bee")
    (book / "docs/C.md").unlink()
    (book / "docs/Über D.md").write_text("# D\n", encoding="utf-8")
    git(book, "stash", "--include-untracked")
    git(book, "switch", "--quiet", "main")
    rewrite(book, "README.md", "# Index", "# Contents")
    commit(book)
    git(book, "switch", "--quiet", "mine")
    git(book, "stash", "pop")

    assert changed.since(book) == ["docs/A.md", "docs/B.md", "docs/C.md", "docs/Über D.md"]


def test_changed_against_an_unknown_revision_is_misuse(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, and what to do."""
    assert build.main(["--root", str(book), "check", "--changed", "v9"]) == 2
    assert "git knows no revision `v9` here\n  help: fetch it" in capsys.readouterr().err


@pytest.mark.parametrize("word", ["docs/C.md", "C.md", "C"])
def test_check_takes_a_file_as_people_name_it(book: Path, capsys: pytest.CaptureFixture[str], word: str) -> None:
    """With its folder, without, or as the page is called."""
    assert build.main(["--root", str(book), "check", word]) == 1
    assert capsys.readouterr().out.startswith("docs/C.md:3:5: error[link-missing-page]")


def test_check_takes_a_file_from_where_one_stands(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the shell completes it."""
    monkeypatch.chdir(book / "docs")

    assert changed.named(load_site(book), ["./C.md"], Path.cwd()) == ["docs/C.md"]


def test_check_of_a_file_that_is_not_there_is_misuse(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 with the nearest name."""
    (book / "docs/GitOps.md").write_text("# G\n", encoding="utf-8")

    assert build.main(["--root", str(book), "check", "docs/GitOsp.md"]) == 2
    assert "did you mean `docs/GitOps.md`?" in capsys.readouterr().err


def test_summary_of_a_pull_request_counts_its_pages(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where GitHub asks for a summary, one row for each page that changed, and what it broke elsewhere."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    rewrite(book, "B.md", "## There", "## Elsewhere\n\n[Raft](https://raft.github.io/)")
    build.main(["--root", str(book), "check", "docs/B.md"])

    assert summary.read_text(encoding="utf-8") == (
        "| page | words | links out | errors |\n| --- | ---: | ---: | ---: |\n| `docs/B.md` | 5 | 1 | 0 |\n\n1 error in pages that point here.\n"
    )
