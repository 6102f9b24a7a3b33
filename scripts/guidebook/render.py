"""Renders the site: docs/ → HTML in a directory that is not the site yet. What was rendered before and shows the same is taken from `.cache/`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from guidebook.cache import FOLDER, Cache
from guidebook.load import load_site
from guidebook.model import Diagnostic, Location, Site
from guidebook.rendering import finish
from guidebook.rendering.derived import Readings
from guidebook.rendering.pages import Pages
from guidebook.rendering.store import Store

Judge = Callable[[Site, Path, Readings, Callable[[], None]], Iterable[Diagnostic]]
_PAGE = re.compile(r"(?:Doc file|file|page) '([^']+\.md)'")
_ADDRESS = re.compile(r"contains (?:a|an absolute|an unrecognized relative|an unrecognized) link '([^']+)'")


def render(root: Path, out: Path, site: Site | None = None, judges: Sequence[Judge] = ()) -> list[Diagnostic]:
    """Render the site of `root` into the directory `out`; every warning of MkDocs, and its end with an error, is a finding.

    judges: asked about a site without such findings; they get what is known of its pages, which they need not read again, and what waits for the files of the search.
    """
    store = Store(root / FOLDER / "pages")
    pages = Pages(site or load_site(root, Cache(root / FOLDER)), store)
    try:
        searched = finish.write(pages, out)
    except (Exception, SystemExit) as error:  # templates, extensions and a configuration raise anything
        if os.environ.get("GUIDEBOOK_DEBUG"):
            raise
        return sorted(set(findings(root, pages.warnings)) or {failure(error)})
    found = sorted({*findings(root, [*pages.warnings, *dangling(pages)])})
    found = found or sorted({finding for judge in judges for finding in judge(pages.site, out, pages.readings, searched)})
    searched()
    store.clean()
    return found


def failure(error: BaseException) -> Diagnostic:
    """Why MkDocs stopped, in a line."""
    said = next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), type(error).__name__)
    file, line = str(getattr(error, "filename", "") or ""), getattr(error, "lineno", 1)  # of a template
    place = Location("docs/.pages" if said.endswith("[.pages]") else "mkdocs.yml")
    if "overrides/" in (file := file.replace("\\", "/")):
        place = Location(f"overrides/{file.partition('overrides/')[2]}", int(line or 1))
    return Diagnostic(place, f"MkDocs stopped: {said}", "put this right; GUIDEBOOK_DEBUG=1 shows where it happened", rule="built-failed")


def dangling(pages: Pages) -> Iterator[str]:
    """Links to anchors that the other page does not have, in MkDocs' words; asked of all pages, since both ends may change."""
    ids = {uri: frozenset(text["ids"]) for uri, text in pages.texts.items()}
    for uri, text in pages.texts.items():
        for there, anchors in text["pointing"].items():
            for anchor, link in anchors.items():
                if there in ids and anchor not in ids[there]:
                    yield f"Doc file '{uri}' contains a link '{link}', but the doc '{there}' does not contain an anchor '#{anchor}'."


def findings(root: Path, said: Iterable[str]) -> Iterator[Diagnostic]:
    """What MkDocs warns about, at the line where it stands."""
    for message in said:
        yield Diagnostic(_location(root, message), f"MkDocs: {message}", rule="built-warning")


def _location(root: Path, message: str) -> Location:
    """The page that MkDocs names, and the first place in it where the address stands that it complains about."""
    page = _PAGE.search(message)
    if not page:
        return Location("mkdocs.yml")
    path = f"docs/{page[1]}".replace("\\", "/")
    address = _ADDRESS.search(message)
    file = root / path
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if address and file.is_file() else []
    return next((Location(path, number, line.find(address[1]) + 1) for number, line in enumerate(lines, 1) if address[1] in line), Location(path))
