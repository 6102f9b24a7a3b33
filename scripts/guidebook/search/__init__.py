"""The search: what is rendered → words, postings and passages that a reader's browser fetches piece by piece.

There is no server and no engine of others: `overrides/assets/search/query.js` reads the files that `index.build` makes.
"""

from __future__ import annotations

import shutil
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from guidebook.glossary import PAGE as GLOSSARY
from guidebook.glossary import plain
from guidebook.model import INDEX, Page, Site, Term
from guidebook.paths import OVERVIEW, paths
from guidebook.resolve import resolve
from guidebook.search.fields import Book, Entry, Library
from guidebook.search.index import build
from guidebook.search.passages import Passage, passages
from guidebook.trace import page_path

FOLDER = "search"
MORE = "More"  # the section of the pages that are no guides
_WEIGHTS = {INDEX: 0.5, GLOSSARY: 0.45}  # they name everything and explain little


Read = Callable[[str], list[Passage]]


def write(site: Site, out: Path, read: Read = passages) -> None:
    """Write the files of the search for the site that was rendered into `out`, in place of older ones. `read`: `passages`, or what remembers them."""
    folder = out / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in build(library(site, out, read)):
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def library(site: Site, out: Path, read: Read = passages) -> Library:
    """All that is searched of the site that was rendered into `out`."""
    called = also() | {address(path): "learning path" for path in generated(site)}
    return Library(list(books(site, out, read)), [entry(site, term) for term in site.terms], said(site), called, synonyms())


def books(site: Site, out: Path, read: Read = passages) -> Iterator[Book]:
    """The pages that were rendered: the guides in the order of the index, then the others, then the generated ones."""
    sections = {path: guide.section for guide in site.guides if guide.link and (path := f"docs/{guide.name}.md") in site.pages}
    for path in [*sections, *sorted(set(site.pages) - set(sections)), *generated(site)]:
        page = site.pages.get(path)
        file = out / address(path) / "index.html"
        if file.is_file() and not (page and hidden(page)):
            found = read(file.read_text(encoding="utf-8"))
            title = page.title if page else next((passage.heading for passage in found), "")
            yield Book(address(path), title, sections.get(path, MORE), found, _WEIGHTS.get(path, 1.0 if page else _WEIGHTS[INDEX]))


def generated(site: Site) -> list[str]:
    """The pages that have no source of their own: the learning paths."""
    found = paths(site)
    return [f"docs/{path}" for path in (OVERVIEW, *(one.source for one in found))] if found else []


def hidden(page: Page) -> bool:
    """Whether the front matter keeps the page out of the search: `search: { exclude: true }`."""
    wish = page.front_matter.values.get("search")
    return isinstance(wish, dict) and wish.get("exclude") is True


def entry(site: Site, term: Term) -> Entry:
    """The term with the addresses of its entry and of the section that explains it (empty if none does)."""
    target = resolve(site, site.pages[GLOSSARY], term.link.target) if term.link else None
    explained = address(target.path) + (f"#{target.fragment}" if target.fragment else "") if target else ""
    return Entry((term.name, *term.aliases), plain(term.definition), f"{address(GLOSSARY)}#{term.anchor}", explained)


def said(site: Site) -> dict[str, list[str]]:
    """What links to each section say of it, by the section's address: their texts, each once."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for page in site.pages.values():
        if page.path in _WEIGHTS:
            continue  # they repeat headings
        for link in page.links:
            target = resolve(site, page, link.target)
            if link.text and target.kind == "page" and link.text not in found[one := address(target.path) + (f"#{target.fragment}" if target.fragment else "")]:
                found[one].append(link.text)
    return found


def also() -> dict[str, str]:
    """What readers call the subject of a section, where its own words differ, by the section's address."""
    files = sorted((Path(__file__).parent / "also").glob("*.toml"))
    return {f"{file.stem}/#{anchor}": text for file in files for anchor, text in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def synonyms() -> list[list[str]]:
    """Words that are used for one another."""
    lines = (Path(__file__).parent / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


def address(path: str) -> str:
    """The folder of the rendered page: `GitOps/` for `docs/GitOps.md`, nothing for the index."""
    return page_path(path).removesuffix("index.html")
