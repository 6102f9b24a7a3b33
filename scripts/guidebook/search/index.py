"""A library → the files of the search. Whatever the size of the site, a query fetches the first file, which tells where words are, and a few others.

    index.js              where each of the other files begins
    <version>-w<n>.js     words in the order of their keys, each with its sections; `ka*` stands for all words that begin so, where they are many
    <version>-f<n>.js     the words alone, in the same order: for spelling mistakes
    <version>-b<n>.js     the words alone, in the order of their ends: for mistakes at the beginning
    <version>-g<n>.js     the glossary, in the order of its names
    <version>-t<n>.js     sixteen sections of a page at most, as they are shown
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import chain, islice
from operator import sub
from tempfile import TemporaryFile
from typing import IO

from guidebook.search.counting import Counted, counted
from guidebook.search.fields import FLOOR, STEP, Word, known_words, largest
from guidebook.search.pack import front, pack, script
from guidebook.search.passages import Passage
from guidebook.search.shelf import Book, Library, Vocabulary, shelved
from guidebook.search.words import key, words

Count = Callable[[Book, Vocabulary], Counted]

PIECE = 16  # sections in a file at most: section 37 is the sixth of file 2
TEXT = 8_000  # characters of sections in a file, about
WORDS = 6_000  # characters of words and their sections
LIST = 8_000  # characters of words alone
MANY = 40  # words with the same beginning: more are found through the beginning, not one by one
BEST = 40  # sections of a beginning


def build(library: Library, count: Count = counted) -> Iterator[tuple[str, str]]:
    """(file name, content) of every file of the search. The same input gives the same bytes. Pages are read once, one after the other."""
    with TemporaryFile() as shown:  # the texts, until the version is known, which is in all names
        cuts: list[list[int]] = []
        lengths: list[int] = []
        known = known_words(_counted(library, count, cuts, lengths, shown), library.synonyms)
        numbers = [at * PIECE + place for at, sections in enumerate(chain.from_iterable(cuts)) for place in range(sections)]
        tables = _tables(library, known, numbers)
        makers = {"w": _words, "f": _list, "b": _list, "g": list}
        scripts = {f"{name}{at}": script(f"{name}{at}", makers[name](part)) for name, (_, parts) in tables.items() for at, part in enumerate(parts)}
        digest = sha256("".join(scripts.values()).encode())
        for text in _texts(shown, lengths):
            digest.update(text)
        version = digest.hexdigest()[:10]
        sections = list(dict.fromkeys(book.section for book in library.books))
        yield "index.js", script("index", {
            "version": version,
            **{name: starts for name, (starts, _) in tables.items()},
            "pieces": pack(map(len, cuts)),
            "sections": sections,
            "of": pack(sections.index(book.section) for book in library.books),
            "total": len(numbers),
            "piece": PIECE,
            "step": STEP,
            "floor": FLOOR,
        })
        for name, content in scripts.items():
            yield f"{version}-{name}.js", content
        for at, text in enumerate(_texts(shown, lengths)):
            yield f"{version}-t{at}.js", text.decode()


def _counted(library: Library, count: Count, cuts: list[list[int]], lengths: list[int], shown: IO[bytes]) -> Iterator[tuple[Counted, float]]:
    """Each page's words with its weight. On the way its texts go to `shown`; how many sections each has to `cuts`, how many bytes to `lengths`."""
    for book, vocabulary in shelved(library):
        passages = list(iter(book.passages))  # without `iter` a list asks for the length first, and so would read twice
        found = count(replace(book, passages=passages), vocabulary)
        cuts.append(_cut(found["sizes"]))
        rest = iter(passages)
        for sections in cuts[-1]:
            text = script(f"t{len(lengths)}", [_shown(book, one) for one in islice(rest, sections)]).encode()
            lengths.append(shown.write(text))
        yield found, book.weight


def _texts(shown: IO[bytes], lengths: Sequence[int]) -> Iterator[bytes]:
    shown.seek(0)
    yield from map(shown.read, lengths)


def _shown(book: Book, one: Passage) -> list[str]:
    return [book.address, book.title, one.anchor, one.heading, one.above, one.prose, one.code]


def _cut(sizes: Sequence[int]) -> list[int]:
    """How many sections of a page are in each of its files, which are of about the same size."""
    cuts: list[int] = []
    size = 0
    for long in sizes:
        if not cuts or cuts[-1] == PIECE or size + long > TEXT:
            cuts.append(0)
            size = 0
        cuts[-1] += 1
        size += long
    return cuts


def _tables(library: Library, known: Mapping[str, Word], numbers: Sequence[int]) -> dict[str, tuple[list[str], list[list[object]]]]:
    """The first rows of the files of each kind, and their rows."""
    single = sorted((word for word in known if " " not in word), key=_units)
    return {
        "w": _table(_spoken({**known, **_beginnings(known)}, numbers), WORDS),
        "f": _table(((word, (known[word].spelling, known[word].count)) for word in single), LIST),
        "b": _table(((word, (word, known[word[::-1]].count)) for word in sorted((word[::-1] for word in single), key=_units)), LIST),
        "g": _table(_glossary(library), WORDS),
    }


def _units(word: str) -> bytes:
    """The order in which JavaScript compares texts."""
    return word.encode("utf-16-be", "surrogatepass")


def _table(rows: Iterable[tuple[str, object]], most: int) -> tuple[list[str], list[list[object]]]:
    """Rows in order, cut into files of `most` characters; and for each file the shortest text that its rows, and none before, reach."""
    starts = [""]
    parts: list[list[object]] = [[]]
    size, last = 0, ""
    for word, row in rows:
        long = sum(len(part) for part in row if isinstance(part, str))
        if parts[-1] and size + long > most and word != last:
            shared = next((at for at, (a, b) in enumerate(zip(word, last, strict=False)) if a != b), min(len(word), len(last)))
            starts.append(word[: shared + 1])
            parts.append([])
            size = 0
        parts[-1].append(row)
        size += long
        last = word
    return starts, parts


def _spoken(known: Mapping[str, Word], numbers: Sequence[int]) -> Iterator[tuple[str, tuple[str, str]]]:
    for word in sorted(known, key=_units):
        yield word, (known[word].spelling, _packed(known[word], numbers))


def _packed(word: Word, numbers: Sequence[int]) -> str:
    """In how many sections, how many follow, then gap and level in turn."""
    found = [numbers[section] for section in word.sections]
    gaps = map(sub, found, chain((0,), found))
    return pack(chain((_rough(word.count), len(found)), chain.from_iterable(zip(gaps, word.levels, strict=True))))


def _rough(count: int) -> int:
    """A count on a logarithmic scale."""
    return min(int(math.log2(count) * 3), 59)


def _words(rows: Sequence[tuple[str, str]]) -> list[str]:
    return [front([spelling for spelling, _ in rows]), "".join(packed for _, packed in rows)]


def _list(rows: Sequence[tuple[str, int]]) -> list[str]:
    return [front([word for word, _ in rows]), pack(_rough(count) for _, count in rows)]


def _beginnings(known: Mapping[str, Word]) -> dict[str, Word]:
    """For each beginning of many words: the sections for which one of them speaks most, the less the longer the word is."""
    shared = dict(_shared([word for word in known if " " not in word], 1))
    best = {word: _best(known[word]) for word in {word for ones in shared.values() for word in ones}}
    return {f"{start}*": _beginning(start, [(known[word].spelling, best[word]) for word in ones]) for start, ones in shared.items()}


def _shared(ones: Sequence[str], long: int) -> Iterator[tuple[str, list[str]]]:
    """Each beginning of so many characters, or more, that many of the words go on from, with these words."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in ones:
        if len(word) > long:
            found[word[:long]].append(word)
    for start, more in found.items():
        if len(more) > MANY:
            yield start, more
            yield from _shared(more, long + 1)


def _best(word: Word) -> list[tuple[int, int]]:
    return [(word.sections[at], word.levels[at]) for at in largest(word.levels, BEST)]


def _beginning(start: str, ones: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> Word:
    best: dict[int, float] = {}
    for spelling, levels in ones:
        less = math.log(max(len(spelling), len(start)) / len(start), STEP)
        for section, level in levels:
            if level - less > best.get(section, 0.0):
                best[section] = level - less
    sections = sorted(best)
    kept = [sections[at] for at in largest([best[section] for section in sections], BEST)]
    return Word(f"{start}*", max(len(best), 1), kept, [round(best[section]) for section in kept])


def _glossary(library: Library) -> Iterator[tuple[str, list[str]]]:
    """Every spelling of every term, by the keys of its words, with the title of the page that explains it."""
    titles = {book.address: book.title for book in library.books}
    rows: dict[str, list[str]] = {}
    for entry in library.entries:
        for spelling in entry.spellings:
            guide = titles.get(entry.explained.partition("#")[0], "")
            rows.setdefault(" ".join(map(key, words(spelling))), [entry.spellings[0], entry.address, entry.definition, entry.explained, guide])
    for name in sorted(rows, key=_units):
        yield name, [name, *rows[name]]
