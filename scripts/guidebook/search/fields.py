"""Counted pages → how much each word speaks for each section: BM25F (Robertson and Zaragoza 2009), worked out here, so that browsers add only."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import mul

from guidebook.search.counting import FIELDS, Counted
from guidebook.search.words import key

WEIGHTS = {"heading": 6.0, "term": 5.0, "said": 1.5, "defined": 1.0, "also": 4.0, "phrase": 2.0, "above": 1.0, "title": 0.8, "prose": 1.0, "code": 0.5}
# How much a long field counts for less.
LENGTH = {"heading": 0.55, "term": 0.3, "said": 0.6, "defined": 0.6, "also": 0.5, "phrase": 0.3, "above": 0.5, "title": 0.0, "prose": 0.5, "code": 0.8}
SATURATION = 2.0
SYNONYM = 0.25  # of what the word itself would count
STEP = 1.15  # between two levels of weight
LEVELS = 60
FLOOR = 0.02
_SCALE = 1 / math.log(STEP)
MOST = 800  # sections of a word: of more, only those that it speaks most for


@dataclass(frozen=True, slots=True)
class Word:
    """A word by its key: the spelling that is used most, in how many sections it is, and those that it speaks for, in order, each with the level (0 to 59)."""

    spelling: str
    count: int
    sections: Sequence[int]
    levels: Sequence[int]


def _numbers() -> array[int]:
    return array("I")


def _pair() -> tuple[array[int], array[int]]:
    return _numbers(), _numbers()


@dataclass(frozen=True, slots=True)
class _Site:
    """The counts of all pages: fields and sections are numbered through the site."""

    section: array[int] = field(default_factory=_numbers)  # of each field
    kind: array[int] = field(default_factory=_numbers)  # of each field: its place in FIELDS
    total: array[int] = field(default_factory=_numbers)  # of each field: its words
    weights: list[float] = field(default_factory=list)  # of each section
    words: defaultdict[str, tuple[array[int], array[int]]] = field(default_factory=lambda: defaultdict(_pair))  # of each: fields, times
    spelt: Counter[str] = field(default_factory=Counter)
    initials: Counter[str] = field(default_factory=Counter)

    def add(self, page: Counted, weight: float) -> None:
        """Put the page behind those that are here."""
        first, before = len(self.section), len(self.weights)
        self.section.extend(before + section for section in page["fields"][::3])
        self.kind.extend(page["fields"][1::3])
        self.total.extend(page["fields"][2::3])
        self.weights.extend(weight * one for one in page["weights"])
        for word, counts in page["words"].items():
            fields, times = self.words[word]
            fields.extend([first + number for number in counts[::2]])
            times.extend(counts[1::2])
        self.spelt.update(page["spelt"])
        self.initials.update(page["initials"])


def known_words(pages: Iterable[tuple[Counted, float]], synonyms: Sequence[Sequence[str]] = ()) -> dict[str, Word]:
    """Every word of the pages by its key. Of each page, which has a weight, only what was counted is kept; sections are numbered through all of them."""
    site = _Site()
    for page, weight in pages:
        site.add(page, weight)
    scales = _scales(site)
    shared = _shared(site, scales, synonyms)
    usual = _usual(site, synonyms)
    sums = ((word, shared[word] if word in shared else _sums(site, scales, word)) for word in {**site.words, **shared})
    return {word: _word(usual.get(word, word), found, site.weights) for word, found in sums if found}


def _scales(site: _Site) -> array[float]:
    """What one word counts in each field: the less, the longer the field is."""
    sums, fields = [0] * len(FIELDS), [0] * len(FIELDS)
    for kind, total in zip(site.kind, site.total, strict=True):
        sums[kind] += total
        fields[kind] += 1
    means = [max(total / max(count, 1), 1) for total, count in zip(sums, fields, strict=True)]
    weights, lengths = [WEIGHTS[name] for name in FIELDS], [LENGTH[name] for name in FIELDS]
    return array("d", (weights[kind] / (1 - lengths[kind] + lengths[kind] * total / means[kind]) for kind, total in zip(site.kind, site.total, strict=True)))


def _sums(site: _Site, scales: array[float], word: str) -> dict[int, float]:
    """By section, what the word counts in all its fields."""
    found: dict[int, float] = {}
    if word in site.words:
        fields, times = site.words[word]
        values = map(mul, map(scales.__getitem__, fields), times)
        for section, value in zip(map(site.section.__getitem__, fields), values, strict=True):
            found[section] = found.get(section, 0.0) + value
    return found


def _shared(site: _Site, scales: array[float], synonyms: Sequence[Sequence[str]]) -> dict[str, dict[int, float]]:
    """The words of each group, which speak for each other's sections."""
    sums = {one: _sums(site, scales, one) for group in synonyms for one in map(key, group)}
    for group in synonyms:
        own = {key(word): dict(sums[key(word)]) for word in group}
        for word in group:
            found = sums[key(word)]
            for other in own.keys() - {key(word)}:
                for section, value in own[other].items():
                    found[section] = max(found.get(section, 0.0), SYNONYM * value)
    return {word: dict(sorted(found.items())) for word, found in sums.items()}


def _usual(site: _Site, synonyms: Sequence[Sequence[str]]) -> dict[str, str]:
    """Key → the spelling that is used most; of several the first in order."""
    times = site.spelt + Counter(word for group in synonyms for word in group)
    best: dict[str, tuple[int, str]] = {}
    for found, spelling, count in _spellings(times, site.initials):
        best[found] = min(best.get(found, (0, "")), (-count, spelling))
    return {found: spelling for found, (_, spelling) in best.items()}


def _spellings(times: Mapping[str, int], initials: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    for spelling, count in times.items():
        found = key(spelling)
        yield found, spelling, count + (initials.get(spelling, 0) if spelling == found else 0)
    yield from ((one, one, count) for one, count in initials.items() if one not in times or key(one) != one)


def _word(spelling: str, found: Mapping[int, float], weights: Sequence[float]) -> Word:
    rare = math.log(1 + (len(weights) - len(found) + 0.5) / (len(found) + 0.5))
    sections = list(found)
    scores = [rare * weights[section] * value / (SATURATION + value) for section, value in found.items()]
    if len(scores) > MOST:
        kept = largest(scores, MOST)
        sections, scores = [sections[at] for at in kept], [scores[at] for at in kept]
    least = thresholds()
    return Word(spelling, len(found), array("I", sections), bytes([bisect_right(least, score) for score in scores]))


def largest(values: Sequence[float], most: int) -> Sequence[int]:
    """The places of so many values at most, in order: of the largest, and of equals the first."""
    if len(values) <= most:
        return range(len(values))
    return sorted(sorted(range(len(values)), key=values.__getitem__, reverse=True)[:most])


def level(score: float) -> int:
    """A weight on a logarithmic scale."""
    return 0 if score <= FLOOR else min(round(math.log(score / FLOOR) * _SCALE), LEVELS - 1)


@cache
def thresholds() -> list[float]:
    """The least score of each level but 0: to look a level up takes less time than to work it out."""
    return [_least(one) for one in range(1, LEVELS)]


def _least(one: int) -> float:
    below, above = 0.0, FLOOR * STEP ** (one + 1)
    while below < (middle := (below + above) / 2) < above:
        below, above = (below, middle) if level(middle) >= one else (middle, above)
    return above
