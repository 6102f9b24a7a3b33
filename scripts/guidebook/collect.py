"""The events of one piece of Markdown → headings, links, anchors, fences and numbers, in one pass."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyromark
from markdown.extensions.attr_list import get_attrs_and_remainder

from guidebook import elements, html
from guidebook.elements import Open
from guidebook.found import SYNTAX, Found
from guidebook.markup import read_html, read_number
from guidebook.model import Anchor, Link
from guidebook.source import Source

_ATTRIBUTES = re.compile(rb"\{:?([^{}\n]*)\}")
_SPACED = re.compile(rb"\(([^()<>\n\"']{1,300}\.\w{2,4}(?:#[^()<>\n\"']{0,300})?)\)")


def walk(source: Source, found: Found, broken: Callable[[dict[str, Any]], None]) -> list[tuple[int, int]]:
    """Add what the piece holds; `broken` is told of every reference without definition. Returns the byte ranges of its blocks."""
    blocks: list[tuple[int, int]] = []
    _Walk(source, found, blocks).run(broken)
    return blocks


class _Walk:
    """One pass over the events; the elements that are open are a stack."""

    def __init__(self, source: Source, found: Found, blocks: list[tuple[int, int]]) -> None:
        self.source, self.data, self.found, self.blocks = source, source.data, found, blocks
        self.open: list[Open] = []
        self.images = 0
        self.block = 0, 0
        self.html_until = -1

    def run(self, broken: Callable[[dict[str, Any]], None]) -> None:
        depth = 0
        for event, where in pyromark.events_with_range(self.source.text, options=SYNTAX, broken_link_callback=broken):
            if type(event) is str:
                if event != "Rule":
                    for element in self.open:
                        element.parts.append(" ")
                continue
            ((kind, value),) = event.items()
            if kind == "Text":
                self._text(value, where)
            elif kind == "Start":
                depth += 1
                if depth == 1:
                    self.blocks.append((where["start"], where["end"]))
                self._start(value, where["start"], where["end"])
            elif kind == "End":
                depth -= 1
                if self.open and self.open[-1].kind == (value if type(value) is str else next(iter(value))):
                    self._close(self.open.pop())
            elif kind == "Code":
                self._leaf(value, where["start"], where["end"])
            elif kind == "InlineHtml":
                self._inline_html(value, where["start"], where["end"])

    def _start(self, value: Any, start: int, end: int) -> None:
        if type(value) is str:
            if value in ("Paragraph", "TableCell", "Item", "DefinitionListTitle"):
                self.block = start, end
            elif value == "HtmlBlock" and start > self.html_until:
                read_html(self.source, start, end, self.found)
                self.html_until = end - 1
            return
        ((name, detail),) = value.items()
        if name in ("Link", "Image", "Heading", "CodeBlock"):
            self.images += name == "Image"
            if name == "Heading":
                self.block = start, end
            self.open.append(Open(name, start, end, detail))
        elif name == "FootnoteDefinition":
            self.found.notes.add(detail)
            place = self.source.location(start)
            self.found.anchors += [Anchor(f"fn:{detail}", place), Anchor(f"fnref:{detail}", place)]

    def _text(self, value: str, where: dict[str, int]) -> None:
        start = where["start"]
        if self.open:
            self._leaf(value, start, where["end"])
        if "{" in value and not (self.open and self.open[0].kind in ("CodeBlock", "Heading")):
            self._attributes(start, where["end"])
        first = value[:1]
        if first == "^" and self.data[start - 1 : start] == b"[" and self.data[where["end"] : where["end"] + 1] == b"]":
            self.found.footnotes.append((value[1:], self.source.location(start - 1)))
        elif first == "(" and self.data[start - 1 : start] == b"]":
            self._spaced(start)

    def _leaf(self, value: str, start: int, end: int) -> None:
        for element in self.open:
            # A heading's slug does not see the alternative text of a picture in it.
            if not (self.images and element.kind == "Heading"):
                element.parts.append(value)
            element.after = end
            if element.first < 0:
                element.first = start

    def _close(self, element: Open) -> None:
        if element.kind == "Heading":
            self.found.headings.append(elements.heading(self.source, element))
        elif element.kind == "CodeBlock":
            if type(element.detail) is dict:
                self.found.fences.append(elements.fence(self.source, element))
        elif element.kind == "Html":
            self._html_link(element)
        else:
            self.images -= element.kind == "Image"
            self.found.links.append(elements.link(self.source, element))

    def _inline_html(self, value: str, start: int, end: int) -> None:
        if value.startswith("<!--"):
            if value.startswith("<!--="):
                read_number(self.source, start, end, self.found)
        elif value[:3].lower() == "</a":
            while self.open and self.open[-1].kind != "Html" and any(element.kind == "Html" for element in self.open):
                self._close(self.open.pop())
            if self.open and self.open[-1].kind == "Html":
                self._close(self.open.pop())
        elif not value.startswith("</"):
            before = len(self.found.links)
            read_html(self.source, start, end, self.found)
            for link in self.found.links[before:]:
                if link.tag == "a" and link.attribute == "href":
                    self.open.append(Open("Html", start, end, (before, link)))
                elif link.tag == "img" and link.attribute == "src":
                    self._leaf(link.text, start, end)

    def _html_link(self, element: Open) -> None:
        """The link's text is known only now."""
        _, link = element.detail
        if not link.text:
            object.__setattr__(link, "text", " ".join("".join(element.parts).split()))

    def _attributes(self, start: int, end: int) -> None:
        """Ids and addresses that attribute lists, which begin between `start` and `end`, give to paragraphs, links, images and list items."""
        for match in _ATTRIBUTES.finditer(self.data, start, min(self.block[1], end + 500)):
            if match.start() >= end:
                break
            if b"#" not in match.group(1) and b"=" not in match.group(1):
                continue
            pairs, _ = get_attrs_and_remainder(match.group(1).decode("utf-8", "replace"))
            place = self.source.location(match.start())
            for key, value in pairs:
                if key == "id":
                    self.found.anchors.append(Anchor(value, place))
                elif key in ("href", "src", "srcset", "poster") and self.data[match.start() - 1 : match.start()] in (b")", b"]", b">"):
                    targets = html.srcset(value) if key == "srcset" else [value]
                    self.found.links += [Link("attribute-list", target, " ", place, None, key, "a" if key == "href" else "") for target in targets]

    def _spaced(self, start: int) -> None:
        """`[a](b c.md)`: no link in CommonMark, but one on the site."""
        match = _SPACED.match(self.data, start)
        opening = self.data.rfind(b"[", 0, start)
        if match and b" " in match.group(1) and opening >= 0 and b"\n" not in self.data[opening:start]:
            image = self.data[opening - 1 : opening] == b"!"
            text = self.source.slice(opening + 1, start - 1)
            span = self.source.span(*match.span(1))
            place = self.source.location(opening - image)
            self.found.links.append(Link("image" if image else "inline", self.source.slice(*match.span(1)), text, place, span, tag="img" if image else "a"))
