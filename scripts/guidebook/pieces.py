"""The parts of a page that CommonMark would misread: cut out, dedented, and parsed as pieces of their own.

`!!!`, `???` and `===` blocks, whose content it takes for code; Markdown inside HTML, which it takes for HTML; quizzes, which are code to it.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pyromark

from guidebook.found import SYNTAX, Found
from guidebook.markup import read_html
from guidebook.model import Fence
from guidebook.source import Source

_CONTAINER = re.compile(r"^( *)(?:!!!|\?\?\?\+?|===[!+]*) ?[\w\"'][^\n]*$", re.MULTILINE)
_MARKDOWN_TAG = re.compile(r"^ {0,3}<(\w+)\b[^>\n]{0,300}?\bmarkdown(?:=[\"']?\w*[\"']?)?(?=[\s>])[^>\n]{0,300}>", re.MULTILINE)
_TAG_LINE = re.compile(r"[ \t]*(?:</?\w+[^>\n]*>[ \t]*|<summary\b[^>\n]*>[^\n]*</summary>[ \t]*)+$")


def split(source: Source, found: Found) -> tuple[Source, list[Source]]:
    """The piece with what it would misread blanked out, and that as pieces; tags on blanked lines are added to `found`.

    Every line keeps its number; its length only matters where something is left on it.
    """
    source = _open_html(source, found)
    text = source.text
    if not ("!!!" in text or "???" in text or "===" in text) or not _CONTAINER.search(text):
        return source, []
    code, lines, offsets = _code(text), text.split("\n"), source.lines
    inner, at = [], 0
    while at < len(lines):
        header, row = _CONTAINER.fullmatch(lines[at]), at
        at += 1
        if not header or any(start <= offsets[row] < end for start, end in code):
            continue
        indent = len(header.group(1)) + 4
        end = _block_end(lines, at, indent)
        if any(line.strip() for line in lines[at:end]):
            inner.append(_piece(source, lines, at, end, indent))
            lines[at:end] = ["" for _ in lines[at:end]]
            at = end
    return (replace(source, text="\n".join(lines)), inner) if inner else (source, [])


def _block_end(lines: list[str], at: int, indent: int) -> int:
    while at < len(lines) and (not lines[at].strip() or lines[at].startswith(" " * indent)):
        at += 1
    return at


def _piece(source: Source, lines: list[str], start: int, end: int, indent: int) -> Source:
    origin = tuple(
        (source.place(source.lines[row])[0], (source.origin[row][1] if source.origin else 0) + min(indent, len(lines[row]))) for row in range(start, end)
    )
    return Source(source.path, "\n".join(line[indent:] for line in lines[start:end]), origin, source.starts)


def _code(text: str) -> list[tuple[int, int]]:
    """The byte ranges of fenced code."""
    return [
        (where["start"], where["end"])
        for event, where in pyromark.events_with_range(text, options=SYNTAX)
        if type(event) is dict and type(start := event.get("Start")) is dict and type(start.get("CodeBlock")) is dict
    ]


def _open_html(source: Source, found: Found) -> Source:
    """Blank out the tags of `<div markdown>` and their like, so that what is inside is read as Markdown without blank lines around it."""
    if "markdown" not in source.text or not _MARKDOWN_TAG.search(source.text):
        return source
    code, lines, offsets = _code(source.text), source.text.split("\n"), source.lines
    depth = 0
    for at, line in enumerate(lines):
        if "<" not in line or not ((opening := _MARKDOWN_TAG.match(line)) or (depth and _TAG_LINE.fullmatch(line))):
            continue
        if any(start <= offsets[at] < end for start, end in code):
            continue
        tags = opening.group() if opening else line
        depth += 1 if opening else -line.lstrip().startswith("</")
        read_html(source, offsets[at], offsets[at] + len(tags.encode("utf-8", "replace")), found)
        # What follows on the line keeps its column, and must not look like indented code.
        rest = line[len(tags) :]
        lines[at] = "." * len(tags.encode("utf-8", "replace")) + rest if rest.strip() else ""
    return replace(source, text="\n".join(lines))


def quiz(page: Source, fence: Fence) -> Source:
    """The text of a quiz, which is Markdown that refers to its page."""
    rows = fence.code.count("\n") + 1
    cut = len(fence.indent)
    return Source(page.path, fence.code, tuple((fence.code_line + row, cut) for row in range(rows)), page.starts)
