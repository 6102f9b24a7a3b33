"""The author's own words: a page's text without code, addresses, link texts, quotations and markup, each line at its place."""

from __future__ import annotations

import re
from functools import lru_cache

from guidebook.model import Page

# Each is blanked out, so that columns stay. What others said or named keeps its spelling: quotations, titles of sources.
# Each alternative begins with a letter of its own: only then does `re` skip the text between without trying each.
_LINK = r"\[[^\[\]]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?: \"[^\"]*\")?\)"  # text and address
_NOT_OURS = re.compile(
    r"<!--.*?-->|"  # comments, formulas
    r"`(?P<ticks>`*)(?!`).*?`(?P=ticks)|"  # code
    rf"!{_LINK}|{_LINK}|"
    r"https?://\S+|"
    r"\"[^\"\n]*\"|“[^”\n]*”",
    re.DOTALL,
)
_WORD = re.compile(r"[A-Za-z]+")


@lru_cache(maxsize=8)  # rules ask one after the other of the same page
def lines(page: Page) -> tuple[tuple[int, str], ...]:
    """(number, text) of every line that holds words of the author's own; headings and tables are such lines, fences are not."""
    text = _NOT_OURS.sub(_blank, page.text)
    own = text.split("\n")
    for fence in page.fences:
        first = fence.location.line - 1
        own[first : fence.last_line] = [""] * (fence.last_line - first)
    own[: page.front_matter.last_line] = [""] * page.front_matter.last_line
    return tuple((number, line) for number, line in enumerate(own, 1) if line.strip())


@lru_cache(maxsize=8)
def words(page: Page) -> frozenset[str]:
    """The words in these lines, each once: a rule about some words need not read the lines of a page that has none of them."""
    return frozenset(_WORD.findall("\n".join(line for _, line in lines(page))))


def _blank(match: re.Match[str]) -> str:
    return "\n".join(" " * len(line) for line in match[0].split("\n"))
