"""A new guide, lab, term or rule: registered everywhere, and nothing to find in it but what is to write."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import build
from guidebook import checks, pdf, scaffold
from guidebook.checks import prose
from guidebook.load import load_site
from guidebook.search import asking

SMALL = Path(__file__).parent / "sites" / "small"
TERM = "### Drift\n\nWhat runs differs from what is wanted.\n[Drift](GitOps.md#drift)\n"


@pytest.fixture
def small(tmp_path: Path, root: Path) -> Path:
    """Two pages and a Glossary of one term, with this checkout's tool, of which `new rule` writes a part."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    shutil.copytree(root / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__", "requirements*"))
    (tmp_path / "docs/.pages").write_text("nav:\n  - README.md\n  - DevOps:\n      - GitOps.md\n  - Glossary.md\n", encoding="utf-8")
    (tmp_path / "docs/Glossary.md").write_text(f"# Glossary\n\n## Terms\n\n{TERM}", encoding="utf-8")
    assert found(tmp_path) == set()
    return tmp_path


def new(root: Path, *words: str) -> int:
    return build.main(["--root", str(root), "new", *words])


def found(root: Path) -> set[str]:
    return {finding.rule for finding in checks.run(load_site(root))}


def text(root: Path, path: str) -> str:
    return (root / path).read_text(encoding="utf-8")


def test_new_guide_passes_all_checks_but_what_is_to_write(small: Path) -> None:
    """Sections, front matter, index, sidebar and statistics are in order."""
    assert new(small, "guide", "Edge Computing", "--section", "DevOps") == 0
    assert found(small) == {"guide-to-write"}
    assert f"reviewed: {datetime.date.today()}" in text(small, "docs/EdgeComputing.md")


def test_new_guide_is_in_the_index_and_the_sidebar(small: Path) -> None:
    """The last of its section, and behind the last that has landed."""
    new(small, "guide", "EdgeComputing", "--section", "DevOps")

    assert "*(in preparation)*\n- [Edge Computing](./EdgeComputing.md): " in text(small, "docs/README.md")
    assert "      - GitOps.md\n      - EdgeComputing.md\n  - Glossary.md\n" in text(small, "docs/.pages")


def test_new_guide_takes_the_line_that_the_index_has_for_it(small: Path) -> None:
    """A guide in preparation keeps its place and its description."""
    assert new(small, "guide", "Service Mesh") == 0
    assert "- [Service Mesh](./ServiceMesh.md): Istio, Linkerd\n" in text(small, "docs/README.md")
    assert found(small) == {"guide-to-write"}


def test_new_guide_says_what_is_left(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each place to write, as an editor can open it."""
    new(small, "guide", "Service Mesh")

    printed = capsys.readouterr().out
    assert "wrote docs/ServiceMesh.md\nwrote tests/search/ServiceMesh.toml\nwrote docs/.pages\nwrote docs/README.md\nleft to do:\n" in printed
    assert "  docs/ServiceMesh.md:3:1: to write: one sentence for search results" in printed


def test_new_guide_has_queries_to_write(small: Path) -> None:
    """The one in the template leads to the page, and a finding asks for more."""
    new(small, "guide", "Edge Computing", "--section", "DevOps")

    assert asking.queries(small / "tests/search") == [asking.Query("edge computing", (asking.address("docs/EdgeComputing.md"),), "term")]
    assert "tests/search/EdgeComputing.toml:1:1" in {str(finding.location) for finding in checks.run(load_site(small), [prose.guide_to_write])}


def test_no_text_says_how_many_guides_there_are(root: Path) -> None:
    """The index counts them; a new guide makes no sentence wrong."""
    places = [root / "README.md", root / "mkdocs.yml", root / "pyproject.toml", *(root / "docs").glob("*.md")]

    assert [file.name for file in places if re.search(r"\b(?:[Ff]ourteen|[Ff]ifteen|1[45]) (?:\w+ ){0,2}guides\b", file.read_text(encoding="utf-8"))] == []


def test_new_lab_passes_all_checks_but_what_is_to_write(small: Path) -> None:
    """The guide shows its region and its output."""
    assert new(small, "lab", "gitops/lost_writes") == 0
    assert found(small) == {"guide-to-write"}
    assert "### Lost writes\n" in text(small, "docs/GitOps.md").partition("## Lab\n")[2].partition("## In production\n")[0]


def test_new_lab_prints_what_is_recorded(small: Path) -> None:
    """The template runs as it is."""
    new(small, "lab", "gitops/lost_writes")
    program = small / "docs/labs/gitops/lost_writes.py"
    done = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, check=True)

    assert done.stdout == program.with_suffix(".out").read_text(encoding="utf-8")


def test_second_lab_joins_the_tests_of_the_first(small: Path) -> None:
    """One module of tests for a guide."""
    new(small, "lab", "gitops/one")
    new(small, "lab", "gitops/two")
    tests = text(small, "tests/labs/test_gitops.py")

    compile(tests, "test_gitops.py", "exec")
    assert tests.count("import pytest") == 1
    assert tests.count('run_lab("gitops/') == 2


@pytest.mark.parametrize("name", ["Commit", "repository", "Zone"])
def test_new_term_stands_in_alphabetical_order(small: Path, name: str) -> None:
    """Before and behind the term that is there; `Zone` is in no guide, which is found as well."""
    assert new(small, "term", name) == 0
    assert found(small) - {"glossary-unused"} == {"guide-to-write"}
    assert ("glossary-unused" in found(small)) == (name == "Zone")


def test_new_term_leads_to_the_section_that_uses_it(small: Path) -> None:
    """The heading above its first use."""
    new(small, "term", "Repository")

    assert "### Repository\n" in text(small, "docs/Glossary.md")
    assert "\n[Drift](GitOps.md#drift)\n" in text(small, "docs/Glossary.md").partition("### Repository")[2]


@pytest.mark.parametrize("name", ["heading-too-long", "labs-too-long", "quiz-too-long", "diagram-too-long"])
def test_new_rule_is_one_that_the_tests_of_rules_accept(small: Path, root: Path, name: str) -> None:
    """In a new module or in that of its family: it finds what its bad site expects, and nothing in its good one."""
    assert new(small, "rule", name) == 0
    shutil.copytree(root / "tests/rules", small / "tests/rules", dirs_exist_ok=True)
    for file in ("test_rules.py", "conftest.py"):
        shutil.copy(root / "tests" / file, small / "tests")
    shutil.copy(root / "pyproject.toml", small)
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-k", f"{name} or left_over"], cwd=small, env=environ, capture_output=True, text=True, encoding="utf-8")

    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("guide", "GitOps"), "GitOps is in the index already"),
        (("guide", "../GitOps"), "is not a title"),
        (("guide", "Edge", "--section", "Devops"), "did you mean `DevOps`?"),
        (("guide", "Edge"), "say `--section NAME`, one of `DevOps`"),
        (("lab", "gitop/one"), "did you mean `gitops/one`?"),
        (("lab", "gitops"), "small letters, digits and underscores"),
        (("term", "drift"), "`drift` stands for `Drift` already (docs/Glossary.md:5:1)"),
        (("rule", "link-missing-page"), "there is a rule link-missing-page already"),
        (("rule", "Link"), "is not the name of a rule"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_new_that_cannot_be_is_misuse(small: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str) -> None:
    """Exit 2, what to type instead, and nothing written."""
    before = {file: file.stat().st_mtime_ns for file in small.rglob("*") if file.is_file()}

    assert new(small, *words) == 2
    assert said in capsys.readouterr().err
    assert {file: file.stat().st_mtime_ns for file in small.rglob("*") if file.is_file()} == before


def test_new_overwrites_nothing(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of that name that nobody registered stays as it is."""
    (small / "docs/ServiceMesh.md").write_text("# Mine\n", encoding="utf-8")

    assert new(small, "guide", "Service Mesh") == 2
    assert text(small, "docs/ServiceMesh.md") == "# Mine\n"
    assert "docs/ServiceMesh.md is there already" in capsys.readouterr().err


def test_templates_are_all_used() -> None:
    """Each file in scripts/templates/ belongs to a kind of scaffold, or to the PDFs."""
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (scaffold, pdf))

    assert [file.name for file in scaffold.TEMPLATES.iterdir() if f'"{file.name}"' not in source] == []
