"""A rendered page → its sections as readers see them: heading, prose, code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_UNSEEN = {"svg", "script", "style", "template", "button"}
_INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup"}
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


@dataclass(slots=True)
class Passage:
    """A section: its address within the page (empty for the top), its heading with the one above it, its prose and its code."""

    anchor: str
    level: int
    heading: str = ""
    above: str = ""
    prose: str = ""
    code: str = ""
    pieces: list[str] = field(default_factory=list, repr=False)
    programs: list[str] = field(default_factory=list, repr=False)


def passages(html: str) -> list[Passage]:
    """The sections of the page's article, in order; drawings, permalinks and what is hidden from the search are left out."""
    reader = _Reader()
    reader.feed(_SVG.sub("", html))
    reader.close()
    above: dict[int, str] = {}
    for passage in reader.found:
        passage.heading = _line(passage.heading)
        passage.prose, passage.code = _line("".join(passage.pieces)), _line("".join(passage.programs))
        above = {level: heading for level, heading in above.items() if level < passage.level}
        passage.above = above.get(2, "")
        above[passage.level] = passage.heading
    return reader.found


def _line(text: str) -> str:
    return " ".join(text.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Passage] = []
        self.inside = False
        self.hidden = 0  # depth of elements that are not read
        self.code = 0
        self.heading = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "article":
            self.inside = True
        if not self.inside:
            return
        if tag in _VOID:
            self._add(" " if tag == "br" and not self.hidden else "")
        elif self.hidden or tag in _UNSEEN or "data-search-exclude" in given or given.get("class") in ("headerlink", "filename"):
            self.hidden += 1
        elif tag in _HEADINGS and given.get("id"):
            level = _HEADINGS[tag]
            self.found.append(Passage("" if level == 1 else given["id"] or "", level))
            self.heading += 1
        elif tag == "pre":
            self.code += 1
        elif tag not in _INLINE:
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if not self.inside or tag in _VOID:
            return
        if tag == "article":
            self.inside = False
        elif self.hidden:
            self.hidden -= 1
        elif tag in _HEADINGS and self.heading:
            self.heading -= 1
        elif tag == "pre":
            self._add("\n")
            self.code -= 1
        elif tag not in _INLINE:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.hidden:
            self._add(data)

    def _add(self, text: str) -> None:
        if not self.found:
            return
        passage = self.found[-1]
        if self.heading:
            passage.heading += text
        else:
            (passage.programs if self.code else passage.pieces).append(text)
