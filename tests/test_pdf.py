"""What is printed: one PDF a guide and one of the whole, with an outline and links that lead where they say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from guidebook import artefacts, pdf
from guidebook.load import load_site
from guidebook.misuse import Misuse
from guidebook.model import Site

INDEX = """---
title: The book
description: Two guides.
---
# The book

## Guides

### Backend

- [Alpha](./Alpha.md): the first
- [Beta](./Beta.md): the second
"""
ALPHA = "---\ntitle: Alpha\nreviewed: 2026-11-01\n---\n# Alpha\n\n## Part\n\nSee [the other](Beta.md#part), [here](#part) and [a page](https://example.org/x).\n"
BETA = "# Beta\n\n## Part\n\nBack to [Alpha](Alpha.md).\n"
HEAD = '<html><head><link rel="canonical" href="https://guides.example.org/"><link rel="stylesheet" href="{up}site.css"></head><body>'
RENDERED = {
    "index.html": HEAD.format(up="") + "<article><h1>The book</h1></article>",
    "Alpha/index.html": HEAD.format(up="../") + '<article><h1 id="alpha">Alpha<a class="headerlink" href="#alpha">¶</a></h1><h2 id="part">Part of Alpha</h2>'
    '<p>See <a href="../Beta/#part">the other</a>, <a href="#part">here</a>, <a href="https://example.org/x">a page</a>.</p>'
    '<p class="first"><button>Mark as read</button></p><img src="../d.svg" alt="d" width="10" height="10">'
    '<details><summary>Answer</summary><p>Forty-two</p></details></article>',
    "Beta/index.html": HEAD.format(up="../") + '<article><h1 id="beta">Beta</h1><h2 id="part">Part of Beta</h2><p>Back to <a href="../Alpha/">Alpha</a>.</p></article>',
    "site.css": "body { font-family: sans-serif }",
    "d.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10"/></svg>',
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path, Path]:
    """The sources of a site of two guides, the site as rendered, and the directory of its PDFs."""
    root = tmp_path_factory.mktemp("pdf")
    for name, text in {"docs/README.md": INDEX, "docs/Alpha.md": ALPHA, "docs/Beta.md": BETA, **{f"site/{path}": text for path, text in RENDERED.items()}}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    site = load_site(root)
    assert artefacts.write_pdfs(site, root / "site", root / "dist", [], lambda _: None) == []
    return site, root / "site", root / "dist"


def read(made: tuple[Site, Path, Path], name: str) -> PdfReader:
    return PdfReader(made[2] / f"{name}.pdf")


def links(reader: PdfReader) -> list[str]:
    """Where each link leads: an address, or the text of the page of its place."""
    found = []
    for page in reader.pages:
        for one in page.get("/Annots") or []:
            link = one.get_object()
            assert isinstance(link, DictionaryObject)
            action = link.get("/A")
            found.append(str(action["/URI"]) if action else _there(reader, str(link["/Dest"])))
    return found


def _there(reader: PdfReader, name: str) -> str:
    place = reader.named_destinations[name]
    return reader.pages[reader.get_destination_page_number(place)].extract_text().split("\n")[0]


def titles(reader: PdfReader) -> list[str]:
    """The outline, flat."""
    waiting, found = list(reader.outline), []
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting = [*one, *waiting]
        else:
            found.append(one.title)
    return found


def test_each_guide_and_the_whole_become_a_pdf(made: tuple[Site, Path, Path]) -> None:
    """By the names of the pages."""
    assert sorted(file.name for file in made[2].iterdir()) == ["Alpha.pdf", "Beta.pdf", f"{pdf.BOOK}.pdf"]


def test_outline_has_the_headings(made: tuple[Site, Path, Path]) -> None:
    """Without the mark that copies a heading's address."""
    assert titles(read(made, pdf.BOOK)) == ["Alpha", "Part of Alpha", "Beta", "Part of Beta"]


def test_link_to_another_guide_stays_in_the_book(made: tuple[Site, Path, Path]) -> None:
    """Both guides have a `#part`; the link leads to that of the other guide."""
    assert _texts(links(read(made, pdf.BOOK))) == {"Alpha", "Beta", "https://example.org/x", "https://guides.example.org/"}


def test_link_to_another_guide_leaves_the_pdf_of_one(made: tuple[Site, Path, Path]) -> None:
    """It leads to the published site."""
    assert "https://guides.example.org/Beta/#part" in links(read(made, "Alpha"))


def _texts(found: list[str]) -> set[str]:
    return {one if "//" in one else one.split(" ")[0] for one in found}


def test_link_without_a_published_site_is_text(made: tuple[Site, Path, Path]) -> None:
    """Rather than a link into the disk of whoever printed it."""
    sheet = next(sheet for sheet in pdf.sheets(made[0]) if sheet.name == "Beta")
    assert "<p>Back to Alpha.</p>" in pdf.compose(sheet, made[1], "")


def test_answer_is_printed(made: tuple[Site, Path, Path]) -> None:
    """Nobody can open a disclosure on paper."""
    assert "Forty-two" in "".join(page.extract_text() for page in read(made, "Alpha").pages)


def test_button_is_not_printed(made: tuple[Site, Path, Path]) -> None:
    """Nor can anybody press one."""
    assert "Mark as read" not in "".join(page.extract_text() for page in read(made, "Alpha").pages)


def test_picture_is_printed(made: tuple[Site, Path, Path]) -> None:
    """Found by where it lies in the site."""
    sheet = next(pdf.sheets(made[0]))
    assert (made[1] / "d.svg").as_uri() in pdf.compose(sheet, made[1], "")


def test_name_that_is_no_guide_gets_a_guess(made: tuple[Site, Path, Path]) -> None:
    """In a line, before anything is printed."""
    with pytest.raises(Misuse, match="no PDF `Alfa`") as found:
        artefacts.write_pdfs(made[0], made[1], made[2], ["Alfa"], lambda _: None)
    assert found.value.help == "did you mean `Alpha`?"


def test_browser_that_prints_nothing_is_a_finding(made: tuple[Site, Path, Path], tmp_path: Path) -> None:
    """With what it said; no PDF is left behind."""
    mute = Path(shutil.which("git") or "git")  # a program that is surely there, and no browser
    found = pdf.write(next(pdf.sheets(made[0])), made[1], "", mute, tmp_path / "Alpha.pdf")
    assert [one.rule for one in found] == ["pdf-not-printed"] and not list(tmp_path.iterdir())
