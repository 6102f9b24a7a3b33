"""The report from which an editor starts."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

import build
from guidebook import freshness
from guidebook.load import load_site
from guidebook.parse import parse_page

SMALL = Path(__file__).parent / "sites" / "small"
REVIEWED = datetime.date(2026, 11, 23)


def page(text: str) -> freshness.Page:
    return parse_page("docs/A.md", text)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_row_counts_what_the_guide_holds(small: Path) -> None:
    """Days since the review, sources, drawings, tested blocks, questions, links in and out."""
    file = small / "docs/GitOps.md"
    text = file.read_text(encoding="utf-8").replace("### Drift\n", "### Drift\n\n[Raft](https://raft.github.io/) [paper](https://doi.org/1) [blog](https://example.org/)\n\n```python\nprint(1)\n```\n\n")
    text = text.replace("## Check yourself\n", "## Check yourself\n\n```quiz\nWhy?\n\n- [x] So\n    It is.\n```\n").replace("## Choosing\n", "## Choosing\n\n```mermaid\nflowchart TD\n    a --> b\n```\n\nRetries stop after 3 s.\n")
    file.write_text(text, encoding="utf-8")
    (row,) = freshness.rows(load_site(small), REVIEWED + datetime.timedelta(days=7))

    assert (row.name, row.age, row.sources, row.diagrams, row.tested, row.questions, row.links_in, row.links_out, row.unsourced) == ("GitOps", 7, 3, 1, 1, 1, 1, 1, 1)
    assert row.primary == pytest.approx(1000 / row.words * 2)


@pytest.mark.parametrize(("days", "rules"), [(180, []), (181, ["review-due"])])
def test_guide_is_due_after_half_a_year(days: int, rules: list[str]) -> None:
    """The day after the 180th."""
    found = list(freshness.due(load_site(SMALL), REVIEWED + datetime.timedelta(days=days)))

    assert [finding.rule for finding in found] == rules
    assert [str(finding.location) for finding in found] == ["docs/GitOps.md:5:11"] * len(rules)


def test_weakest_section_has_the_least_behind_its_words() -> None:
    """Sources, drawings and tested code count; a short section is not asked."""
    long = "word " * 220
    text = f"# A\n\n## Full\n\n{long}\n\n[a](https://a.example/) [b](https://b.example/)\n\n## Empty\n\n{long}\n\n[a](https://a.example/)\n\n## Short\n\nword\n"

    assert freshness.weakest(page(text)) == "Empty"


@pytest.mark.parametrize(
    ("address", "primary"),
    [
        ("https://www.rfc-editor.org/rfc/rfc9110", True),
        ("https://doi.org/10.1145/1", True),
        ("https://docs.aws.amazon.com/x", True),
        ("https://eur-lex.europa.eu/x", True),
        ("https://medium.com/x", False),
        ("https://notarxiv.example/", False),
        ("http://[", False),
    ],
)
def test_primary_sources_are_told_by_their_host(address: str, primary: bool) -> None:
    """Specifications, papers, laws and makers' documentation."""
    assert freshness.is_primary(address) is primary


def test_freshness_prints_a_line_for_each_guide(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Columns below their heads; as Markdown, a table."""
    assert build.main(["--root", str(small), "freshness"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.startswith("guide ") and row.startswith("GitOps ")

    assert build.main(["--root", str(small), "freshness", "--format", "markdown"]) == 0
    assert [line.count("|") for line in capsys.readouterr().out.splitlines()] == [len(freshness.HEADS) + 1] * 3


def test_freshness_of_a_guide_lists_the_places(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the columns count, as notes: no reason to fail."""
    file = small / "docs/GitOps.md"
    words = "word " * 41
    file.write_text(file.read_text(encoding="utf-8").replace("## Choosing\n", f"## Choosing\n\nIt stops after 30 s.\n\nA KEK wraps it.\n\n{words}\n"), encoding="utf-8")

    assert build.main(["--root", str(small), "freshness", "--of", "GitOps"]) == 0
    found = [line.split(": ")[1] for line in capsys.readouterr().out.splitlines() if line.startswith("docs/GitOps.md:")]
    assert found == ["note[prose-unsourced]", "note[prose-unexplained]", "note[prose-long-sentence]"]
    assert build.main(["--root", str(small), "freshness", "--of", "GitOp"]) == 2
    assert "did you mean `GitOps`?" in capsys.readouterr().err


def test_freshness_due_fails_if_a_guide_is_due(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1 and a finding, or 0 and nothing."""
    file = small / "docs/GitOps.md"
    for reviewed, status in ((datetime.date.today(), 0), (datetime.date(2020, 1, 1), 1)):
        lines = file.read_text(encoding="utf-8").split("\n")
        lines[4] = f"reviewed: {reviewed}"
        file.write_text("\n".join(lines), encoding="utf-8")

        assert build.main(["--root", str(small), "freshness", "--due"]) == status
        printed = capsys.readouterr().out
        assert ("error[review-due]" in printed) if status else not printed, "a workflow opens an issue if the file is not empty"
