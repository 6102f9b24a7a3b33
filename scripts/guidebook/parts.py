"""What the site adds to Python-Markdown: quizzes, captions, tables that scroll, tooltips; and no comments in the output."""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence

import pyromark
from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from guidebook import glossary, quiz
from guidebook.model import Card, Page, Term
from guidebook.parse import SYNTAX

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_NO_TOOLTIPS = _HEADINGS | {"a", "code", "pre", "th", "figure", "fieldset", "summary", "svg", "script", "style", "button", "label"}


def prepare(page: Page) -> str:
    """The page's Markdown as it goes into Python-Markdown: quizzes as HTML, comments (and the formulas in them) gone."""
    return without_comments(with_quizzes(page))


def with_quizzes(page: Page) -> str:
    """Each well-formed quiz fence replaced by its form; a malformed one stays as it is, and a check says why."""
    parsed = [(fence, quiz.parse_card(fence)) for fence in page.fences if fence.language == "quiz"]
    cards = [(fence, card) for fence, card in parsed if isinstance(card, Card)]
    names = quiz.ids(card for _, card in cards)
    lines = page.text.split("\n")
    for (fence, card), name in reversed(list(zip(cards, names, strict=True))):
        form = quiz.render(card, name).split("\n")
        lines[fence.location.line - 1 : fence.last_line] = [fence.indent + line if line else "" for line in ["", *form, ""]]
    return "\n".join(lines)


def without_comments(text: str) -> str:
    """The text without HTML comments; comments that are shown as code stay."""
    if "<!--" not in text:
        return text
    data = text.encode("utf-8", "surrogatepass")
    ranges = {(where["start"], where["end"]) for event, where in pyromark.events_with_range(text, options=SYNTAX) if _is_html(event)}
    for start, end in sorted(ranges, reverse=True):
        piece = data[start:end].decode("utf-8", "surrogatepass")
        data = data[:start] + _COMMENT.sub("", piece).encode("utf-8", "surrogatepass") + data[end:]
    return data.decode("utf-8", "surrogatepass")


def _is_html(event: object) -> bool:
    return isinstance(event, dict) and ("InlineHtml" in event or event.get("Start") == "HtmlBlock")


class Parts(Extension):
    """For one page: `path` is relative to docs/, as MkDocs names it; no terms, no tooltips."""

    def __init__(self, path: str = "", terms: Sequence[Term] = ()) -> None:
        super().__init__()
        self.path, self.terms = path, terms

    def extendMarkdown(self, md: Markdown) -> None:
        # After `toc` (5) has given ids to headings, before MkDocs (0) rewrites addresses.
        md.treeprocessors.register(Captions(md), "guidebook-captions", 4.8)
        md.treeprocessors.register(Tables(md), "guidebook-tables", 4.6)
        if self.terms:
            md.treeprocessors.register(Tooltips(md, self.path, self.terms), "guidebook-tooltips", 4.4)


class Captions(Treeprocessor):
    """A drawing and the emphasised `Figure: ...` paragraph behind it become one figure."""

    def run(self, root: etree.Element) -> None:
        for parent in list(root.iter()):
            for at in reversed(range(len(parent))):
                if self._is_drawing(parent[at]):
                    self._wrap(parent, at)

    def _is_drawing(self, element: etree.Element) -> bool:
        match = HTML_PLACEHOLDER_RE.fullmatch(element.text or "") if element.tag == "p" and not len(element) else None
        html = self.md.htmlStash.rawHtmlBlocks[int(match[1])] if match else ""
        return isinstance(html, str) and html.startswith('<div class="diagram-')

    def _wrap(self, parent: etree.Element, at: int) -> None:
        figure = etree.Element("figure", {"class": "diagram"})
        figure.tail, parent[at].tail = parent[at].tail, None
        figure.append(parent[at])
        parent[at] = figure
        caption = parent[at + 1] if at + 1 < len(parent) else None
        if caption is not None and _is_caption(caption):
            parent.remove(caption)
            words = caption[0]
            words.tag, words.tail = "figcaption", None
            figure.append(words)


def _is_caption(element: etree.Element) -> bool:
    if element.tag != "p" or len(element) != 1 or (element.text or "").strip() or element[0].tag != "em":
        return False
    return (element[0].text or "").startswith("Figure:") and not (element[0].tail or "").strip()


class Tables(Treeprocessor):
    """Each table scrolls in a box of its own, which a keyboard reaches if the table may be wider than a phone."""

    def run(self, root: etree.Element) -> None:
        for parent in list(root.iter()):
            for at, table in enumerate(list(parent)):
                if table.tag == "table" and not table.get("class"):
                    parent[at] = self._box(table)

    def _box(self, table: etree.Element) -> etree.Element:
        heads = ["".join(cell.itertext()).strip() for cell in table.iter("th")]
        box = etree.Element("div", {"class": "table-scroll"})
        if len(heads) > 2:
            box.attrib.update({"tabindex": "0", "role": "group", "aria-label": "Table: " + ", ".join(filter(None, heads))})
        box.tail, table.tail = table.tail, None
        table.set("class", "data")
        box.append(table)
        return box


class Tooltips(Treeprocessor):
    """The first use of a term in each section (h2, h3) becomes a link to its entry, with the definition as title."""

    def __init__(self, md: Markdown, path: str, terms: Sequence[Term]) -> None:
        super().__init__(md)
        self.path = path
        self.glossary = posixpath.relpath("Glossary.md", posixpath.dirname(path) or ".")
        self.spellings = glossary.spellings(terms)
        self.seen: set[str] = set()

    def run(self, root: etree.Element) -> None:
        self._walk(root)

    def _walk(self, element: etree.Element) -> None:
        if element.tag in ("h2", "h3"):
            self.seen = {term.anchor for term in self._explained_in(element.get("id", ""))}
        if not isinstance(element.tag, str) or element.tag in _NO_TOOLTIPS:
            return
        pieces = self._marked(element.text)
        if pieces:
            element.text = pieces[0]
        for child in list(element):
            self._walk(child)
            if tail := self._marked(child.tail):
                child.tail = tail[0]
                _insert(element, child, tail[1:])
        _insert(element, None, pieces[1:])

    def _explained_in(self, section: str) -> list[Term]:
        """The terms that need no tooltip here, since this very section explains them."""
        here = f"{self.path}#{section}"
        return [term for found in self.spellings.by_first_word.values() for _, term in found if term.link and term.link.target == here]

    def _marked(self, text: str | None) -> list[str | etree.Element]:
        """The text up to the first link, then links (each with the text behind it as tail); empty if there is none."""
        links: list[etree.Element] = []
        first, after = "", 0
        for start, end, term in self.spellings.uses(text or ""):
            if term.anchor in self.seen:
                continue
            self.seen.add(term.anchor)
            link = etree.Element("a", {"class": "term", "href": f"{self.glossary}#{term.anchor}", "title": glossary.plain(term.definition)})
            link.text = text[start:end]
            if links:
                links[-1].tail = text[after:start]
            else:
                first = text[:start]
            links.append(link)
            after = end
        if not links:
            return []
        links[-1].tail = text[after:]
        return [first, *links]


def _insert(parent: etree.Element, after: etree.Element | None, links: Sequence[str | etree.Element]) -> None:
    at = 0 if after is None else list(parent).index(after) + 1
    for offset, link in enumerate(links):
        parent.insert(at + offset, link)
