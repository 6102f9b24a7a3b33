"""Are the references of a page in order: each label defined once, each definition used?"""

from __future__ import annotations

from collections.abc import Iterator

from guidebook.checks.links import sources
from guidebook.model import Diagnostic, Link, Page, Site
from guidebook.references import AGAIN, normal
from guidebook.resolve import nearest


def _definitions(page: Page) -> dict[str, Link]:
    return {normal(link.label): link for link in page.links if link.kind == "definition" and link.text != AGAIN}


def link_undefined_reference(site: Site) -> Iterator[Diagnostic]:
    """A reference, or a footnote, has a definition on the same page.

    Bad:  `[the paper][raft]` with no `[raft]: https://...`
    Good: `[the paper](https://raft.github.io/raft.pdf)`
    """
    for page in sources(site):
        known = [link.label for link in page.links if link.kind == "definition"]
        for link in page.links:
            if link.kind == "undefined":
                guess = nearest(link.label, known)
                name = " ".join(link.label.split())
                yield Diagnostic(link.location, f"`[{name}]` is not defined on this page", f"did you mean `[{guess}]`?" if guess else f"add `[{name}]: ...`")


def reference_duplicate(site: Site) -> Iterator[Diagnostic]:
    """A label is defined once: of two definitions the second has no effect.

    Bad:  `[raft]: a.pdf` and, further down, `[Raft]: b.pdf`
    Good: two labels
    """
    for page in sources(site):
        first = _definitions(page)
        for link in page.links:
            if link.kind == "definition" and link.text == AGAIN:
                there = first.get(normal(link.label))
                where = f" at {there.location}" if there else ""
                yield Diagnostic(link.location, f"`[{link.label}]` is defined already{where}", "remove one of the two, or give it another label")


def reference_unused(site: Site) -> Iterator[Diagnostic]:
    """A definition is used on its page.

    Bad:  `[raft]: https://raft.github.io` and no `[...][raft]`
    Good: no such line
    """
    for page in sources(site):
        used = {normal(link.label) for link in page.links if link.kind == "reference"}
        for label, link in _definitions(page).items():
            # `[//]: # (text)` and `[comment]: <> (text)` are comments.
            if label not in used and link.target not in ("#", "<>", "") and not label.startswith("//"):
                yield Diagnostic(link.location, f"no link uses `[{link.label}]`", "remove the line, or use it")
