"""Judge the search of the rendered site: every section of every page can be found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from guidebook import search
from guidebook.model import INDEX, Diagnostic, Location, Site

_SCRIPT = re.compile(r'guidebookSearch\.take\("(\w+)",(.*)\)\n', re.DOTALL)


def judge(site: Site, out: Path) -> Iterator[Diagnostic]:
    """A finding for each heading that the index of the search does not have."""
    folder = out / search.FOLDER
    if not (folder / "index.js").is_file():
        yield Diagnostic(Location("mkdocs.yml"), "the rendered site has no search index", "does `rendering/finish.py` write it?", rule="built-not-searchable")
        return
    found = set(addresses(folder))
    for path in search.generated(site):
        if search.address(path) not in found:
            message = f"the generated page `{path.removeprefix('docs/')}` is not in the search index"
            yield Diagnostic(Location(INDEX), message, "is it rendered?", rule="built-not-searchable")
    for page, heading in ((one, heading) for one in site.pages.values() if not search.hidden(one) for heading in one.headings):
        own = search.address(page.path) + (f"#{heading.anchor}" if heading.level > 1 else "")
        if own not in found:
            message = f"the section `{heading.text}` is not in the search index"
            yield Diagnostic(heading.location, message, "is it on the rendered page?", rule="built-not-searchable")


def addresses(folder: Path) -> Iterator[str]:
    """The address of each section in the index, below the site."""
    version = piece(folder / "index.js")["version"]
    for file in folder.glob(f"{version}-t*.js"):
        for address, _, anchor, *_ in piece(file):
            yield address + (f"#{anchor}" if anchor else "")


def piece(file: Path) -> Any:
    """What a script of the index hands over."""
    match = _SCRIPT.fullmatch(file.read_text(encoding="utf-8"))
    return json.loads(match[2]) if match else None
