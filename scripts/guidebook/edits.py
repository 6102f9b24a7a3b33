"""Edits → files: the one way in which the tool rewrites what an author wrote."""

from __future__ import annotations

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
    """Offsets count in the text that `load.read_text` gives, so byte order mark and line ends are put back."""
    data = file.read_bytes().decode("utf-8")
    mark = "\ufeff" if data.startswith("\ufeff") else ""
    newline = "\r\n" if "\r\n" in data else "\n"
    text = data.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    new = edited(text, edits)
    if new == text:
        return False
    file.write_bytes((mark + new.replace("\n", newline)).encode("utf-8"))
    return True


def edited(text: str, edits: list[Edit]) -> str:
    """The text with the edits made, from the last to the first."""
    end = len(text) + 1
    for edit in sorted(edits, reverse=True):
        if edit.end <= end:
            text = text[: edit.start] + edit.text + text[edit.end :]
            end = edit.start
    return text
