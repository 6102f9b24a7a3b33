"""Text → the words that the search knows. `overrides/assets/search/query.js` cuts queries by the same rules; a test compares the two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain

LONGEST = 48  # of a word; what is longer is data, not a name
_MARKS = re.compile("[\u0300-\u036f]")
_SPACED = re.compile(r"(?<![^\W_])(\w)\s*([+<>=\u2264\u2265])\s*(?=\w(?!\w))")  # `W + R > N`
_SIGNS = frozenset("+<>=\u2264\u2265")  # without one there is nothing to join: most texts
_CHUNK = re.compile(r"--?(?=[^\W\d_][\w=-])|\w(?:[\w.:/=+<>@#&'\u2019\u2264\u2265\u2192*-]*[\w+#])?")
_RUN = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HUMP = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_JOINT = re.compile(r"(?<!\d)[-_./:'\u2019]+|[-_./:'\u2019]+(?!\d)")


def words(text: str) -> Iterator[str]:
    """Every word of the text as written, in lower case: each name whole and in its parts.

    `min.insync.replicas` gives itself, `min`, `insync` and `replicas`; `ApplicationSet` gives itself, `application` and `set`.
    """
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    if not _SIGNS.isdisjoint(text):
        text = _SPACED.sub(r"\1\2", text)
    return chain.from_iterable(map(_parts, _CHUNK.findall(text)))


@cache
def _parts(chunk: str) -> tuple[str, ...]:
    return tuple(_cut(chunk))


def _cut(chunk: str) -> Iterator[str]:
    runs = _RUN.findall(chunk)
    if (len(runs) > 1 or (runs and chunk[-1] in "+#")) and len(chunk) <= LONGEST:
        yield chunk.lower()
    for run in runs:
        if len(run) > LONGEST:
            continue
        yield run.lower()
        if _HUMP.search(run):
            humps = [hump for hump in _CAMEL.findall(run) if len(hump) > 2]
            if len(humps) > 1:
                yield from (hump.lower() for hump in humps)


@cache
def key(word: str) -> str:
    """What spellings of one word share: `replicas` and `replica`, `de-duplication` and `deduplication`, `max_poll` and `max.poll`."""
    word = _JOINT.sub("", word)
    return stem(word) if word.isalpha() else word


def stem(word: str) -> str:
    """The word without the endings of plural, past and participle, spelt the British way: `caching`, `cached`, `caches` → `cach`."""
    word = re.sub(r"([iy])z(?=[aei])", r"\1s", word)
    if len(word) > 5 and word.endswith(("ogue", "ogues")):  # catalogue, catalog
        word = word[: word.rindex("ue")]
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and word[-2] not in "sui":
        word = word[:-1]
    if len(word) > 5 and word.endswith(("tion", "sion")):
        return word[:-3]
    for ending in ("ing", "ed"):
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > 2 and not rest.endswith("e") and re.search("[aeiouy]", rest):
            word = rest
            break
    if len(word) > 4 and word.endswith("e"):
        return word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouylsz":
        return word[:-1]
    return word
