"""What was printed, held against what is shown."""

from __future__ import annotations

import pytest

from guidebook.outputs import difference, ranged_difference, ranged_figures


def test_same_output_has_no_difference() -> None:
    """White space at the ends of lines and of the text does not count."""
    assert difference("a  \nb\n", "a\nb\n\n") == ""


def test_difference_shows_both_lines() -> None:
    """Each line that differs is shown as the page has it and as it was printed."""
    assert difference("a\nb\n", "a\nc\n") == "         a\nshown:   b\nprinted: c"


def test_indentation_is_part_of_the_output() -> None:
    """White space before a line counts."""
    assert difference("  a\n", "a\n")


@pytest.mark.parametrize(
    ("recorded", "printed"),
    [
        ("lost 301 [250..350]", "lost 250 [250..350]"),
        ("lost 301 [90..350] of 1,000", "lost  99 [90..350] of 1,000"),
        ("ratio 2.5 [1.5..9] x", "ratio 8.75 [1.5..9] x"),
        ("share 38.4% [30..45]", "share 31% [30..45]"),
        ("delta -3 [-10..0]", "delta -7 [-10..0]"),
        ("1,200 [1,000..2,000] and 7 [1..9]", "1,999 [1,000..2,000] and 8 [1..9]"),
    ],
)
def test_ranged_figure_may_vary(recorded: str, printed: str) -> None:
    """A figure with a range may be any in it, and the padding before it may change with its width."""
    assert ranged_difference(recorded, printed) == ""


@pytest.mark.parametrize(
    ("recorded", "printed"),
    [
        ("lost 301 [250..350]", "lost 351 [250..350]"),
        ("lost 301 [250..350]", "lost 301 [200..350]"),
        ("lost 301 [250..350]", "gone 301 [250..350]"),
        ("lost 301 [250..350]", "lost 301"),
        ("lost 301", "lost 302"),
        ("lost 301 [250..350] of 10", "lost 301 [250..350] of 11"),
        ("lost 301 [250..350]\n", "lost 301 [250..350]\nand more\n"),
    ],
)
def test_anything_else_may_not_vary(recorded: str, printed: str) -> None:
    """A figure outside its range, another range, another text, another line: each is a difference."""
    assert ranged_difference(recorded, printed)


def test_difference_leaves_out_what_may_vary() -> None:
    """A line that differs only in a ranged figure is not shown as a difference."""
    found = ranged_difference("lost 301 [250..350]\nkept 1\n", "lost 266 [250..350]\nkept 2\n")

    assert found == "         lost 301 [250..350]\nshown:   kept 1\nprinted: kept 2"


def test_figure_outside_its_range_is_named() -> None:
    """What left its range is said before anything else."""
    assert ranged_difference("lost 3 [1..9]", "lost 12 [1..9]") == "outside the range: 12 [1..9]"


def test_brackets_without_a_range_are_text() -> None:
    """`[3, 4]` and `[a..b]` are no ranges."""
    assert list(ranged_figures("7 [3, 4] 8 [a..b] 9 [1...2]")) == []
