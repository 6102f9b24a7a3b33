"""Markdown text → Page, with the exact place of everything in it.

pulldown-cmark tokenizes (through pyromark), so code, comments and nesting are CommonMark's, not a pattern's.
What Python-Markdown adds (attribute lists, `!!!` and `===` blocks, its slugs) is added here;
an oracle test holds the anchors against the ids that MkDocs renders.
"""

from __future__ import annotations

import html as entities
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pyromark
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown.extensions.toc import unique
from pymdownx.slugs import slugify

from guidebook import front_matter, html
from guidebook.model import Anchor, Fence, Heading, Link, Location, Number, Page
from guidebook.source import Source, line_starts

SYNTAX = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_DEFINITION_LIST
    | pyromark.Options.ENABLE_STRIKETHROUGH
)
slug = slugify(case="lower")  # the same as in mkdocs.yml

_HEADING_ATTRIBUTES = re.compile(r"[ ]+\{:?[ ]*([^\}\n ][^\n]*)[ ]*\}[ ]*$")
_ATTRIBUTES = re.compile(r"\{:?[ ]*([^{}\n]*#[^{}\n]*)\}")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?$|\.\d+$")
_FORMULA = re.compile(r"<!--=(.*?)-->", re.DOTALL)
_TITLE = re.compile(r"""\btitle=(?:"([^"]*)"|'([^']*)')""")
_CONTAINER = re.compile(r"^( *)(?:!!!|\?\?\?\+?|===[!+]*) ?[\w\"'][^\n]*$", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]^][^\]]*)\]:[ \t]*\S", re.MULTILINE)


@dataclass
class _Found:
    """What the walk collects, in the order of the text."""

    headings: list[tuple[int, str, str, Location]] = field(default_factory=list)  # level, text, explicit id, place
    links: list[Link] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)


def parse_page(path: str, text: str) -> Page:
    """Everything that the text of one page says. Never raises: what is broken is data on the page."""
    front, body = front_matter.split(path, text)
    found = _Found()
    _walk(Source(path, body, None, tuple(line_starts(body))), found)
    headings = _with_anchors(found.headings)
    # Offsets count in the file's own text, in which the front matter is not blanked out.
    shift = len(text) - len(body)
    moved = (lambda span: (span[0] + shift, span[1] + shift)) if shift else (lambda span: span)
    sections = [(heading.location, heading.anchor) for heading in headings]
    return Page(
        path,
        text,
        front,
        tuple(headings),
        tuple(
            replace(link, span=link.span and moved(link.span), section=_section(sections, link.location))
            for link in sorted(found.links, key=lambda link: link.location)
        ),
        tuple(found.anchors),
        tuple(replace(fence, section=_section(sections, fence.location)) for fence in found.fences),
        tuple(replace(number, span=moved(number.span)) for number in found.numbers),
    )


def _section(sections: list[tuple[Location, str]], place: Location) -> str:
    at = bisect_right(sections, (place, "\U0010ffff"))
    return sections[at - 1][1] if at else ""


def _with_anchors(raw: list[tuple[int, str, str, Location]]) -> list[Heading]:
    """Ids as Python-Markdown's toc gives them: explicit ones first, then slugs, made unique by `_1`, `_2`."""
    used = {explicit for _, _, explicit, _ in raw if explicit}
    headings = []
    for level, text, explicit, place in sorted(raw, key=lambda heading: heading[3]):
        anchor = explicit or unique(slug(text, "-"), used)
        headings.append(Heading(level, text, anchor, place, bool(explicit)))
    return headings


def _walk(source: Source, found: _Found) -> None:
    """Collect from one piece, and from the indented blocks inside it that only Python-Markdown knows."""
    source, inner = _without_containers(source)
    undefined: dict[int, dict[str, Any]] = {}
    events = pyromark.events_with_range(
        source.text,
        options=SYNTAX,
        merge_text=False,
        broken_link_callback=lambda broken: undefined.__setitem__(broken["span"]["start"], broken),
    )
    covered = _collect(source, list(events), found)
    _references(source, undefined, covered, found)
    for piece in inner:
        _walk(piece, found)


def _collect(source: Source, events: list[Any], found: _Found) -> list[tuple[int, int]]:
    """Read the events of a piece; return the byte ranges of its blocks."""
    covered: list[tuple[int, int]] = []
    depth, skip = 0, -1
    for at, (event, where) in enumerate(events):
        if event in ("SoftBreak", "HardBreak", "Rule"):
            continue
        kind, value = next(iter(event.items())) if isinstance(event, dict) else (event, None)
        if kind == "End":
            depth -= 1
            continue
        start, end = where["start"], where["end"]
        if kind == "InlineHtml":
            _html(source, start, end, found)
            _number(source, start, end, found)
        if kind != "Start":
            continue
        depth += 1
        if depth == 1:
            covered.append((start, end))
        name, detail = next(iter(value.items())) if isinstance(value, dict) else (value, None)
        if name == "Heading":
            found.headings.append(_heading(source, events, at, start, end, detail))
        elif name in ("Link", "Image"):
            found.links.append(_link(source, events, at, start, end, name, detail))
        elif name == "CodeBlock" and isinstance(detail, dict):
            found.fences.append(_fence(source, events, at, start, end, detail["Fenced"]))
        elif name == "HtmlBlock" and start > skip:
            _html(source, start, end, found)
            skip = end - 1
        if name in ("Paragraph", "Heading", "TableCell", "Item", "DefinitionListTitle"):
            _attributes(source, events, at, start, end, found)
    return covered


def _content(events: list[Any], at: int) -> Iterator[tuple[str, str, int, int]]:
    """(kind, text, start, end) of the leaves inside the element that starts at `events[at]`."""
    depth, images = 0, 0
    for event, where in events[at:]:
        kind, value = next(iter(event.items())) if isinstance(event, dict) else (event, None)
        if kind == "Start":
            depth += 1
            images += isinstance(value, dict) and "Image" in value
        elif kind == "End":
            depth -= 1
            images -= value == "Image"
            if not depth:
                return
        else:
            yield "Alt" if images and kind in ("Text", "Code") else kind, value or " ", where["start"], where["end"]


def _heading(source: Source, events: list[Any], at: int, start: int, end: int, detail: dict[str, Any]) -> tuple[int, str, str, Location]:
    text = "".join(part for kind, part, *_ in _content(events, at) if kind in ("Text", "Code", "SoftBreak"))
    explicit = ""
    if match := _HEADING_ATTRIBUTES.search(text):
        pairs, _ = get_attrs_and_remainder(match.group(1))
        explicit = next((value for key, value in pairs if key == "id"), "")
        text = text[: match.start()]
    return int(detail["level"][1:]), text.strip(), explicit, source.location(start)


def _link(source: Source, events: list[Any], at: int, start: int, end: int, name: str, detail: dict[str, Any]) -> Link:
    inside = list(_content(events, at))
    text = "".join(part for kind, part, *_ in inside if kind in ("Text", "Code", "SoftBreak", "Alt")).strip()
    kind = {"Inline": "inline", "Autolink": "autolink", "Email": "email"}.get(detail["link_type"], "reference")
    if name == "Image":
        text, kind = "".join(part for part_kind, part, *_ in inside if part_kind == "Alt").strip(), "image" if kind == "inline" else kind
    target = detail["dest_url"]
    span = _address_span(source, inside, start, end, target) if kind in ("inline", "image") else None
    if kind == "autolink":
        span = source.span(start + 1, end - 1)
    return Link(kind, target, text, source.location(start), span, tag="img" if name == "Image" else "a", label=detail["id"])


def _address_span(source: Source, inside: list[tuple[str, str, int, int]], start: int, end: int, target: str) -> tuple[int, int] | None:
    """Where the address stands in the file, if it stands there as it is."""
    after = max((leaf_end for *_, leaf_end in inside), default=start + 1)
    literal = target.encode("utf-8")
    opening = source.data.find(b"](", after - 1, end)
    first = source.data.find(literal, opening + 2, end) if opening >= 0 and literal else -1
    between = source.data[opening + 2 : first].strip() if first >= 0 else b"?"
    return source.span(first, first + len(literal)) if between in (b"", b"<") else None


def _fence(source: Source, events: list[Any], at: int, start: int, end: int, info: str) -> Fence:
    place = source.location(start)
    texts = [(part, first) for kind, part, first, _ in _content(events, at) if kind == "Text"]
    lines = source.slice(start, end).rstrip("\n").split("\n")
    opening = re.match(r"\s*(`{3,}|~{3,})", lines[0])
    closing = re.fullmatch(r"[\s>]*(`{3,}|~{3,})\s*", lines[-1]) if len(lines) > 1 else None
    closed = bool(opening and closing and closing.group(1).startswith(opening.group(1)))
    indent = ""
    if texts:
        line_start = source.data.rfind(b"\n", 0, texts[0][1]) + 1
        indent = source.slice(line_start, texts[0][1])
        if source.origin is not None:
            indent = " " * source.origin[min(source.place(start)[0] - source.origin[0][0], len(source.origin) - 1)][1] + indent
    title = _TITLE.search(info)
    language = info.split()[0] if info.split() and "=" not in info.split()[0] else ""
    return Fence(
        language.strip("{}."),
        next((group for group in title.groups() if group is not None), "") if title else "",
        info,
        "".join(part for part, _ in texts),
        place,
        place.line + 1,
        place.line + len(lines) - 1,
        closed,
        indent,
    )


def _html(source: Source, start: int, end: int, found: _Found) -> None:
    piece = source.slice(start, end)
    starts = line_starts(piece)
    for tag in html.tags(piece):
        offset = start + len(piece[: starts[tag.line - 1] + tag.column].encode("utf-8", "replace"))
        place = source.location(offset)
        for attribute, target in tag.addresses():
            inside = tag.source.find(entities.escape(target)) if target else -1
            span = None
            if inside >= 0 and entities.escape(target) == target and "\n" not in tag.source:
                first = offset + len(tag.source[:inside].encode())
                span = source.span(first, first + len(target.encode()))
            text = tag.attributes.get("alt", tag.attributes.get("title", ""))
            found.links.append(Link("html", target, text, place, span, attribute, tag.name))
        found.anchors.extend(Anchor(name, place) for name in tag.ids())


def _number(source: Source, start: int, end: int, found: _Found) -> None:
    match = _FORMULA.fullmatch(source.slice(start, end))
    if not match:
        return
    line_start = source.data.rfind(b"\n", 0, start) + 1
    before = source.slice(line_start, start)
    number = _NUMBER.search(before)
    text = number.group() if number else ""
    first = start - len(text)
    found.numbers.append(Number(text, match.group(1).strip(), source.location(first), source.span(first, start)))


def _attributes(source: Source, events: list[Any], at: int, start: int, end: int, found: _Found) -> None:
    """Ids that attribute lists give to paragraphs, links, images and list items."""
    if b"{" not in source.data[start:end]:
        return
    if isinstance(events[at][0]["Start"], dict) and "Heading" in events[at][0]["Start"]:
        return
    text = "".join(part for kind, part, *_ in _content(events, at) if kind == "Text")
    for match in _ATTRIBUTES.finditer(text):
        pairs, _ = get_attrs_and_remainder(match.group(1))
        found.anchors.extend(Anchor(value, source.location(start)) for key, value in pairs if key == "id")


def _references(source: Source, undefined: dict[int, dict[str, Any]], covered: list[tuple[int, int]], found: _Found) -> None:
    """Definitions, definitions of a label that has one already, and references to a label that has none."""
    defined = pyromark.reference_definitions(source.text, options=SYNTAX) if "]:" in source.text else {}
    spans = set()
    for label, definition in defined.items():
        start, end = definition["span"]["start"], definition["span"]["end"]
        spans.add(source.place(start)[0])
        literal = definition["dest"].encode()
        first = source.data.find(literal, source.data.find(b"]:", start), end) if literal else -1
        span = source.span(first, first + len(literal)) if first >= 0 else None
        found.links.append(Link("definition", definition["dest"], "", source.location(start), span, label=label))
    for match in _DEFINITION.finditer(source.text) if defined else ():
        offset = len(source.text[: match.start()].encode())
        place = source.location(offset)
        if place.line not in spans and not any(start <= offset < end for start, end in covered):
            found.links.append(Link("definition", "", "again", place, label=match.group(1)))
    for broken in undefined.values():
        if broken["link_type"] != "Shortcut":
            found.links.append(Link("undefined", "", "", source.location(broken["span"]["start"]), label=broken["reference"]))


def _without_containers(source: Source) -> tuple[Source, list[Source]]:
    """The piece with the content of `!!!`, `???` and `===` blocks blanked out, and that content as pieces of its own.

    CommonMark would take the indented content for code.
    """
    if not ("!!!" in source.text or "???" in source.text or "===" in source.text) or not _CONTAINER.search(source.text):
        return source, []
    code = [
        (where["start"], where["end"])
        for event, where in pyromark.events_with_range(source.text, options=SYNTAX)
        if isinstance(event, dict) and isinstance(event.get("Start"), dict) and isinstance(event["Start"].get("CodeBlock"), dict)
    ]
    lines = source.text.split("\n")
    inner, at, offset = [], 0, 0
    offsets = line_starts(source.data)
    while at < len(lines):
        header = _CONTAINER.fullmatch(lines[at])
        offset = offsets[at]
        at += 1
        if not header or any(start <= offset < end for start, end in code):
            continue
        indent = len(header.group(1)) + 4
        end = at
        while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" " * indent)):
            end += 1
        if not any(line.strip() for line in lines[at:end]):
            continue
        origin = tuple(
            (source.place(offsets[row])[0], (source.origin[row][1] if source.origin else 0) + min(indent, len(lines[row])))
            for row in range(at, end)
        )
        inner.append(Source(source.path, "\n".join(line[indent:] for line in lines[at:end]), origin, source.starts))
        lines[at:end] = ["" for _ in lines[at:end]]
        at = end
    if not inner:
        return source, []
    # Every line keeps its number; its length only matters where something is left on it.
    return replace(source, text="\n".join(lines)), inner
