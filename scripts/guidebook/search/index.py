"""Sections and glossary terms → the files of the search: words and guides in one, postings and passages in pieces that are fetched as needed.

A posting says how much a word speaks for a section (BM25F, Robertson and Zaragoza 2009), worked out here, so that readers' browsers add only.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from guidebook.search.pack import front, pack, script
from guidebook.search.passages import Passage
from guidebook.search.words import key, words


@dataclass(frozen=True, slots=True)
class Book:
    """A page as the search shows it: its address below the site, title, section of the index, and passages."""

    address: str
    title: str
    section: str
    passages: Sequence[Passage]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A glossary term: spellings (the name first), definition, its own address and that of the section that explains it."""

    spellings: tuple[str, ...]
    definition: str
    address: str
    explained: str  # `GitOps/#drift`


WEIGHTS = {"heading": 6.0, "term": 5.0, "above": 1.0, "title": 0.8, "prose": 1.0, "code": 0.5}
LENGTH = {"heading": 0.55, "term": 0.3, "above": 0.5, "title": 0.0, "prose": 0.7, "code": 0.8}  # how much a long field counts for less
SATURATION = 2.0
# Sections of every guide that speak of everything: seldom what a reader looks for.
ASIDE = {"in one minute": 0.6, "check yourself": 0.4, "further reading": 0.4, "related guides": 0.4, "the mental model": 0.8, "what is current": 0.8, "when it breaks": 0.95, "in production": 0.9}
STEP = 1.15  # between two levels of weight
FLOOR = 0.02
MOST = 2000  # postings of a word: of more, only those that speak most for their section
POSTINGS = 6_000  # characters in a file
TEXT = 8_000


def build(books: Sequence[Book], entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """(file name, content) of every file of the search. The same input gives the same bytes."""
    postings, surfaces = _postings(books, entries)
    ordered = sorted(postings)
    shards, firsts = _shards([_packed(postings[word]) for word in ordered])
    texts, starts = _texts(books)
    sections = list(dict.fromkeys(book.section for book in books))
    version = sha256("".join([*shards, *(script("", text) for text in texts)]).encode()).hexdigest()[:10]
    yield "index.js", script("index", {
        "version": version,
        "words": front([surfaces[word] for word in ordered]),
        "counts": pack(_level(len(postings[word])) for word in ordered),
        "postings": firsts,
        "texts": starts,
        "books": pack(len(book.passages) for book in books),
        "sections": sections,
        "of": pack(sections.index(book.section) for book in books),
        "terms": [[*entry.spellings] for entry in entries],
        "step": STEP,
        "floor": FLOOR,
    })
    for number, shard in enumerate(shards):
        yield f"{version}-p{number}.js", script(f"p{number}", shard)
    for number, text in enumerate(texts):
        yield f"{version}-t{number}.js", script(f"t{number}", text)
    yield f"{version}-terms.js", script("terms", [[entry.definition, entry.address, entry.spellings[0]] for entry in entries])


def _level(count: int) -> int:
    return min(int(math.log2(count) * 3), 59)


def _postings(books: Sequence[Book], entries: Sequence[Entry]) -> tuple[dict[str, dict[int, int]], dict[str, str]]:
    """Word → section number → level; and word → the spelling that is used most."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        named[entry.explained].extend(entry.spellings)
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    fields = [_fields(book, passage, named, spellings) for book in books for passage in book.passages]
    weights = [book.weight * ASIDE.get(passage.heading.lower(), 1.0) for book in books for passage in book.passages]
    means = {name: sum(one[name].total() for one in fields) / max(sum(1 for one in fields if one[name]), 1) for name in WEIGHTS}
    frequency: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for number, one in enumerate(fields):
        for name, counts in one.items():
            norm = 1 - LENGTH[name] + LENGTH[name] * counts.total() / max(means[name], 1)
            for word, count in counts.items():
                frequency[word][number] = frequency[word].get(number, 0.0) + WEIGHTS[name] * count / norm
    found = {word: _levels(sections, weights, len(fields)) for word, sections in frequency.items()}
    return found, {word: min(counts, key=lambda one, counts=counts: (-counts[one], one)) for word, counts in spellings.items()}


def _fields(book: Book, passage: Passage, named: Mapping[str, list[str]], spellings: defaultdict[str, Counter[str]]) -> dict[str, Counter[str]]:
    address = book.address + (f"#{passage.anchor}" if passage.anchor else "")
    texts = {"heading": passage.heading, "above": passage.above if passage.above != passage.heading else "", "title": book.title, "prose": passage.prose, "code": passage.code}
    fields = {name: Counter(_keys(text, spellings)) for name, text in texts.items()}
    fields["term"] = Counter(set(_keys(" ; ".join(named.get(address, ())), spellings)))
    return fields


def _keys(text: str, spellings: defaultdict[str, Counter[str]]) -> Iterator[str]:
    for word in words(text):
        if found := key(word):
            spellings[found][word] += 1
            yield found


def _levels(sections: Mapping[int, float], weights: Sequence[float], total: int) -> dict[int, int]:
    rare = math.log(1 + (total - len(sections) + 0.5) / (len(sections) + 0.5))
    scores = {number: rare * weights[number] * value / (SATURATION + value) for number, value in sections.items()}
    kept = sorted(sorted(scores, key=lambda number: (-scores[number], number))[:MOST])
    return {number: min(max(round(math.log(max(scores[number], FLOOR) / FLOOR, STEP)), 0), 59) for number in kept}


def _packed(sections: Mapping[int, int]) -> str:
    """How many, then gap and level in turn."""
    numbers, last = [len(sections)], 0
    for number, level in sections.items():
        numbers += [number - last, level]
        last = number
    return pack(numbers)


def _shards(packed: Sequence[str]) -> tuple[list[str], list[int]]:
    """Joined to pieces; and for each piece the number of its first word."""
    shards: list[list[str]] = [[]]
    firsts, size = [0], 0
    for at, text in enumerate(packed):
        if size and size + len(text) > POSTINGS:
            shards.append([])
            firsts.append(at)
            size = 0
        shards[-1].append(text)
        size += len(text)
    return ["".join(shard) for shard in shards], firsts


def _texts(books: Sequence[Book]) -> tuple[list[list[object]], list[int]]:
    """Sections in pieces of about the same size; and for each piece the number of its first section."""
    texts: list[list[object]] = [[]]
    starts, size, number = [0], 0, 0
    for book in books:
        for passage in book.passages:
            long = len(passage.prose) + len(passage.code)
            if size and size + long > TEXT:
                texts.append([])
                starts.append(number)
                size = 0
            texts[-1].append([book.address, book.title, passage.anchor, passage.heading, passage.above, passage.prose, passage.code])
            size += long
            number += 1
    return texts, starts
