"""What is searched, before anything is counted: pages, the glossary, what links and readers say; and what of it bears on one page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from guidebook.search.passages import Passage
from guidebook.search.words import key

_ABBREVIATION = re.compile(r"[A-Za-z]*[A-Z][A-Za-z0-9]*[A-Z0-9][A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Book:
    """A page as the search shows it: its address below the site, title, section of the index, and passages."""

    address: str
    title: str
    section: str
    passages: Iterable[Passage] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A glossary term: spellings (the name first), definition, its own address and that of the section that explains it."""

    spellings: tuple[str, ...]
    definition: str
    address: str
    explained: str  # `GitOps/#drift`


@dataclass(frozen=True, slots=True)
class Library:
    """All that is searched: the pages, the glossary, and by the address of a section what links say of it and what readers call it."""

    books: Sequence[Book] = ()
    entries: Sequence[Entry] = ()
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    synonyms: Sequence[Sequence[str]] = ()


Short = dict[str, list[tuple[list[str], str]]]


class Vocabulary(TypedDict):
    """What the rest of the site says that bears on the words of one page, as plain data, so that its digest names it."""

    short: Short  # first word of a long name → the others, and the abbreviation that they mean
    sections: dict[str, dict[str, str]]  # anchor → field → text


def shelved(library: Library) -> Iterator[tuple[Book, Vocabulary]]:
    """Each book with its vocabulary; no passage is read."""
    short, pages = _short(library.entries), _by_page(library)
    for book in library.books:
        yield book, {"short": short, "sections": pages.get(book.address, {})}


def _by_page(library: Library) -> dict[str, dict[str, dict[str, str]]]:
    """Address of a page → anchor → field → what others say there, a line each."""
    lines: defaultdict[str, defaultdict[str, defaultdict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))

    def add(address: str, name: str, texts: Sequence[str]) -> None:
        page, _, anchor = address.partition("#")
        lines[page][anchor][name].extend(texts)

    for entry in library.entries:
        add(entry.explained, "term", entry.spellings)
        add(entry.explained, "defined", [entry.definition])
    for address, texts in library.said.items():
        add(address, "said", texts)
    for address, text in library.also.items():
        add(address, "also", [text])
    return {page: {anchor: {name: "\n".join(texts) for name, texts in found.items()} for anchor, found in anchors.items()} for page, anchors in lines.items()}


def _short(entries: Sequence[Entry]) -> Short:
    """What the glossary abbreviates, of names of several words: who looks for `ACL` means these words."""
    found: Short = {}
    for entry in entries:
        names = [[key(word) for word in one.replace("-", " ").split()] for one in entry.spellings]
        for first, *rest in (name for name in names if len(name) > 1):
            if means := [(rest, key(one.lower())) for one in entry.spellings if _ABBREVIATION.fullmatch(one)]:
                found.setdefault(first, []).extend(means)
    return found
