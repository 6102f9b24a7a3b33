"""An element of Markdown, whose end has come → what the model calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from markdown.extensions.attr_list import get_attrs_and_remainder

from guidebook.found import RawHeading
from guidebook.model import Fence, Link
from guidebook.source import Source

_HEADING_ATTRIBUTES = re.compile(r"[ ]+\{:?[ ]*([^\}\n ][^\n]*)[ ]*\}[ ]*$")
_TITLE = re.compile(r"""\btitle=(?:"([^"]*)"|'([^']*)')""")
_KINDS = {"Inline": "inline", "Autolink": "autolink", "Email": "email"}


@dataclass
class Open:
    """An element whose end has not come yet, with the text inside it."""

    kind: str
    start: int
    end: int
    detail: Any
    parts: list[str] = field(default_factory=list)
    after: int = 0  # where the text inside ends
    first: int = -1  # where it starts
    within: int = 0  # how many elements were open around it


def heading(source: Source, element: Open) -> RawHeading:
    """Level, text, explicit id and place."""
    text, explicit = "".join(element.parts), ""
    if "{" in text and (match := _HEADING_ATTRIBUTES.search(text, max(text.rindex("{") - 1, 0))):
        pairs, _ = get_attrs_and_remainder(match.group(1))
        explicit = next((value for key, value in pairs if key == "id"), "")
        text = text[: match.start()]
    return int(element.detail["level"][1:]), text.strip(), explicit, source.location(element.start)


def link(source: Source, element: Open) -> Link:
    """A link or an image."""
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


def _address_span(source: Source, element: Open, target: str) -> tuple[int, int] | None:
    """Where the address stands in the file, if it stands there as it is."""
    literal = target.encode("utf-8", "surrogatepass")
    opening = source.data.find(b"](", max(element.after, element.start + 1) - 1, element.end)
    first = source.data.find(literal, opening + 2, element.end) if opening >= 0 and literal else -1
    between = source.data[opening + 2 : first].strip() if first >= 0 else b"?"
    return source.span(first, first + len(literal)) if between in (b"", b"<") else None


def fence(source: Source, element: Open) -> Fence:
    """A fenced code block, closed or not."""
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
