"""The door: tasks, exit status, output, and never a half-built site."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import build
from guidebook import pdf

SMALL = Path(__file__).parent / "sites" / "small"


@pytest.fixture
def small(tmp_path: Path, root: Path) -> Path:
    """A site of two pages, with this checkout's configuration and theme."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    shutil.copy(root / "mkdocs.yml", tmp_path)
    for name in ("overrides", "scripts"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def run(root: Path, *words: str) -> int:
    return build.main(["--root", str(root), *words])


def test_check_of_a_clean_site_is_silent(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0, nothing on stdout, the summary on stderr."""
    assert run(small, "check") == 0

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "no findings in 2 pages\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "finding"),
    [
        ("GitOps.md", "README.md#guides", "READ.md#guides", "docs/GitOps.md:39:13: error[link-missing-page]: there is no file `docs/READ.md`\n  help: did you mean `README.md`?\n"),
        ("GitOps.md", "(#drift)", "(#drfit)", "docs/GitOps.md:11:53: error[link-missing-anchor]: this page has no heading `#drfit`\n  help: did you mean `#drift` (docs/GitOps.md:17)?\n"),
        ("README.md", "- [GitOps](./GitOps.md): Git", "- GitOps: Git", "docs/README.md:12:3: error[index-stale-preparation]: docs/GitOps.md has landed\n  help: write `- [GitOps](./GitOps.md): Git-based deployment`\n"),
    ],
    ids=["page", "anchor", "index"],
)
def test_check_says_where_what_and_what_to_do(small: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, finding: str) -> None:
    """A broken link, a misspelt anchor and a wrong index each give exit 1 and one finding with its cure."""
    edit(small / "docs" / file, old, new)

    assert run(small, "check") == 1
    assert finding in capsys.readouterr().out


def test_check_annotates_on_github(small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In a workflow the findings are printed as annotations too."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    edit(small / "docs/GitOps.md", "(#drift)", "(#drfit)")
    run(small, "check")

    assert "::error file=docs/GitOps.md,line=11,col=53,title=link-missing-anchor::" in capsys.readouterr().out


def test_check_whose_reader_has_gone_has_no_traceback(small: Path, root: Path) -> None:
    """`check | head -0`: silence."""
    edit(small / "docs/GitOps.md", "(#drift)", "(#drfit)")
    command = [sys.executable, root / "scripts/build.py", "--root", small, "check"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        said = process.stderr.read()

    assert process.returncode == 1
    assert "Traceback" not in said and "Exception" not in said


def test_check_fix_repairs_what_has_one_right_answer(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong case, a built address and an absolute path in one run; what has no single answer stays a finding."""
    edit(small / "docs/GitOps.md", "README.md#guides", "readme.md#guides")
    edit(small / "docs/GitOps.md", "(#drift)", "(/GitOps.md#drift)")

    assert run(small, "check") == 1
    assert run(small, "check", "--fix") == 0
    assert "rewrote docs/GitOps.md" in capsys.readouterr().err
    assert "(GitOps.md#drift)" in (small / "docs/GitOps.md").read_text(encoding="utf-8")

    edit(small / "docs/GitOps.md", "(GitOps.md#drift)", "(#drfit)")
    before = (small / "docs/GitOps.md").read_bytes()

    assert run(small, "check", "--fix") == 1
    assert (small / "docs/GitOps.md").read_bytes() == before


def test_check_only_some_rules(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Others are neither printed nor counted."""
    edit(small / "docs/GitOps.md", "(#drift)", "(#drfit)")

    assert run(small, "check", "--only", "external-") == 0
    assert capsys.readouterr().out == ""
    assert run(small, "check", "--only", "link-") == 1


def test_check_asks_a_rule_of_the_summary_only_by_its_name(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no reason to turn a page away."""
    file = small / "docs/GitOps.md"
    file.write_text(file.read_text(encoding="utf-8").replace("## Choosing\n", "## Choosing\n\nA KEK wraps it.\n"), encoding="utf-8")

    assert run(small, "check", "--only", "prose-") == 0
    assert run(small, "check", "--only", "prose-unexplained", "GitOps") == 1
    assert "error[prose-unexplained]: nobody explains `KEK`" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "sarif", "github", "markdown"])
def test_check_has_formats_for_machines(small: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Nothing but the format on stdout."""
    edit(small / "docs/GitOps.md", "(#drift)", "(#drfit)")

    assert run(small, "check", "--format", form) == 1
    printed = capsys.readouterr().out
    assert "link-missing-anchor" in printed or form == "markdown"
    assert form not in ("json", "sarif") or json.loads(printed)


def test_build_writes_the_site(small: Path) -> None:
    """Exit 0, and the pages are there."""
    assert run(small, "build") == 0
    assert "What runs differs" in (small / "site/GitOps/index.html").read_text(encoding="utf-8")


def test_build_leaves_nothing_beside_the_site(small: Path) -> None:
    """No temporary directory stays behind, only what is remembered for the next run."""
    before = {file.name for file in small.iterdir()}
    run(small, "build")

    assert {file.name for file in small.iterdir()} - before == {"site", ".cache"}


def test_build_with_findings_leaves_the_site_as_it_was(small: Path) -> None:
    """A source with a finding is not rendered: exit 1, site/ untouched."""
    (small / "site").mkdir()
    (small / "site/index.html").write_text("old", encoding="utf-8")
    edit(small / "docs/GitOps.md", "(#drift)", "(#drfit)")

    assert run(small, "build") == 1
    assert [file.name for file in (small / "site").iterdir()] == ["index.html"]
    assert (small / "site/index.html").read_text(encoding="utf-8") == "old"


def test_build_with_findings_in_the_rendered_site_leaves_the_old_one(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What only the rendered page shows (here a template that fetches from elsewhere) stops the build, too."""
    (small / "site").mkdir()
    (small / "site/index.html").write_text("old", encoding="utf-8")
    (small / "overrides/main.html").write_text('{% extends "base.html" %}{% block extrahead %}<script src="https://cdn.example.org/x.js"></script>{% endblock %}', encoding="utf-8")

    assert run(small, "build") == 1
    assert "error[built-third-party]" in capsys.readouterr().out
    assert (small / "site/index.html").read_text(encoding="utf-8") == "old"


def test_build_with_a_broken_configuration_has_no_traceback(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake in mkdocs.yml is a finding."""
    edit(small / "mkdocs.yml", "theme:", "theme: [")

    assert run(small, "build") == 1
    printed = capsys.readouterr()
    assert "mkdocs.yml" in printed.out
    assert "Traceback" not in printed.out + printed.err


def test_sync_makes_the_statistics_true(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a change of the text, `sync` repairs what `check` complained about."""
    edit(small / "docs/GitOps.md", "What runs differs", "What really runs differs")
    assert run(small, "check") == 1

    assert run(small, "sync") == 0
    assert run(small, "check") == 0
    assert "rewrote docs/README.md" in capsys.readouterr().out


def test_sync_of_a_clean_site_changes_nothing(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second run rewrites no file."""
    run(small, "sync")
    capsys.readouterr()

    assert run(small, "sync") == 0
    assert capsys.readouterr().out == ""


def test_directory_without_docs_is_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, one message, what to do."""
    assert run(tmp_path, "check") == 2

    printed = capsys.readouterr().err
    assert "has no directory docs/" in printed
    assert "help:" in printed


def test_unknown_task_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 with the list of tasks."""
    with pytest.raises(SystemExit) as stop:
        build.main(["publish"])

    assert stop.value.code == 2
    assert "check | build | serve | sync | new | freshness" in capsys.readouterr().err


def test_start_loads_nothing_that_only_some_tasks_need() -> None:
    """No network, no processes, no drawings and no Markdown, before it is known what is to be done."""
    heavy = ["concurrent.futures", "markdown", "merman", "mkdocs", "multiprocessing", "pathspec", "ssl", "sqlglot", "subprocess", "watchdog"]
    told = subprocess.run(
        [sys.executable, "-c", f"import build, sys; print([name for name in {heavy} if name in sys.modules])"],
        cwd=Path(build.__file__).parent,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == "[]"


def test_help_names_the_pdf_of_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """By the name that the task knows, which the door does not load."""
    with pytest.raises(SystemExit):
        build.main(["pdf", "--help"])

    assert f"`{pdf.BOOK}`" in " ".join(capsys.readouterr().out.split())
