"""What a program printed, held against what the page or the record says that it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import ndiff
from typing import NamedTuple

_FIGURE = r"[-+\u2212]?\d[\d,]*(?:\.\d+)?"
# `lost 301 [250..350]`: a figure that may vary, and how far.
_RANGED = re.compile(rf"(?P<gap>[ \t]*)(?P<figure>{_FIGURE})(?P<unit> ?%|)[ \t]*\[(?P<low>{_FIGURE})\.\.(?P<high>{_FIGURE})\]")


class Ranged(NamedTuple):
    """A figure with the range that it may vary in."""

    text: str
    figure: float
    low: float
    high: float

    @property
    def within(self) -> bool:
        return self.low <= self.figure <= self.high


def difference(expected: str, printed: str) -> str:
    """How two texts differ, line by line, trailing white space apart; empty if they do not."""
    wanted, got = _lines(expected), _lines(printed)
    return "" if wanted == got else _compared(wanted, got)


def ranged_difference(recorded: str, printed: str) -> str:
    """How a new run differs from the recorded one; empty if only ranged figures do, and each lies in its range.

    `NUMBER [LOW..HIGH]`: the range must be the recorded one, the number may be any in it, and the padding before it may differ.
    """
    outside = [ranged.text for ranged in ranged_figures(printed) if not ranged.within]
    if outside:
        return "outside the range: " + "; ".join(outside)
    wanted, got = _lines(recorded), _lines(printed)
    if [_without_figures(line) for line in wanted] == [_without_figures(line) for line in got]:
        return ""
    # Lines that differ only in ranged figures are shown as they were recorded, to leave the real difference.
    known = {_without_figures(line): line for line in wanted}
    return _compared(wanted, [known.get(_without_figures(line), line) for line in got])


def ranged_figures(text: str) -> Iterator[Ranged]:
    """Every `NUMBER [LOW..HIGH]` of a text."""
    for match in _RANGED.finditer(text):
        yield Ranged(match.group().strip(), *(_value(match[name]) for name in ("figure", "low", "high")))


def _value(figure: str) -> float:
    return float(figure.replace(",", "").replace("\u2212", "-"))


def _without_figures(line: str) -> str:
    return _RANGED.sub(lambda match: f"{match['gap'] and ' '}?{match['unit']} [{match['low']}..{match['high']}]", line)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _compared(wanted: list[str], got: list[str]) -> str:
    marks = {"- ": "shown:   ", "+ ": "printed: ", "  ": "         "}
    return "\n".join(marks[line[:2]] + line[2:] for line in ndiff(wanted, got) if line[:2] in marks)
