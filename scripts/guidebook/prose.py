"""The author's own words: a page's text without code, addresses, link texts, quotations and markup, each line at its place."""

from __future__ import annotations

import re
from functools import lru_cache

from guidebook.model import Page

# Each is blanked out, so that columns stay. What others said or named keeps its spelling: quotations, titles of sources.
_NOT_OURS = re.compile(
    r"<!--.*?-->|"  # comments, formulas
    r"(?P<ticks>`+)(?!`).*?(?P=ticks)|"  # code
    r"!?\[[^\[\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: \"[^\"]*\")?\)|"  # links, text and address
    r"https?://\S+|"
    r"\"[^\"\n]*\"|“[^”\n]*”",
    re.DOTALL,
)


@lru_cache(maxsize=4096)
def lines(page: Page) -> tuple[tuple[int, str], ...]:
    """(number, text) of every line that holds words of the author's own; headings and tables are such lines, fences are not."""
    text = _NOT_OURS.sub(_blank, page.text)
    own = text.split("\n")
    for fence in page.fences:
        first = fence.location.line - 1
        own[first : fence.last_line] = [""] * (fence.last_line - first)
    own[: page.front_matter.last_line] = [""] * page.front_matter.last_line
    return tuple((number, line) for number, line in enumerate(own, 1) if line.strip())


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
