"""The Glossary page → terms, and where a text uses them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from guidebook.model import Heading, Link, Page, Term

PAGE = "docs/Glossary.md"
_ALSO = re.compile(r"\*Also:\*[ \t]*(.+)")
_LINK_LINE = re.compile(r"\[[^\]]*\]\([^)\s]*\)\.?")
_WORD = re.compile(r"\w+")
_MARKUP = (
    (re.compile(r"!?\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"(\*{1,3})(\S(?:.*?\S)?)\1"), r"\2"),
)


def parse_terms(page: Page) -> tuple[Term, ...]:
    """Every `### Term` of the Glossary, in the order of the page; what an entry lacks is empty or None."""
    lines = page.text.split("\n")
    starts = [heading.location.line for heading in page.headings] + [len(lines) + 1]
    entries = zip(page.headings, starts[1:], strict=True)
    return tuple(_term(page, heading, lines, end) for heading, end in entries if heading.level == 3)


def _term(page: Page, heading: Heading, lines: list[str], end: int) -> Term:
    first = heading.location.line
    body = [(number, lines[number - 1].strip()) for number in range(first + 1, end)]
    aliases: tuple[str, ...] = ()
    link: Link | None = None
    text = []
    for number, line in body:
        if match := _ALSO.fullmatch(line):
            aliases = tuple(alias for alias in (part.strip(" .`") for part in match[1].split(",")) if alias)
        elif _LINK_LINE.fullmatch(line):
            link = next((one for one in page.links if one.location.line == number), None)
        else:
            text.append(line)
    return Term(heading.text, aliases, "\n".join(text).strip(), heading.anchor, heading.location, link)


def plain(markdown: str) -> str:
    """One line of text without markup, as a tooltip shows it."""
    for pattern, replacement in _MARKUP:
        markdown = pattern.sub(replacement, markdown)
    return " ".join(markdown.split())


@dataclass(frozen=True, eq=False)
class Spellings:
    """All names and aliases, looked up by their first word, so that a long text is read once."""

    by_first_word: Mapping[str, Sequence[tuple[str, Term]]]  # small letters; a plural leads to what begins with the singular as well

    def uses(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """(start, end, term) of each use, the longest where several start; they do not overlap."""
        after = 0
        for word in _WORD.finditer(text):
            if word.start() < after:
                continue
            candidates = self.by_first_word.get(word.group().casefold(), ())
            found = [(match.end(), term) for spelling, term in candidates if (match := _pattern(spelling).match(text, word.start()))]
            if found:
                after, term = max(found, key=lambda pair: pair[0])
                yield word.start(), after, term


def words(text: str) -> list[str]:
    """The words of a text, as `uses` compares them: a spelling is only found where each of its words, or that with an `s`, is."""
    return _WORD.findall(text.casefold())


def spellings(terms: Iterable[Term]) -> Spellings:
    """The index in which `uses` looks. Whole words; a plural `s` is the same word; capitals alone match exactly."""
    return _spellings(tuple(terms))


@lru_cache(maxsize=4)  # the same terms for every page
def _spellings(terms: tuple[Term, ...]) -> Spellings:
    index: defaultdict[str, list[tuple[str, Term]]] = defaultdict(list)
    for ending in ("", "s"):
        for term in terms:
            for spelling in (term.name, *term.aliases):
                if first := _WORD.match(spelling):
                    index[first.group().casefold() + ending].append((spelling, term))
    return Spellings(dict(index))


@cache  # a page asks for few of them, and many pages for the same
def _pattern(spelling: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in spelling.split())
    # \x02 and \x03 enclose what Python-Markdown has put aside: no words of the author's.
    pattern = rf"(?<![\w\x02:-]){words}s?(?![\w\x03-])"
    return re.compile(pattern, 0 if spelling == spelling.upper() else re.IGNORECASE)
