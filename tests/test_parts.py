"""What the site adds to Markdown beside figures, quizzes and tooltips: comments go, tables scroll."""

from __future__ import annotations

import pytest
from markdown import Markdown

from guidebook.comments import without_comments
from guidebook.parts import Parts


def table(text: str) -> str:
    return Markdown(extensions=["tables", Parts()]).convert(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("400<!--= shop.orders --> orders", "400 orders"),
        ("é 1<!--= 1 --> and 2<!--= 2 -->.", "é 1 and 2."),
        ("| a |\n| --- |\n| 1<!--= x * 2 --> |", "| a |\n| --- |\n| 1 |"),
        ("Full to 80 %.\n<!-- basis: assumption -->\n", "Full to 80 %.\n\n"),
        ("<!-- one\nline -->\n\nText", "\n\nText"),
        ("<div>\n<!-- in HTML -->\n</div>", "<div>\n\n</div>"),
    ],
)
def test_comment_is_cut_out(text: str, expected: str) -> None:
    """A comment leaves nothing behind, in a line, a table or a block of its own."""
    assert without_comments(text) == expected


@pytest.mark.parametrize("text", ["`<!-- code -->`", "```html\n<!-- code -->\n```", "    <!-- code -->", "no comment", "<!-- never closed"])
def test_comment_shown_as_code_stays(text: str) -> None:
    """What readers are meant to see is left alone."""
    assert without_comments(text) == text


def test_wide_table_scrolls_by_keyboard() -> None:
    """A table scrolls in a box that takes the focus and has a name."""
    html = table("| a | b | c |\n| --- | --- | --- |\n| 1 | 2 | 3 |")

    assert html.startswith('<div aria-label="Table: a, b, c" class="table-scroll" role="group" tabindex="0">')


def test_table_of_two_columns_scrolls_by_keyboard_too() -> None:
    """A long word or code makes any table wider than a phone."""
    assert 'tabindex="0"' in table("| a | b |\n| --- | --- |\n| 1 | 2 |")


def test_table_without_words_in_its_head_has_no_head() -> None:
    """An empty head, which Markdown asks for, is not read out."""
    html = table("| | |\n| --- | --- |\n| 1 | 2 |")

    assert "<th" not in html and "<td>1</td>" in html
