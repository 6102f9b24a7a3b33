"""How wide text is in Arial, so that boxes fit their words: the renderer's own guess knows no font.

Widths are those of Helvetica in thousandths of the font size, which Arial, Liberation Sans and Arimo share.
Source: Helvetica.afm of Adobe's Core 14 fonts.
"""

from __future__ import annotations

import re

# From the space (32) to the tilde (126).
_ASCII = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_WIDTHS = {chr(code): int(width) for code, width in enumerate(_ASCII.split(), 32)}
_WIDTHS |= {"’": 222, "‘": 222, "“": 333, "”": 333, "–": 556, "·": 278, "°": 400, "×": 584, "±": 584, "≤": 549, "≥": 549, "≠": 549}
_OTHERS = 611  # letters with accents are near this
_WIDE = 1000  # arrows, dashes, ideographs
_BOLD = 1.08
_BREAK = re.compile(r"<br\s*/?>|\n", re.IGNORECASE)


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line in CSS pixels."""
    units = sum(_WIDTHS.get(letter) or (_WIDE if letter > "\u2013" else _OTHERS) for letter in text)
    return units * size / 1000 * (_BOLD if bold else 1)


def wrapped(text: str, size: float, bold: bool = False, room: float | None = None) -> tuple[float, int]:
    """(width, number of lines) of a text that breaks at `<br>` and, where it has no more room, between words."""
    lines = _BREAK.split(text)
    widest = max(width(line, size, bold) for line in lines)
    if not room or widest <= room:
        return widest, len(lines)
    longest = max(width(word, size, bold) for word in text.split() or [""])
    return max(room, longest), sum(_count(line, size, bold, room) for line in lines)


def _count(line: str, size: float, bold: bool, room: float) -> int:
    count, used = 1, 0.0
    space = width(" ", size, bold)
    for word in line.split():
        length = width(word, size, bold)
        if used and used + space + length > room:
            count, used = count + 1, 0.0
        used += length + (space if used else 0)
    return count
