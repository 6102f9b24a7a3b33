"""What the index says about the size of the book: counted, never typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from guidebook.model import INDEX, Edit, Fence, Page, Site

START, END = "<!-- statistics: written by `build.py sync` -->\n", "<!-- /statistics -->"
# The last alternative is what does not close: kept as it is, and passed over, so that no text takes quadratic time.
_ADDRESS = re.compile(r"(\])\([^)\s]*\)|(\]\([^)\s]*)")
_WORD = re.compile(r"[^\W_]\S*")  # from its first letter or digit, so that a dash is none
_NOT_PROSE = re.compile(r"\A-{3}\n.*?\n-{3}\n|<!--.*?-->|(<!--.*)", re.DOTALL)
AUDIENCE = "Senior backend engineers, DevOps engineers and architects"
LEVEL = "Advanced: you have run services in production"


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts over the guides that have landed, and how many the index promises."""

    guides: int
    promised: int
    words: int
    labs: int
    diagrams: int
    questions: int


def words(page: Page, anchor: str = "") -> int:
    """Words of prose and tables of a page, which were counted when it was parsed; with an anchor, of that section."""
    return _words_of(page, anchor) if anchor else page.words


@lru_cache(maxsize=8192)  # several ask, and a preview again at each save
def _words_of(page: Page, anchor: str) -> int:
    return count_words(page.text, page.fences, _section(page, anchor))


def count_words(text: str, fences: Iterable[Fence] = (), part: slice = slice(None)) -> int:
    """Words of prose and tables in these lines: front matter, comments, fenced code and markup characters not counted."""
    lines = text.split("\n")
    for fence in fences:
        first = fence.location.line - 1
        lines[first : fence.last_line] = [""] * (fence.last_line - first)
    return len(_WORD.findall(_ADDRESS.sub(r"\1\2", _NOT_PROSE.sub(r"\1", "\n".join(lines[part])))))


def _section(page: Page, anchor: str) -> slice:
    """The lines from a heading to the next of its level or above it; none if there is no such heading."""
    rest = page.headings[next((at for at, one in enumerate(page.headings) if one.anchor == anchor), len(page.headings)) :]
    end = next((one.location.line - 1 for one in rest[1:] if one.level <= rest[0].level), None)
    return slice(rest[0].location.line - 1, end) if rest else slice(0)


def count(site: Site) -> Statistics:
    """Count what the landed guides hold."""
    pages = [page for guide in site.guides if (page := site.page(guide.name))]
    fences = [fence for page in pages for fence in page.fences]
    labs = {fence.title.partition("#")[0] for fence in fences if fence.title.startswith("labs/") and ".py" in fence.title}
    return Statistics(
        len(pages),
        len(site.guides),
        sum(words(page) for page in pages),
        len(labs),
        sum(fence.language == "mermaid" for fence in fences),
        sum(questions(page) for page in pages),
    )


def questions(page: Page) -> int:
    """Quiz cards and discussion questions."""
    return sum(fence.language == "quiz" for fence in page.fences) + _discussions(page)


def _discussions(page: Page) -> int:
    """The third-level headings below `Discussion questions and answers`."""
    found, inside = 0, False
    for heading in page.headings:
        if heading.level <= 2:
            inside = heading.text == "Discussion questions and answers"
        found += inside and heading.level == 3
    return found


def as_markdown(statistics: Statistics) -> str:
    """The table that stands in the index."""
    guides = f"{statistics.guides}" if statistics.guides == statistics.promised else f"{statistics.guides} of {statistics.promised}"
    rows = {
        "Guides": guides,
        "Words": f"{_rounded(statistics.words):,}",
        "Labs that run": f"{statistics.labs:,}",
        "Diagrams": f"{statistics.diagrams:,}",
        "Questions": f"{statistics.questions:,}",
        "Audience": AUDIENCE,
        "Level": LEVEL,
    }
    return "\n".join(["", "| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows.items()), "", ""])


def _rounded(words: int) -> int:
    """To thousands, if there are many: so that a word more makes no table stale, and two pull requests seldom collide in it."""
    return round(words, -3) if words >= 10_000 else words


def sync_edits(site: Site) -> list[Edit]:
    """The edit that makes the index's statistics true, if they are not."""
    index = site.pages.get(INDEX)
    if not index or START not in index.text or END not in index.text:
        return []
    start, end = index.text.index(START) + len(START), index.text.index(END)
    wanted = as_markdown(count(site))
    return [] if index.text[start:end] == wanted else [Edit(INDEX, start, end, wanted)]
