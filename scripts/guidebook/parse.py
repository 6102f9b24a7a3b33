"""Markdown text → Page, with the exact place of everything in it.

pulldown-cmark tokenizes (through pyromark), so code, comments and nesting are CommonMark's, not a pattern's.
What Python-Markdown adds (attribute lists, `!!!` and `===` blocks, Markdown in HTML, its slugs) is added here and in `pieces`;
an oracle test holds the anchors against the ids that MkDocs renders.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from markdown.extensions.toc import unique
from pymdownx.slugs import slugify

from guidebook import front_matter, pieces, references
from guidebook.found import SYNTAX, Found, RawHeading
from guidebook.model import Fence, Heading, Link, Location, Page
from guidebook.source import Source, line_starts
from guidebook.statistics import count_words

__all__ = ["SYNTAX", "parse_page", "slug"]

slug = slugify(case="lower")  # the same as in mkdocs.yml


def parse_page(path: str, text: str) -> Page:
    """Everything that the text of one page says. Never raises: what is broken is data on the page."""
    front, body = front_matter.split(path, text)
    # The front matter's lines are blank in the body, so lines agree; offsets count in the file's own text.
    found = _walk(Source(path, body, None, tuple(line_starts(text))))
    headings = _with_anchors(found.headings)
    sections = [(heading.location, heading.anchor) for heading in headings]
    links = sorted([*found.links, *front.links], key=lambda link: link.location)
    return Page(
        path,
        text,
        front,
        tuple(headings),
        tuple(_in_sections(sections, links)),
        tuple(found.anchors),
        tuple(_in_section(sections, fence) for fence in found.fences),
        tuple(found.numbers),
        count_words(text, found.fences),
    )


def _walk(source: Source) -> Found:
    """Collect from the page, and from the blocks inside it that only Python-Markdown knows."""
    found = Found()
    source, waiting = pieces.split(source, found)
    references.collect(source, found)
    for piece in waiting:
        inner, further = pieces.split(piece, found)
        references.collect(inner, found)
        waiting.extend(further)
    for fence in found.fences:
        if fence.language == "quiz":
            references.collect(pieces.quiz(source, fence), found)
    references.settle(found)
    return found


def _with_anchors(raw: list[RawHeading]) -> list[Heading]:
    """Ids as Python-Markdown's toc gives them: explicit ones first, then slugs, made unique by `_1`, `_2`."""
    used = {explicit for _, _, explicit, _ in raw if explicit}
    headings = []
    for level, text, explicit, place in sorted(raw, key=lambda heading: heading[3]):
        anchor = explicit or unique(slug(" ".join(text.split()), "-"), used)
        headings.append(Heading(level, text, anchor, place, bool(explicit)))
    return headings


def _in_sections(sections: list[tuple[Location, str]], links: list[Link]) -> Iterator[Link]:
    """The links, which are in order, each with the anchor of the nearest heading above it."""
    at, anchor = 0, ""
    for link in links:
        while at < len(sections) and sections[at][0] <= link.location:
            anchor, at = sections[at][1], at + 1
        # Made here and not shared yet: setting the field in place costs a tenth of a copy.
        object.__setattr__(link, "section", anchor)
        yield link


def _in_section(sections: list[tuple[Location, str]], fence: Fence) -> Fence:
    at = bisect_right(sections, (fence.location, "\U0010ffff"))
    object.__setattr__(fence, "section", sections[at - 1][1] if at else "")
    return fence
