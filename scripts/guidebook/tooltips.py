"""Glossary terms in a page → links to their entries, with the definition as tooltip."""

from __future__ import annotations

import posixpath
import xml.etree.ElementTree as etree
from collections import defaultdict
from collections.abc import Sequence

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from guidebook import glossary
from guidebook.model import Term

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_NEVER_IN = _HEADINGS | {"a", "code", "pre", "kbd", "th", "figure", "fieldset", "summary", "label", "svg", "script", "style", "button"}


class Tooltips(Treeprocessor):
    """The first use of a term in each section (h2, h3) becomes a link to its entry; the first on the page has the definition as title.

    A script shows it at the others: definitions were a tenth of a page's weight.
    """

    def __init__(self, md: Markdown, path: str, terms: Sequence[Term], words: set[str] | None = None) -> None:
        super().__init__(md)
        self.spellings = glossary.spellings(terms)
        self.words = set() if words is None else words
        self.glossary = posixpath.relpath("Glossary.md", posixpath.dirname(path) or ".")
        # A section that explains a term needs no tooltip for it.
        self.explained: defaultdict[str, set[str]] = defaultdict(set)
        for term in terms:
            if term.link:
                self.explained[term.link.target].add(term.anchor)
        self.path = path
        self.defined: set[str] = set()

    def run(self, root: etree.Element) -> None:
        self.defined.clear()
        self._walk(root, set())

    def _walk(self, element: etree.Element, seen: set[str]) -> None:
        """Mark the text below `element`; `seen` holds the anchors of the section's terms so far."""
        if element.tag in ("h2", "h3"):
            seen.clear()
            seen.update(self.explained.get(f"{self.path}#{element.get('id', '')}", ()))
        if not isinstance(element.tag, str) or element.tag in _NEVER_IN:
            return
        element.text, links = self._marked(element.text, seen)
        children = list(element)
        for at, link in enumerate(links):
            element.insert(at, link)
        for child in children:
            self._walk(child, seen)
            child.tail, links = self._marked(child.tail, seen)
            after = list(element).index(child) + 1
            for at, link in enumerate(links, after):
                element.insert(at, link)

    def _marked(self, text: str | None, seen: set[str]) -> tuple[str | None, list[etree.Element]]:
        """The text up to the first link, and the links, each with the text behind it as its tail."""
        links: list[etree.Element] = []
        if not text or text.isspace():
            return text, links
        ends: list[tuple[int, int]] = []
        self.words.update(glossary.words(text))
        for start, end, term in self.spellings.uses(text):
            if term.anchor not in seen:
                seen.add(term.anchor)
                links.append(self._link(text[start:end], term))
                ends.append((start, end))
        starts = [start for start, _ in ends[1:]]
        for link, (_, end), following in zip(links, ends, [*starts, None], strict=False):
            link.tail = text[end:following]
        return (text[: ends[0][0]] if ends else text), links

    def _link(self, text: str, term: Term) -> etree.Element:
        link = etree.Element("a", {"class": "term", "href": f"{self.glossary}#{term.anchor}"})
        if term.anchor not in self.defined:
            self.defined.add(term.anchor)
            link.set("title", glossary.plain(term.definition))
        link.text = text
        return link
