"""The real docs: nothing to find, and what we parse is what readers get."""

from __future__ import annotations

from pathlib import Path

from guidebook import checks, html, report
from guidebook.built import page_path
from guidebook.model import Site


def test_docs_have_no_findings(site: Site) -> None:
    """Every rule is silent on every page."""
    assert report.as_text(checks.run(site)) == ""


def test_parsed_anchors_are_the_rendered_ids(site: Site, built_site: Path) -> None:
    """The oracle: for every page, the ids of the headings that we parse are those that MkDocs renders, in order."""
    for page in site.pages.values():
        tags = html.tags((built_site / page_path(page.path)).read_text(encoding="utf-8"))
        rendered = [tag.attributes["id"] for tag in tags if tag.name in ("h1", "h2", "h3", "h4", "h5", "h6") and "id" in tag.attributes]

        assert [heading.anchor for heading in page.headings] == rendered, page.path


def test_pages_are_rendered(site: Site, built_site: Path) -> None:
    """Each Markdown file becomes a page at the address that links to it use."""
    assert [page.path for page in site.pages.values() if not (built_site / page_path(page.path)).is_file()] == []
