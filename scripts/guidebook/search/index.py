"""A library → the files of the search. Whatever the size of the site, a query fetches the first file, which tells where words are, and a few others.

    index.js              where each of the other files begins
    <version>-w<n>.js     words in the order of their keys, each with its sections; `ka*` stands for all words that begin so, where they are many
    <version>-f<n>.js     the words alone, in the same order: for spelling mistakes
    <version>-b<n>.js     the words alone, in the order of their ends: for mistakes at the beginning
    <version>-g<n>.js     the glossary, in the order of its names
    <version>-t<n>.js     sixteen sections of a page at most, as they are shown
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from guidebook.search.fields import FLOOR, STEP, Book, Library, Word, known_words
from guidebook.search.pack import front, pack, script
from guidebook.search.passages import Passage
from guidebook.search.words import key, words

PIECE = 16  # sections in a file at most: section 37 is the sixth of file 2
TEXT = 8_000  # characters of sections in a file, about
WORDS = 6_000  # characters of words and their sections
LIST = 8_000  # characters of words alone
MANY = 40  # words with the same beginning: more are found through the beginning, not one by one
BEST = 40  # sections of a beginning


def build(library: Library) -> Iterator[tuple[str, str]]:
    """(file name, content) of every file of the search. The same input gives the same bytes."""
    pieces = [(book, piece) for book in library.books for piece in _pieces(book)]
    numbers = [at * PIECE + place for at, (_, piece) in enumerate(pieces) for place in range(len(piece))]
    known = known_words(library, numbers)
    tables = {
        "w": _table(_spoken({**known, **_beginnings(known)}), WORDS),
        "f": _table(((word, (one.spelling, one.count)) for word, one in sorted(known.items(), key=_by_key) if " " not in word), LIST),
        "b": _table(((word, (word, known[word[::-1]].count)) for word in sorted((word[::-1] for word in known if " " not in word), key=_units)), LIST),
        "g": _table(_glossary(library), WORDS),
    }
    makers = {"w": _words, "f": _list, "b": _list, "g": list}
    files = {f"{name}{at}": makers[name](part) for name, (_, parts) in tables.items() for at, part in enumerate(parts)}
    files |= {f"t{at}": [_shown(book, one) for one in piece] for at, (book, piece) in enumerate(pieces)}
    scripts = {name: script(name, value) for name, value in files.items()}
    version = sha256("".join(scripts.values()).encode()).hexdigest()[:10]
    sections = list(dict.fromkeys(book.section for book in library.books))
    yield "index.js", script("index", {
        "version": version,
        **{name: starts for name, (starts, _) in tables.items()},
        "pieces": pack(sum(1 for _ in _pieces(book)) for book in library.books),
        "sections": sections,
        "of": pack(sections.index(book.section) for book in library.books),
        "total": len(numbers),
        "piece": PIECE,
        "step": STEP,
        "floor": FLOOR,
    })
    for name, content in scripts.items():
        yield f"{version}-{name}.js", content


def _shown(book: Book, one: Passage) -> list[str]:
    return [book.address, book.title, one.anchor, one.heading, one.above, one.prose, one.code]


def _pieces(book: Book) -> Iterator[Sequence[Passage]]:
    """The sections of a page, in files of about the same size."""
    piece: list[Passage] = []
    size = 0
    for passage in book.passages:
        long = len(passage.prose) + len(passage.code)
        if piece and (len(piece) == PIECE or size + long > TEXT):
            yield piece
            piece, size = [], 0
        piece.append(passage)
        size += long
    if piece:
        yield piece


def _units(word: str) -> bytes:
    """The order in which JavaScript compares texts."""
    return word.encode("utf-16-be", "surrogatepass")


def _by_key(item: tuple[str, object]) -> bytes:
    return _units(item[0])


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


def _spoken(known: Mapping[str, Word]) -> Iterator[tuple[str, tuple[str, str]]]:
    for word, one in sorted(known.items(), key=_by_key):
        yield word, (one.spelling, _packed(one))


def _packed(word: Word) -> str:
    """In how many sections, how many follow, then gap and level in turn."""
    numbers, last = [_rough(word.count), len(word.levels)], 0
    for number, weight in word.levels.items():
        numbers += [number - last, weight]
        last = number
    return pack(numbers)


def _rough(count: int) -> int:
    """A count on a logarithmic scale."""
    return min(int(math.log2(count) * 3), 59)


def _words(rows: Sequence[tuple[str, str]]) -> list[str]:
    return [front([spelling for spelling, _ in rows]), "".join(packed for _, packed in rows)]


def _list(rows: Sequence[tuple[str, int]]) -> list[str]:
    return [front([word for word, _ in rows]), pack(_rough(count) for _, count in rows)]


def _beginnings(known: Mapping[str, Word]) -> dict[str, Word]:
    """For each beginning of many words: the sections for which one of them speaks most, the less the longer the word is."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in known:
        if " " not in word:
            for long in range(1, len(word)):
                found[word[:long]].append(word)
    shared = {start: ones for start, ones in found.items() if len(ones) > MANY}
    best = {word: _best(known[word].levels.items()) for word in {word for ones in shared.values() for word in ones}}
    return {f"{start}*": _beginning(start, [(known[word].spelling, best[word]) for word in ones]) for start, ones in shared.items()}


def _best(levels: Iterable[tuple[int, float]]) -> list[tuple[int, float]]:
    return heapq.nsmallest(BEST, levels, key=lambda one: (-one[1], one[0]))


def _beginning(start: str, ones: Sequence[tuple[str, Sequence[tuple[int, float]]]]) -> Word:
    best: dict[int, float] = {}
    for spelling, levels in ones:
        less = math.log(max(len(spelling), len(start)) / len(start), STEP)
        for number, weight in levels:
            if weight - less > best.get(number, 0.0):
                best[number] = weight - less
    return Word(f"{start}*", max(len(best), 1), {number: round(weight) for number, weight in sorted(_best(best.items()))})


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
