"""The events of one piece of Markdown → headings, links, anchors, fences and numbers, in one pass."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyromark
from markdown.extensions.attr_list import get_attrs_and_remainder

from guidebook import html
from guidebook.model import Anchor, Fence, Link, Location, Number
from guidebook.source import Source, line_starts

SYNTAX = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_DEFINITION_LIST
    | pyromark.Options.ENABLE_STRIKETHROUGH
)
RawHeading = tuple[int, str, str, Location]  # level, text, explicit id, place

_HEADING_ATTRIBUTES = re.compile(r"[ ]+\{:?[ ]*([^\}\n ][^\n]*)[ ]*\}[ ]*$")
_ATTRIBUTES = re.compile(rb"\{:?([^{}\n]*)\}")
_SPACED = re.compile(rb"\(([^()<>\n\"']{1,300}\.\w{2,4}(?:#[^()<>\n\"']{0,300})?)\)")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?$|\.\d+$")
_FORMULA = re.compile(r"<!--=(.*?)-->", re.DOTALL)
_TITLE = re.compile(r"""\btitle=(?:"([^"]*)"|'([^']*)')""")
_KINDS = {"Inline": "inline", "Autolink": "autolink", "Email": "email"}


@dataclass
class Undefined:
    """A reference whose label this piece does not define; another piece of the page may."""

    label: str
    text: str
    location: Location
    shortcut: bool


@dataclass
class Found:
    """What the pieces of a page hold."""

    headings: list[RawHeading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    undefined: list[Undefined] = field(default_factory=list)
    footnotes: list[tuple[str, Location]] = field(default_factory=list)  # used, not known to the piece they stand in
    notes: set[str] = field(default_factory=set)  # labels of footnotes that are there


@dataclass
class _Open:
    """An element whose end has not come yet, with the text inside it."""

    kind: str
    start: int
    end: int
    detail: Any
    parts: list[str] = field(default_factory=list)
    after: int = 0  # where the text inside ends
    first: int = -1  # where it starts
    within: int = 0  # how many elements were open around it


def walk(source: Source, found: Found, broken: Callable[[dict[str, Any]], None]) -> list[tuple[int, int]]:
    """Add what the piece holds; `broken` is told of every reference without definition. Returns the byte ranges of its blocks."""
    blocks: list[tuple[int, int]] = []
    _Walk(source, found, blocks).run(broken)
    return blocks


class _Walk:
    """One pass over the events; the elements that are open are a stack."""

    def __init__(self, source: Source, found: Found, blocks: list[tuple[int, int]]) -> None:
        self.source, self.data, self.found, self.blocks = source, source.data, found, blocks
        self.open: list[_Open] = []
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
            self.open.append(_Open(name, start, end, detail))
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

    def _close(self, element: _Open) -> None:
        if element.kind == "Heading":
            self.found.headings.append(_heading(self.source, element))
        elif element.kind == "CodeBlock":
            if type(element.detail) is dict:
                self.found.fences.append(_fence(self.source, element))
        elif element.kind == "Html":
            self._html_link(element)
        else:
            self.images -= element.kind == "Image"
            self.found.links.append(_link(self.source, element))

    def _inline_html(self, value: str, start: int, end: int) -> None:
        if value.startswith("<!--"):
            if value.startswith("<!--="):
                _number(self.source, start, end, self.found)
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
                    self.open.append(_Open("Html", start, end, (before, link)))
                elif link.tag == "img" and link.attribute == "src":
                    self._leaf(link.text, start, end)

    def _html_link(self, element: _Open) -> None:
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


def _heading(source: Source, element: _Open) -> RawHeading:
    text, explicit = "".join(element.parts), ""
    if "{" in text and (match := _HEADING_ATTRIBUTES.search(text, max(text.rindex("{") - 1, 0))):
        pairs, _ = get_attrs_and_remainder(match.group(1))
        explicit = next((value for key, value in pairs if key == "id"), "")
        text = text[: match.start()]
    return int(element.detail["level"][1:]), text.strip(), explicit, source.location(element.start)


def _link(source: Source, element: _Open) -> Link:
    detail, image = element.detail, element.kind == "Image"
    kind = _KINDS.get(detail["link_type"], "reference")
    if image and kind == "inline":
        kind = "image"
    target, span = detail["dest_url"], None
    if kind in ("inline", "image"):
        span = _address_span(source, element, target)
    elif kind == "autolink":
        span = source.span(element.start + 1, element.end - 1)
    return Link(kind, target, "".join(element.parts).strip(), source.location(element.start), span, tag="img" if image else "a", label=detail["id"])


def _address_span(source: Source, element: _Open, target: str) -> tuple[int, int] | None:
    """Where the address stands in the file, if it stands there as it is."""
    literal = target.encode("utf-8", "surrogatepass")
    opening = source.data.find(b"](", max(element.after, element.start + 1) - 1, element.end)
    first = source.data.find(literal, opening + 2, element.end) if opening >= 0 and literal else -1
    between = source.data[opening + 2 : first].strip() if first >= 0 else b"?"
    return source.span(first, first + len(literal)) if between in (b"", b"<") else None


def _fence(source: Source, element: _Open) -> Fence:
    info, place = element.detail["Fenced"], source.location(element.start)
    lines = source.slice(element.start, element.end).rstrip("\n").split("\n")
    opening = re.match(r"\s*(`{3,}|~{3,})", lines[0])
    closing = re.fullmatch(r"[\s>]*(`{3,}|~{3,})\s*", lines[-1]) if len(lines) > 1 else None
    words, title = info.split(), _TITLE.search(info)
    language = words[0] if words and "=" not in words[0] else ""
    return Fence(
        language.strip("{}."),
        next((group for group in title.groups() if group is not None), "") if title else "",
        info,
        "".join(element.parts),
        place,
        place.line + 1,
        place.line + len(lines) - 1,
        bool(opening and closing and closing.group(1).startswith(opening.group(1))),
        _indent(source, element.first),
    )


def _indent(source: Source, first: int) -> str:
    """What stands before the first line of code."""
    if first < 0:
        return ""
    start = source.data.rfind(b"\n", 0, first) + 1
    indent = source.slice(start, first)
    if source.origin is not None:
        row = source.place(first)[0] - source.origin[0][0]
        indent = " " * source.origin[min(row, len(source.origin) - 1)][1] + indent
    return indent


def read_html(source: Source, start: int, end: int, found: Found) -> None:
    """The links and anchors of raw HTML."""
    piece = source.slice(start, end)
    if piece.startswith("<!--") and piece.find("-->") >= len(piece.rstrip()) - 3:
        return
    starts = line_starts(piece)
    for tag in html.tags(piece):
        offset = start + len(piece[: starts[tag.line - 1] + tag.column].encode("utf-8", "replace"))
        place = source.location(offset)
        for attribute, target in tag.addresses():
            found.links.append(Link("html", target, _said(tag), place, _attribute_span(source, tag, target, offset), attribute, tag.name))
        if tag.name == "img" and "alt" not in tag.attributes and not tag.attributes.get("src"):
            continue
        found.anchors.extend(Anchor(name, place) for name in tag.ids())


def _said(tag: html.Tag) -> str:
    """What a screen reader says for the tag; a space for a picture that is marked as decoration."""
    given = tag.attributes.get("aria-label") or tag.attributes.get("title", "")
    if tag.name in ("img", "area"):
        decorative = tag.attributes.get("role") in ("presentation", "none") or tag.attributes.get("aria-hidden") == "true"
        return tag.attributes.get("alt") or given or (" " if "alt" in tag.attributes or decorative else "")
    return given or tag.text or ""


def _attribute_span(source: Source, tag: html.Tag, target: str, offset: int) -> tuple[int, int] | None:
    inside = tag.source.find(target) if target and entities.escape(target) == target and "\n" not in tag.source else -1
    if inside < 0 or tag.source.count(target) > 1:
        return None
    first = offset + len(tag.source[:inside].encode("utf-8", "replace"))
    return source.span(first, first + len(target.encode("utf-8", "replace")))


def _number(source: Source, start: int, end: int, found: Found) -> None:
    match = _FORMULA.fullmatch(source.slice(start, end))
    if not match:
        return
    line_start = source.data.rfind(b"\n", 0, start) + 1
    number = _NUMBER.search(source.slice(max(line_start, start - 80), start))
    text = number.group() if number else ""
    first = start - len(text)
    found.numbers.append(Number(text, match.group(1).strip(), source.location(first), source.span(first, start)))
