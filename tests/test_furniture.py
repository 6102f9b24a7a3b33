"""What stands around a guide's text, and the copies of pages as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook import copies, furniture
from guidebook.load import load_site
from guidebook.model import Site

INDEX = "# Index\n\n## Guides\n\n### Backend\n\n- [One](./One.md): First.\n- [Two](./Two.md): Second.\n\n### Data\n\n- [Three](./Three.md): Third.\n"
ONE = "---\ntitle: One\ndescription: About one.\nprerequisites: []\nreviewed: 2026-11-01\ncovers: [Kafka 4.4]\n---\n\n# One\n\n## Begin\n\n" + "word " * 400
TWO = """---
title: Two
description: About two.
prerequisites: [One]
---

# Two

## Why

See [one](One.md#begin), and again [one](One.md). <!-- a note -->

```python title="labs/two/run.py#part"
pass
```

```python title="labs/two/run.py#other"
pass
```

```quiz
Which?

- [x] This
    Yes.
- [ ] That
    No.
```
"""
THREE = "---\ntitle: Three\n---\n\n# Three\n\n## Where\n\n[one](One.md), a [file](shop.toml) and [here](#where).\n"


@pytest.fixture
def small(tmp_path: Path) -> Site:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in {"README.md": INDEX, "One.md": ONE, "Two.md": TWO, "Three.md": THREE, "shop.toml": ""}.items():
        (docs / name).write_text(text, encoding="utf-8", newline="\n")
    return load_site(tmp_path)


def test_facts_split_the_time(small: Site) -> None:
    """Prose by the pace, labs by their programs (not by the regions shown), questions by the cards."""
    facts = furniture.facts(small)

    assert facts["One.md"].minutes == 2  # 402 words
    assert (facts["Two.md"].labs, facts["Two.md"].cards) == (1, 1)
    assert facts["Two.md"].all_minutes == facts["Two.md"].minutes + furniture.LAB_MINUTES + furniture.CARD_MINUTES


def test_facts_name_what_comes_before(small: Site) -> None:
    """Prerequisites are pages with their titles; a guide without any has none."""
    facts = furniture.facts(small)

    assert facts["Two.md"].prerequisites == (furniture.Place("One.md", "One"),)
    assert facts["One.md"].prerequisites == ()


def test_facts_hold_date_and_versions(small: Site) -> None:
    """As the front matter says them."""
    one = furniture.facts(small)["One.md"]

    assert (one.reviewed, one.covers) == ("2026-11-01", ("Kafka 4.4",))


def test_facts_count_sections_from_one(small: Site) -> None:
    """In the order of the index."""
    facts = furniture.facts(small)

    assert [(facts[path].section, facts[path].section_name) for path in ("One.md", "Two.md", "Three.md")] == [(1, "Backend"), (1, "Backend"), (2, "Data")]


def test_linked_from_names_sections_once_and_no_list(small: Site) -> None:
    """Two links in one section are one; the index, which links to everything, is left out."""
    back = furniture.facts(small)["One.md"].linked_from

    assert [(one.page.text, [section.anchor for section in one.sections]) for one in back] == [("Two", ["why"]), ("Three", ["where"])]


def test_no_repository_no_addresses() -> None:
    """Nothing to edit or report to where none is configured."""
    assert furniture.edit_address("", "One.md") == furniture.report_address("", "One.md", "One") == ""


def test_report_is_filled_in() -> None:
    """The form names the page."""
    address = furniture.report_address("https://github.com/owner/name/", "One.md", "One & two")

    assert address.startswith("https://github.com/owner/name/issues/new?title=One+%26+two%3A+&body=Page%3A+docs%2FOne.md")


def test_copy_has_links_that_are_right_where_it_lies(small: Site) -> None:
    """Pages lead to copies, files to files, and anchors of the page itself stay; comments are gone."""
    two, three = copies.source(small, small.pages["docs/Two.md"]), copies.source(small, small.pages["docs/Three.md"])

    assert "[one](../One/index.md#begin), and again [one](../One/index.md)." in two
    assert "[one](../One/index.md), a [file](../shop.toml) and [here](#where)." in three
    assert "a note" not in two


def test_listing_names_every_guide_in_order(small: Site) -> None:
    """Under their sections, each with its description."""
    text = copies.listing(small, lambda path: f"https://x.org/{path}")

    assert "## Backend\n\n- [One](https://x.org/One/index.md): About one.\n- [Two](https://x.org/Two/index.md): About two.\n\n## Data\n" in text
