"""One page → how often each word stands in each field of its sections: plain data, which depends on nothing but the arguments.

So a page can be counted in another process, and what was counted can be kept as JSON under a name made of the page and its vocabulary.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TypedDict

from guidebook.search.passages import Passage
from guidebook.search.shelf import Book, Short, Vocabulary
from guidebook.search.words import key, words

FIELDS = ("heading", "term", "said", "defined", "also", "above", "title", "prose", "code", "phrase")
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


class Counted(TypedDict):
    """The words of a page. Fields are numbered through the page, in the order of its sections and of `FIELDS`."""

    sizes: list[int]  # of each section: characters of its text
    weights: list[float]  # of each section: what its heading makes of it
    fields: list[int]  # of each field in turn: section, place in `FIELDS`, words in all
    words: dict[str, list[int]]  # by key: field and times in turn
    spelt: dict[str, int]  # times of each spelling, as `words` cuts them
    initials: dict[str, int]  # times of each word that was made of initials, and is its own key


def counted(book: Book, vocabulary: Vocabulary) -> Counted:
    """The words of the book's passages, and of what the vocabulary says of them. The address, the section and the weight of the book don't matter."""
    fields: list[int] = []
    found: defaultdict[str, list[int]] = defaultdict(list)
    spelt: Counter[str] = Counter()
    initials: Counter[str] = Counter()
    title = _cut(book.title)
    passages = list(book.passages)
    for section, passage in enumerate(passages):
        texts = _texts(book, passage, vocabulary)
        tallies = {name: _tally(title if name == "title" else _cut(text), vocabulary["short"], spelt) for name, text in texts.items() if text}
        if "term" in tallies:
            tallies["term"] = dict.fromkeys(tallies["term"], 1)
        tallies["phrase"] = dict.fromkeys((one for name in NAMING for line in _LINE.split(texts[name]) for one in _phrases(line, name in NAMES)), 1)
        initials.update(one for one in tallies["phrase"] if " " not in one)
        for name, tally in tallies.items():
            number = len(fields) // 3
            if tally:
                fields += section, FIELDS.index(name), sum(tally.values())
            for word, times in tally.items():
                found[word] += number, times
    sizes = [len(one.prose) + len(one.code) for one in passages]
    weights = [ASIDE.get(one.heading.lower(), 1.0) for one in passages]
    return {"sizes": sizes, "weights": weights, "fields": fields, "words": dict(found), "spelt": dict(spelt), "initials": dict(initials)}


def _texts(book: Book, passage: Passage, vocabulary: Vocabulary) -> dict[str, str]:
    own = {"heading": passage.heading, "title": book.title, "prose": passage.prose, "code": passage.code}
    own["above"] = passage.above if passage.above != passage.heading else ""
    own |= vocabulary["sections"].get(passage.anchor, {})
    return {name: own.get(name, "") for name in FIELDS}


def _cut(text: str) -> list[tuple[str, str]]:
    """The words of the text, each with its key."""
    return [(word, found) for word in words(text) if (found := key(word))]


def _tally(tokens: list[tuple[str, str]], short: Short, spelt: Counter[str]) -> Mapping[str, int]:
    """How often each word is there, and each abbreviation of several; `spelt` is filled on the way."""
    keys = [found for _, found in tokens]
    spelt.update([word for word, _ in tokens])
    tally = Counter(keys)
    if not short.keys().isdisjoint(tally):
        tally.update(_abbreviated(keys, short))
    return tally


def _abbreviated(keys: list[str], short: Short) -> Iterator[str]:
    for at, first in enumerate(keys):
        if first in short:
            yield from (abbreviation for rest, abbreviation in short[first] if keys[at + 1 : at + 1 + len(rest)] == rest)


def _phrases(line: str, initials: bool) -> Iterator[str]:
    """`Mean time to detect` → `mean time`, `time detect`, and `mttd` if it is a name."""
    plain = _PLAIN.findall(line.lower())
    found = [key(word) for word in plain if word not in SMALL]
    yield from (f"{a} {b}" for a, b in pairwise(found))
    if initials and 2 < len(plain) < 6:
        yield "".join(word[0] for word in plain)
