"""Budgets of the built site."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook import budget
from guidebook.model import Page, Site

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" id="dg-1">' + "".join(f"<path d='{at * 7919}'/>" for at in range(3000)) + "</svg>"


@pytest.fixture
def made(tmp_path: Path) -> Site:
    return Site(tmp_path, {"docs/A.md": Page("docs/A.md", "")})


def judged(site: Site, html: str) -> list[str]:
    (site.root / "A").mkdir(exist_ok=True)
    (site.root / "A/index.html").write_text(html, encoding="utf-8")
    return [finding.message for finding in budget.judge(site, site.root)]


def test_text_style_and_script_are_weighed_together(made: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the limit is a finding with both numbers; the files that a page names count, those that are missing do not."""
    (made.root / "x.css").write_text("".join(f".a{at * at}{{}}" for at in range(500)), encoding="utf-8")
    html = '<link rel="stylesheet" href="../x.css"><script src="../missing.js"></script>'
    assert judged(made, html) == []
    monkeypatch.setattr(budget, "PAGE", 1024)

    assert judged(made, html) == [f"HTML, style and script of the page: {budget.weigh(made.root, 'A/index.html').page / 1024:.1f} KiB compressed, 1 are allowed"]


def test_drawings_have_a_budget_of_their_own(made: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """They do not count as text."""
    monkeypatch.setattr(budget, "DRAWINGS", 1024)

    assert [message.split(":")[0] for message in judged(made, DRAWING)] == ["drawings of the page"]


def test_picture_says_its_size(made: Site) -> None:
    """Or the text below it jumps when it comes."""
    assert judged(made, '<img src="a.png" alt="" width="3" height="4">') == []
    assert judged(made, '<img src="a.png" alt="" width="3">') == ['a picture without its size: <img src="a.png" alt="" width="3">']


def test_the_site_is_within_its_budgets(site: Site, built_site: Path) -> None:
    """As it is built now."""
    assert [str(finding) for finding in budget.judge(site, built_site)] == []
