"""Glossary: page → terms, terms → tooltips."""

from __future__ import annotations

import re
import time

import pytest
from markdown import Markdown

from guidebook.glossary import parse_terms, plain, spellings
from guidebook.model import Location, Term
from guidebook.parse import parse_page
from guidebook.parts import Parts

PAGE = """\
# Glossary

### CAP theorem

*Also:* CAP, Brewer's theorem

Under a [partition](DistributedSystems.md#partitions), `C` or *A*.
[CAP as proved](DistributedSystems.md#cap-as-proved)

### Fencing token

*Also:* epoch number

A number that grows with each grant;
the resource refuses a smaller one.
[Leases](DistributedSystems.md#leases)

### Lease

No definition link here.
"""
TERMS = parse_terms(parse_page("docs/Glossary.md", PAGE))


def linked(text: str, path: str = "GitOps.md") -> str:
    extensions = ["toc", "tables", "md_in_html", "footnotes", "pymdownx.superfences", Parts(path, TERMS)]
    return Markdown(extensions=extensions).convert(text)


def marked(text: str, path: str = "GitOps.md") -> list[str]:
    """The words that became tooltips."""
    return re.findall(r'<a class="term"[^>]*>([^<]*)</a>', linked(text, path))


def uses(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in spellings(TERMS).uses(text)]


def test_terms_are_the_third_level_headings() -> None:
    """Each entry is a term with its aliases, its anchor and its place."""
    assert [(term.name, term.aliases, term.anchor) for term in TERMS] == [
        ("CAP theorem", ("CAP", "Brewer's theorem"), "cap-theorem"),
        ("Fencing token", ("epoch number",), "fencing-token"),
        ("Lease", (), "lease"),
    ]
    assert TERMS[0].location == Location("docs/Glossary.md", 3, 1)


def test_term_has_its_definition_and_its_link() -> None:
    """The definition is Markdown without the alias line and the link line."""
    assert TERMS[1].definition == "A number that grows with each grant;\nthe resource refuses a smaller one."
    assert TERMS[1].link is not None and TERMS[1].link.target == "DistributedSystems.md#leases"


def test_term_without_link_has_none() -> None:
    """An incomplete entry is data, not an error."""
    assert TERMS[2].link is None


def test_plain_has_no_markup() -> None:
    """A tooltip is one line of words."""
    assert plain(TERMS[0].definition) == "Under a partition, C or A."


@pytest.mark.parametrize("text", ["Fencing tokens", "fencing\ntoken", "EPOCH NUMBER", "CAP", "the CAP theorem"])
def test_use_is_found(text: str) -> None:
    """Case, line breaks and a plural `s` do not hide a term."""
    assert len(uses(text)) == 1


@pytest.mark.parametrize("text", ["cap", "released", "lease-based", "sub-lease", "CAPS lock-free", "tokens"])
def test_other_words_are_no_use(text: str) -> None:
    """Capitals alone match exactly; parts of words and of compounds are other words."""
    assert [use for use in uses(text) if use != "CAPS"] == []


def test_longest_use_wins() -> None:
    """`CAP theorem` is one use, not one of `CAP`."""
    assert uses("the CAP theorem") == ["CAP theorem"]


def test_tooltip_leads_to_its_entry() -> None:
    """A tooltip is a link, so that keyboards and fingers reach it; its title is the definition."""
    assert '<a class="term" href="Glossary.md#lease" title="No definition link here.">lease</a>' in linked("A lease.")


def test_definition_stands_in_a_page_once() -> None:
    """Later sections link the term without repeating it."""
    text = linked("A lease.\n\n## B\n\nA lease.\n")

    assert text.count('href="Glossary.md#lease"') == 2 and text.count("No definition link here.") == 1


def test_tooltip_of_a_page_in_a_folder_leads_up() -> None:
    """The address is relative to the page."""
    assert 'href="../Glossary.md#lease"' in linked("A lease.", "notes/A.md")


def test_tooltip_is_on_the_first_use_in_each_section() -> None:
    """Once a section is enough; h2 and h3 start one, h4 does not."""
    text = "A lease and a Lease.\n\n## Two\n\nLeases.\n\n#### Four\n\nA lease.\n\n### Three\n\nA lease."

    assert marked(text) == ["lease", "Leases", "lease"]


def test_tooltips_of_one_line_keep_the_text_between() -> None:
    """Nothing of the author's text is lost or moved."""
    html = linked("A lease, *then* a fencing token and CAP; end.")

    assert re.sub(r"<[^>]+>", "", html) == "A lease, then a fencing token and CAP; end."
    assert marked("A lease, *then* a fencing token and CAP; end.") == ["lease", "fencing token", "CAP"]


@pytest.mark.parametrize(
    "text",
    [
        "# A lease",
        "`lease`",
        "```text\nlease\n```",
        "[a lease](A.md)",
        "| lease |\n| --- |\n| x |",
        '<fieldset markdown="block"><legend markdown="span">A lease</legend></fieldset>',
        '<p title="lease">x</p>',
    ],
)
def test_tooltip_is_not_in(text: str) -> None:
    """Headings, code, links, table heads and the inputs of quizzes have no tooltips."""
    assert marked(text) == []


def test_tooltip_is_not_in_the_section_that_explains_the_term() -> None:
    """Where a term is explained, its definition would say the same twice."""
    text = "## Leases\n\nA fencing token.\n\n## Other\n\nA fencing token."

    assert marked(text, "DistributedSystems.md") == ["fencing token"]
    assert marked(text, "GitOps.md") == ["fencing token", "fencing token"]


def test_tooltips_are_in_tables_lists_and_emphasis() -> None:
    """Running text is everywhere that readers read."""
    assert marked("| a |\n| --- |\n| lease |\n\n## B\n\n- *lease*\n\n## C\n\n**CAP**") == ["lease", "lease", "CAP"]


def test_tooltips_of_a_long_page_are_quick() -> None:
    """500 terms in a guide of 8,000 words take well under a second."""
    many = [Term(f"Word{at} thing", (f"alias {at}",), "D.", f"t{at}", Location("docs/Glossary.md")) for at in range(500)]
    text = "some words of a long page with word7 things in it, " * 730
    started = time.perf_counter()
    found = list(spellings(many).uses(text))

    assert len(found) == 730
    assert time.perf_counter() - started < 1
