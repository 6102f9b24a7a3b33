"""Sections → how much each word speaks for each of them: BM25F (Robertson and Zaragoza 2009), worked out here, so that browsers add only."""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

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


@dataclass(frozen=True, slots=True)
class Library:
    """All that is searched: the pages, the glossary, and by the address of a section what links say of it and what readers call it."""

    books: Sequence[Book] = ()
    entries: Sequence[Entry] = ()
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    synonyms: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A word by its key: the spelling that is used most, in how many sections it is, and of those that it speaks for the level (0 to 59)."""

    spelling: str
    count: int
    levels: Mapping[int, int]


WEIGHTS = {"heading": 6.0, "term": 5.0, "said": 1.5, "defined": 1.0, "also": 4.0, "phrase": 2.0, "above": 1.0, "title": 0.8, "prose": 1.0, "code": 0.5}
# How much a long field counts for less.
LENGTH = {"heading": 0.55, "term": 0.3, "said": 0.6, "defined": 0.6, "also": 0.5, "phrase": 0.3, "above": 0.5, "title": 0.0, "prose": 0.5, "code": 0.8}
SATURATION = 2.0
SYNONYM = 0.25  # of what the word itself would count
# Sections of every guide that speak of everything: seldom what a reader looks for.
ASIDE = {
    "in one minute": 0.6,
    "check yourself": 0.4,
    "further reading": 0.4,
    "related guides": 0.4,
    "the mental model": 0.8,
    "what is current": 0.8,
    "when it breaks": 0.95,
    "in production": 0.9,
}
NAMING = ("heading", "term", "said", "also")  # fields whose neighbours belong together
NAMES = ("heading", "term", "said")  # those that people shorten to initials
SMALL = frozenset(("a", "an", "the", "of", "in", "to", "for", "by", "with", "and", "or", "on", "is", "at", "from", "your", "my"))
_LINE = re.compile(r"[\n,;:]")
_PLAIN = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
_ABBREVIATION = re.compile(r"[A-Za-z]*[A-Z][A-Za-z0-9]*[A-Z0-9][A-Za-z0-9]*")
STEP = 1.15  # between two levels of weight
FLOOR = 0.02
_SCALE = 1 / math.log(STEP)
MOST = 800  # sections of a word: of more, only those that it speaks most for


def known_words(library: Library, numbers: Sequence[int]) -> dict[str, Word]:
    """Every word of the library by its key; `numbers` are those of the sections, in order."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    frequency = _frequency(list(_sections(library, spellings)), numbers)
    _share(frequency, library.synonyms, spellings)
    weights = [book.weight * ASIDE.get(passage.heading.lower(), 1.0) for book in library.books for passage in book.passages]
    weight_of = dict(zip(numbers, weights, strict=True))
    usual = {word: min(counts, key=lambda one, counts=counts: (-counts[one], one)) for word, counts in spellings.items()}
    return {word: Word(usual[word], len(found), _levels(found, weight_of)) for word, found in frequency.items() if found}


def _sections(library: Library, spellings: defaultdict[str, Counter[str]]) -> Iterator[dict[str, Counter[str]]]:
    """For each section the counted words of its fields; `spellings` is filled on the way."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    defined: defaultdict[str, list[str]] = defaultdict(list)
    for entry in library.entries:
        named[entry.explained].extend(entry.spellings)
        defined[entry.explained].append(entry.definition)
    short = _short(library.entries)
    for book in library.books:
        for passage in book.passages:
            address = book.address + (f"#{passage.anchor}" if passage.anchor else "")
            texts = {
                "heading": passage.heading,
                "term": "\n".join(named[address]),
                "said": "\n".join(library.said.get(address, ())),
                "defined": "\n".join(defined[address]),
                "also": library.also.get(address, ""),
                "above": passage.above if passage.above != passage.heading else "",
                "title": book.title,
                "prose": passage.prose,
                "code": passage.code,
            }
            fields = {name: _counted(text, short, spellings) for name, text in texts.items() if text}
            if "term" in fields:
                fields["term"] = Counter(dict.fromkeys(fields["term"], 1))
            phrases = Counter({one: 1 for name in NAMING for line in _LINE.split(texts[name]) for one in _phrases(line, name in NAMES)})
            for one in phrases:
                spellings[one][one] += 1
            yield {**fields, "phrase": phrases} if phrases else fields


def _counted(text: str, short: Mapping[str, Sequence[tuple[tuple[str, ...], str]]], spellings: defaultdict[str, Counter[str]]) -> Counter[str]:
    tokens = _tokens(text)
    counts = Counter(found for _, found in tokens)
    for spelt, times in Counter(tokens).items():
        spellings[spelt[1]][spelt[0]] += times
    for at, (_, token) in enumerate(tokens):
        for rest, abbreviation in short.get(token, ()):
            if tuple(found for _, found in tokens[at + 1 : at + 1 + len(rest)]) == rest:
                counts[abbreviation] += 1
    return counts


@lru_cache(maxsize=20_000)
def _tokens(text: str) -> tuple[tuple[str, str], ...]:
    """The words with their keys; kept from build to build of a preview, since most sections are as they were."""
    return tuple((word, found) for word in words(text) if (found := key(word)))


def _short(entries: Sequence[Entry]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First word of a term's name of several words → the others, and an abbreviation that the glossary knows: who looks for `ACL` means these words."""
    found: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for entry in entries:
        names = [tuple(key(word) for word in one.replace("-", " ").split()) for one in entry.spellings]
        for first, *rest in (name for name in names if len(name) > 1):
            found[first] += [(tuple(rest), key(one.lower())) for one in entry.spellings if _ABBREVIATION.fullmatch(one)]
    return found


def _phrases(line: str, initials: bool) -> Iterator[str]:
    """`Mean time to detect` → `mean time`, `time detect`, and `mttd` if it is a name."""
    plain = _PLAIN.findall(line.lower())
    found = [key(word) for word in plain if word not in SMALL]
    yield from (f"{a} {b}" for a, b in pairwise(found))
    if initials and 2 < len(plain) < 6:
        yield "".join(word[0] for word in plain)


def _frequency(sections: Sequence[Mapping[str, Counter[str]]], numbers: Sequence[int]) -> defaultdict[str, dict[int, float]]:
    totals = [{name: counts.total() for name, counts in one.items()} for one in sections]
    means = {name: sum(one.get(name, 0) for one in totals) / max(sum(1 for one in totals if one.get(name)), 1) for name in WEIGHTS}
    frequency: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for number, one, total in zip(numbers, sections, totals, strict=True):
        for name, counts in one.items():
            scale = WEIGHTS[name] / (1 - LENGTH[name] + LENGTH[name] * total[name] / max(means[name], 1))
            for word, count in counts.items():
                found = frequency[word]
                found[number] = found.get(number, 0.0) + scale * count
    return frequency


def _share(frequency: defaultdict[str, dict[int, float]], synonyms: Sequence[Sequence[str]], spellings: defaultdict[str, Counter[str]]) -> None:
    """Let the words of a group speak for each other's sections."""
    for group in synonyms:
        own = {key(word): dict(frequency.get(key(word), {})) for word in group}
        for word in group:
            spellings[key(word)][word] += 1
            found = frequency[key(word)]
            for other in own.keys() - {key(word)}:
                for number, value in own[other].items():
                    found[number] = max(found.get(number, 0.0), SYNONYM * value)


def _levels(found: Mapping[int, float], weights: Mapping[int, float]) -> dict[int, int]:
    rare = math.log(1 + (len(weights) - len(found) + 0.5) / (len(found) + 0.5))
    scores = [(rare * weights[number] * value / (SATURATION + value), -number) for number, value in found.items()]
    kept = heapq.nlargest(MOST, scores) if len(scores) > MOST else scores
    return {number: level(score) for number, score in sorted((-number, score) for score, number in kept)}


def level(score: float) -> int:
    """A weight on a logarithmic scale."""
    return 0 if score <= FLOOR else min(round(math.log(score / FLOOR) * _SCALE), 59)
