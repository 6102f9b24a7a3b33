"""Numbers and words → short strings of printable ASCII, which servers compress as text and a script tag can load, from the disk as well."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache

_DIGITS = "".join(chr(code) for code in range(35, 127) if code != 92)[:90]  # neither quote nor backslash
_LAST = 60  # digits below end a number, the 30 above say that it goes on


def pack(numbers: Iterable[int]) -> str:
    """Each number below 60 is one character, below 1,800 two."""
    return "".join(map(_digits, numbers))


@cache
def _digits(number: int) -> str:
    parts = ""
    while number >= _LAST:
        number, low = divmod(number - _LAST, 30)
        parts += _DIGITS[_LAST + low]
    return parts + _DIGITS[number]


def front(words: Sequence[str]) -> str:
    """Sorted words, each as the number of characters it shares with the one before it, and the rest."""
    lines, last = [], ""
    for word in words:
        shared = next((at for at, (a, b) in enumerate(zip(word, last, strict=False)) if a != b), min(len(word), len(last)))
        shared = min(shared, _LAST - 1)
        lines.append(_DIGITS[shared] + word[shared:])
        last = word
    return "\n".join(lines)


def script(name: str, value: object) -> str:
    """A classic script that hands the value over to the search under that name."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("\u2028", " ").replace("\u2029", " ")
    return f'guidebookSearch.take("{name}",{body})\n'
