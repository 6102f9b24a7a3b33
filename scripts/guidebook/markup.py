"""Raw HTML in a piece of Markdown, comments with formulas included → links, anchors and numbers with their places."""

from __future__ import annotations

import html as entities
import re

from guidebook import html
from guidebook.found import Found
from guidebook.model import Anchor, Link, Number
from guidebook.source import Source, line_starts

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?$|\.\d+$")
_FORMULA = re.compile(r"<!--=(.*?)-->", re.DOTALL)


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


def read_number(source: Source, start: int, end: int, found: Found) -> None:
    """The number before a comment that holds its formula."""
    match = _FORMULA.fullmatch(source.slice(start, end))
    if not match:
        return
    line_start = source.data.rfind(b"\n", 0, start) + 1
    number = _NUMBER.search(source.slice(max(line_start, start - 80), start))
    text = number.group() if number else ""
    first = start - len(text)
    found.numbers.append(Number(text, match.group(1).strip(), source.location(first), source.span(first, start)))
