"""Edits → files: the one way in which the tool rewrites what an author wrote."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from guidebook.model import Edit


def apply(root: Path, edits: Iterable[Edit]) -> list[str]:
    """Make the edits and return the paths of the files that changed. Overlapping edits are left for the next run."""
    by_path: dict[str, set[Edit]] = defaultdict(set)
    for edit in edits:
        by_path[edit.path].add(edit)
    return [path for path, wanted in sorted(by_path.items()) if _rewrite(root / path, sorted(wanted))]


def _rewrite(file: Path, edits: list[Edit]) -> bool:
    """Offsets count in the text that `load.read_text` gives: one character a line end, no byte order mark. What no edit touches stays as it is."""
    data = file.read_bytes().decode("utf-8")
    mark = len(data) - len(data.removeprefix("\ufeff"))
    pairs = [match.start() - mark - at for at, match in enumerate(re.finditer("\r\n", data))]
    ends = "\r\n" if pairs else "\n"

    def raw(offset: int) -> int:
        return mark + offset + bisect_left(pairs, offset)

    new = edited(data, [Edit(edit.path, raw(edit.start), raw(edit.end), edit.text.replace("\n", ends)) for edit in edits])
    if new == data:
        return False
    file.write_bytes(new.encode("utf-8"))
    return True


def edited(text: str, edits: list[Edit]) -> str:
    """The text with the edits made, from the last to the first."""
    end = len(text) + 1
    for edit in sorted(edits, reverse=True):
        if edit.end <= end:
            text = text[: edit.start] + edit.text + text[edit.end :]
            end = edit.start
    return text
