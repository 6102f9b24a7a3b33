"""What the sidebar lists: `nav` of mkdocs.yml and of `.pages` files (awesome-pages), and the pages that they leave out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from guidebook.model import Site
from guidebook.yaml_tree import BadYaml, compose, plain


@lru_cache(maxsize=4)
def listed(site: Site) -> frozenset[str]:
    """The pages that a written-out navigation names."""
    return frozenset(path for _, entries in _navigations(site) for path in entries if path in site.pages)


@lru_cache(maxsize=4)
def left_out(site: Site) -> frozenset[str]:
    """The pages that a navigation leaves out by listing others; an index page and what `not_in_nav` names are not meant to be listed."""
    out: set[str] = set()
    for folder, entries in _navigations(site):
        if any(entry.startswith("...") for entry in entries):
            continue
        for path in site.pages:
            if path.startswith(f"{folder}/") and not any(path == entry or path.startswith(f"{entry}/") for entry in entries):
                out.add(path)
    out = {path for path in out if posixpath.basename(path) not in ("README.md", "index.md")}
    if not out:
        return frozenset()
    from pathspec import GitIgnoreSpec

    meant = GitIgnoreSpec.from_lines(str(site.config.get("not_in_nav") or "").split("\n"))
    return frozenset(path for path in out if not meant.match_file(path.removeprefix("docs/")))


def _navigations(site: Site) -> Iterator[tuple[str, list[str]]]:
    """(directory, the paths from the root that its navigation lists)."""
    if site.config.get("nav"):
        yield "docs", list(_entries("docs", site.config["nav"]))
    for path, page in site.around.items():
        if path.endswith("/.pages") and isinstance(values := _values(page.text), dict):
            folder = posixpath.dirname(path)
            if values.get("nav") is not None:
                yield folder, list(_entries(folder, values["nav"]))
            elif str(values.get("hide", "")).lower() == "true":
                yield folder, []


def _values(text: str) -> Any:
    try:
        return plain(compose(text))
    except BadYaml:
        return None


def _entries(folder: str, value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value if value.startswith("...") else posixpath.normpath(posixpath.join(folder, value))
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _entries(folder, one)
