"""The paragraphs of a page: what is judged as one statement. A list item is one of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from guidebook import prose
from guidebook.model import Page

_ITEM = re.compile(r"^\s*(?:[-*]|\d+\.) ")
_NO_PROSE = ("#", "|", ">", "<", "[^", "```", "~~~")  # headings, tables, quotations, HTML, notes, code
_NOT_OWN = ("<!--", "[", "`")  # a line that can belong to a paragraph without a word of its author's: a mark, a link, a name


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines without a blank one between them: numbered, what of each is the author's own (columns kept), and the whole text."""

    rows: tuple[tuple[int, str], ...]
    text: str
    intro: Paragraph | None = None  # of a list's items: the paragraph that ends with a colon before it

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.rows[0][0]

    @property
    def own(self) -> str:
        """The author's own words in one line, a list's mark left out."""
        return _ITEM.sub("", " ".join(own.strip() for _, own in self.rows), count=1)

    @property
    def last(self) -> str:
        """Its last line, which by the house's layout is its last sentence."""
        return self.text.rpartition("\n")[2]


@lru_cache(maxsize=8)
def paragraphs(page: Page) -> tuple[Paragraph, ...]:
    """The page's prose in order; tables, headings, quotations and code left out."""
    lines = page.text.split("\n")
    found: list[Paragraph] = []
    for rows in _blocks(page, lines):
        end = rows[-1][0]
        while end < len(lines) and lines[end].lstrip().startswith(_NOT_OWN):
            end += 1
        found.append(Paragraph(tuple(rows), "\n".join(lines[rows[0][0] - 1 : end]), _intro(found, rows, lines)))
    return tuple(found)


def _blocks(page: Page, lines: list[str]) -> list[list[tuple[int, str]]]:
    """The numbered lines of each paragraph; a line between them may hold nothing of the author's own, but it is not blank."""
    found: list[list[tuple[int, str]]] = []
    last = 0
    for number, own in prose.lines(page):
        if own.lstrip().startswith(_NO_PROSE):
            continue
        joined = found and all(line.strip() and not line.lstrip().startswith(_NO_PROSE) for line in lines[last : number - 1])
        if joined and not _ITEM.match(lines[number - 1]):
            found[-1].append((number, own))
        else:
            found.append([(number, own)])
        last = number
    return found


def _intro(before: list[Paragraph], rows: list[tuple[int, str]], lines: list[str]) -> Paragraph | None:
    """What introduces the list that these lines stand in."""
    first, item = rows[0][1], _ITEM.match(rows[0][1])
    if not before or not (item or first.startswith("    ")):
        return None
    above = before[-1]
    if any(line.strip() and not line.startswith("    ") and line not in above.text for line in lines[above.rows[-1][0] : rows[0][0] - 1]):
        return None
    if above.intro or _ITEM.match(above.rows[0][1]):
        return above.intro
    return above if item and above.own.rstrip().endswith(":") else None
