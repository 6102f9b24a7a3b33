"""Edits rewrite a file in place and leave everything else of it as it was."""

from __future__ import annotations

from pathlib import Path

from guidebook.edits import apply, edited
from guidebook.model import Edit


def test_edits_are_made_from_the_last_to_the_first() -> None:
    """Offsets of all edits count in the text before any of them."""
    assert edited("abcdef", [Edit("x", 0, 1, "11"), Edit("x", 3, 4, "")]) == "11bcef"


def test_edits_that_overlap_wait_for_the_next_run() -> None:
    """Of two edits to the same characters only one is made."""
    assert edited("abcdef", [Edit("x", 0, 4, "1"), Edit("x", 2, 5, "2")]) == "ab2f"


def test_apply_keeps_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    """A file from Windows stays one."""
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbfone\r\ntwo\r\n")

    assert apply(tmp_path, [Edit("a.md", 4, 7, "2\n3")]) == ["a.md"]
    assert (tmp_path / "a.md").read_bytes() == b"\xef\xbb\xbfone\r\n2\r\n3\r\n"


def test_apply_names_only_files_that_changed(tmp_path: Path) -> None:
    """An edit that changes nothing does not touch the file."""
    (tmp_path / "a.md").write_text("one", encoding="utf-8")

    assert apply(tmp_path, [Edit("a.md", 0, 3, "one")]) == []
