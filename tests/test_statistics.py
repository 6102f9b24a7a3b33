"""What the index says about the size of the book."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook import statistics
from guidebook.load import guide_name, load_site
from guidebook.parse import parse_page

MINIATURE = Path(__file__).parent / "rules" / "statistics-stale" / "good"


def test_words_leave_out_code_comments_front_matter_and_addresses() -> None:
    """Prose, table cells and link texts count."""
    page = parse_page("docs/A.md", "---\ntitle: not counted\n---\n# One two\n\nthree [four](http://not.counted) <!-- not counted -->\n\n```text\nnot counted\n```\n\n| five | 6 |\n| --- | --- |\n")

    assert statistics.words(page) == 6


@pytest.mark.parametrize(("text", "words"), [("a <!-- b -->c <!-- d e", 4), ("[a](b c) [d](e)[f](g", 3), ("— 1 _x_ ** é", 3)])
def test_words_of_what_does_not_close_count(text: str, words: int) -> None:
    """It is what readers see; signs alone are no words."""
    assert statistics.count_words(text) == words


@pytest.mark.parametrize(("anchor", "words"), [("two", 5), ("three", 2), ("four", 2), ("none", 0)])
def test_words_of_a_section_end_at_the_next_of_its_level(anchor: str, words: int) -> None:
    """Its own heading and what lies below it count; a section that does not exist has none."""
    page = parse_page("docs/A.md", "# One\n\n## Two\n\ntext here\n\n```text\nnot counted\n```\n\n### Three\n\nmore\n\n## Four\n\nend\n")

    assert statistics.words(page, anchor) == words


def test_count_tells_landed_guides_from_promised_ones() -> None:
    """A guide in preparation is promised."""
    counted = statistics.count(load_site(MINIATURE))

    assert (counted.guides, counted.promised) == (2, 3)


def test_table_says_how_many_of_the_promised_guides_are_there() -> None:
    """`2 of 3` until all have landed."""
    assert "| Guides | 2 of 3 |" in statistics.as_markdown(statistics.count(load_site(MINIATURE)))


@pytest.mark.parametrize(("words", "shown"), [(9_876, "9,876"), (111_513, "112,000"), (111_499, "111,000")])
def test_table_rounds_many_words(words: int, shown: str) -> None:
    """So that the next word makes no table stale."""
    assert f"| Words | {shown} |" in statistics.as_markdown(statistics.Statistics(14, 14, words, 40, 90, 250))


def test_guide_name_is_the_title_in_camel_case() -> None:
    """The names in which the index links to the guides."""
    titles = {"Event-Driven Architecture": "EventDrivenArchitecture", "GitOps": "GitOps", "Compliance and Governance": "ComplianceGovernance"}

    assert {title: guide_name(title) for title in titles} == titles
