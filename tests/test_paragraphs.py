"""What is judged as one statement."""

from __future__ import annotations

from guidebook.paragraphs import Paragraph, paragraphs
from guidebook.parse import parse_page


def parts(text: str) -> tuple[Paragraph, ...]:
    return paragraphs(parse_page("docs/A.md", text))


def test_paragraphs_end_at_blank_lines_and_list_items() -> None:
    """Headings, tables, callouts and code are none."""
    text = "# A\n\nOne\ntwo.\n\n- three\n- four\n    five\n\n| six |\n| --- |\n\n> seven\n\n```text\neight\n```\n"

    assert [paragraph.own for paragraph in parts(text)] == ["One two.", "three", "four five"]


def test_paragraph_knows_its_whole_text() -> None:
    """A line that holds no word of the author's own belongs to it, so does a mark below it."""
    (part,) = parts("One\n[a book](https://example.org/)\nthree.\n<!-- basis: assumption -->\n\n```text\ncode\n```\n")

    assert part.text.split("\n") == ["One", "[a book](https://example.org/)", "three.", "<!-- basis: assumption -->"]
    assert part.last == "<!-- basis: assumption -->"


def test_list_items_know_what_introduces_them() -> None:
    """A sentence with a colon does, for all items and what is indented below them, and not beyond the list."""
    found = parts("Limits:\n\n- one\n\n    more\n\n    ```text\n    code\n    ```\n\n- two\n\n## Next\n\n- three\n\nNo colon.\n\n- four\n")

    assert [(part.own.strip(), part.intro.own if part.intro else "") for part in found[1:]] == [
        ("one", "Limits:"), ("more", "Limits:"), ("two", "Limits:"), ("three", ""), ("No colon.", ""), ("four", ""),
    ]  # fmt: skip
