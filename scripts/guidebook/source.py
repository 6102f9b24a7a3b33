"""Where things stand in a text: byte offsets of a parsed piece ↔ lines and columns of the file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from guidebook.model import Location


@dataclass(frozen=True)
class Source:
    """A piece of a file, dedented and parsed by itself, that knows where each of its lines came from.

    `origin[i]` is the file's line (from one) and the number of characters cut off in front of the piece's line `i`.
    """

    path: str
    text: str
    origin: tuple[tuple[int, int], ...] | None = None  # None: the piece is the whole file
    starts: tuple[int, ...] = ()  # offset of each line of the whole file

    @cached_property
    def data(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def lines(self) -> list[int]:
        """The byte offset of each line's first character."""
        return line_starts(self.data)

    def place(self, offset: int) -> tuple[int, int]:
        """The file's line and column (both from one) of a byte offset of this piece."""
        line = bisect_right(self.lines, offset) - 1
        column = offset - self.lines[line]
        if len(self.data) != len(self.text):
            column = len(self.data[offset - column : offset].decode("utf-8", "replace"))
        if self.origin is None:
            return line + 1, column + 1
        number, cut = self.origin[min(line, len(self.origin) - 1)]
        return number, column + cut + 1

    def location(self, offset: int) -> Location:
        return Location(self.path, *self.place(offset))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Character offsets into the whole file of the bytes `start` to `end`, which lie on one line."""
        line, column = self.place(start)
        first = self.starts[line - 1] + column - 1
        return first, first + len(self.data[start:end].decode("utf-8", "replace"))

    def slice(self, start: int, end: int) -> str:
        return self.data[start:end].decode("utf-8", "replace")


def line_starts(text: str | bytes) -> list[int]:
    """The offset of each line's first character."""
    newline = "\n" if isinstance(text, str) else b"\n"
    starts, at = [0], text.find(newline)  # type: ignore[arg-type]
    while at >= 0:
        starts.append(at + 1)
        at = text.find(newline, at + 1)  # type: ignore[arg-type]
    return starts
