"""Reference links: definitions, uses and labels without a definition, across all pieces of a page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pyromark

from guidebook.found import SYNTAX, Found, Undefined
from guidebook.model import Link
from guidebook.source import Source

_DEFINITION = re.compile(r"^ {0,3}\[([^\]^][^\]]{0,998})\]:[ \t]*\S", re.MULTILINE)
AGAIN = "again"  # the text of a definition that CommonMark ignores, since its label has one already


def normal(label: str) -> str:
    """Labels are the same in any case and with any white space. Source: https://spec.commonmark.org/0.31.2/#matches"""
    return " ".join(label.split()).casefold()


def collect(source: Source, found: Found) -> None:
    """Add everything that a piece holds."""
    from guidebook.collect import walk  # with Markdown; the checks want to know no more than `AGAIN` and `normal`

    pending = _Pending(source, found)
    pending.finish(walk(source, found, pending.broken))


class _Pending:
    """What one piece says about references, while it is read."""

    def __init__(self, source: Source, found: Found) -> None:
        self.source, self.found = source, found

    def broken(self, link: dict[str, Any]) -> None:
        """A reference without definition, as pulldown-cmark reports it."""
        start, end = link["span"]["start"], link["span"]["end"]
        # `grid[i][j]` is prose about code: a reference does not stick to the word before it.
        if start and self.source.data[start - 1 : start].isalnum():
            return
        text = self.source.slice(start, end)
        place = self.source.location(start)
        self.found.undefined.append(Undefined(link["reference"], text.split("][")[0].strip("[]!"), place, link["link_type"] == "Shortcut"))

    def finish(self, blocks: list[tuple[int, int]]) -> None:
        """Add the definitions; `blocks` are the byte ranges of what is not a definition."""
        if "]:" not in self.source.text:
            return
        source, seen = self.source, set()
        defined = pyromark.reference_definitions(source.text, options=SYNTAX)
        for label, definition in defined.items():
            start, end = definition["span"]["start"], definition["span"]["end"]
            place = source.location(start)
            seen.add(place.line)
            literal = definition["dest"].encode("utf-8", "replace")
            first = source.data.find(literal, source.data.find(b"]:", start), end) if literal else -1
            span = source.span(first, first + len(literal)) if first >= 0 else None
            self.found.links.append(Link("definition", definition["dest"], "", place, span, label=label))
        for match in _DEFINITION.finditer(source.text) if defined else ():
            offset = len(source.text[: match.start()].encode("utf-8", "replace"))
            place = source.location(offset + len(match.group()) - len(match.group().lstrip()))
            if place.line not in seen and not any(start <= offset < end for start, end in blocks):
                self.found.links.append(Link("definition", "", AGAIN, place, label=match.group(1)))


def settle(found: Found) -> None:
    """Python-Markdown defines labels for the whole page: a use in one piece finds its definition in another."""
    defined: dict[str, Link] = {}
    for at, link in enumerate(found.links):
        if link.kind == "definition" and link.text != AGAIN:
            if normal(link.label) in defined:
                found.links[at] = replace(link, text=AGAIN)
            defined.setdefault(normal(link.label), link)
    for use in found.undefined:
        if definition := defined.get(normal(use.label)):
            found.links.append(Link("reference", definition.target, use.text, use.location, tag="a", label=use.label))
        elif not use.shortcut:
            found.links.append(Link("undefined", "", use.text, use.location, label=use.label))
    for label, place in found.footnotes:
        if label not in found.notes:
            found.links.append(Link("undefined", "", "", place, label=f"^{label}"))
