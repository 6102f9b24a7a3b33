"""The search: what is rendered → words, postings and passages that a reader's browser fetches piece by piece.

There is no server and no engine of others: `overrides/assets/search/query.js` reads the files that `index.build` makes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from guidebook.glossary import PAGE as GLOSSARY
from guidebook.glossary import plain
from guidebook.model import INDEX, Page, Site, Term
from guidebook.resolve import resolve
from guidebook.search.index import Book, Entry, build
from guidebook.search.passages import passages
from guidebook.trace import page_path

FOLDER = "search"
MORE = "More"  # the section of the pages that are no guides
_WEIGHTS = {INDEX: 0.5, GLOSSARY: 0.45}  # they name everything and explain little


def write(site: Site, out: Path) -> None:
    """Write the files of the search for the site that was rendered into `out`, in place of older ones."""
    folder = out / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in build(list(books(site, out)), [entry(site, term) for term in site.terms]):
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def books(site: Site, out: Path) -> Iterator[Book]:
    """The pages that were rendered: the guides in the order of the index, then the others."""
    sections = {path: guide.section for guide in site.guides if guide.link and (path := f"docs/{guide.name}.md") in site.pages}
    for path in [*sections, *sorted(set(site.pages) - set(sections))]:
        if hidden(site.pages[path]):
            continue
        file = out / address(path) / "index.html"
        if file.is_file():
            found = passages(file.read_text(encoding="utf-8"))
            yield Book(address(path), site.pages[path].title, sections.get(path, MORE), found, _WEIGHTS.get(path, 1.0))


def hidden(page: Page) -> bool:
    """Whether the front matter keeps the page out of the search: `search: { exclude: true }`."""
    wish = page.front_matter.values.get("search")
    return isinstance(wish, dict) and wish.get("exclude") is True


def entry(site: Site, term: Term) -> Entry:
    """The term with the addresses of its entry and of the section that explains it (empty if none does)."""
    target = resolve(site, site.pages[GLOSSARY], term.link.target) if term.link else None
    explained = address(target.path) + (f"#{target.fragment}" if target.fragment else "") if target else ""
    return Entry((term.name, *term.aliases), plain(term.definition), f"{address(GLOSSARY)}#{term.anchor}", explained)


def address(path: str) -> str:
    """The folder of the rendered page: `GitOps/` for `docs/GitOps.md`, nothing for the index."""
    return page_path(path).removesuffix("index.html")
