"""What the site adds to Python-Markdown: quizzes, captions, tables that scroll, tooltips; and no comments in the output."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Sequence

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE

from guidebook import quiz
from guidebook.comments import without_comments
from guidebook.model import Card, Page, Term
from guidebook.tooltips import Tooltips


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


class Parts(Extension):
    """For one page: `path` is relative to docs/, as MkDocs names it; no terms, no tooltips. `words` takes those in which a term was looked for."""

    def __init__(self, path: str = "", terms: Sequence[Term] = (), words: set[str] | None = None) -> None:
        super().__init__()
        self.path, self.terms, self.words = path, terms, words

    def extendMarkdown(self, md: Markdown) -> None:
        # After `toc` (5) has given ids to headings, before MkDocs (0) rewrites addresses.
        md.treeprocessors.register(Captions(md), "guidebook-captions", 4.8)
        md.treeprocessors.register(Tables(md), "guidebook-tables", 4.6)
        if self.terms:
            md.treeprocessors.register(Tooltips(md, self.path, self.terms, self.words), "guidebook-tooltips", 4.4)


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
    """Each table scrolls in a box of its own, which a keyboard reaches: any table may be wider than a phone."""

    def run(self, root: etree.Element) -> None:
        for parent in list(root.iter()):
            for at, table in enumerate(list(parent)):
                if table.tag == "table" and not table.get("class"):
                    parent[at] = self._box(table)

    def _box(self, table: etree.Element) -> etree.Element:
        head = table.find("thead")
        if head is not None and not "".join(head.itertext()).strip():
            table.remove(head)  # Markdown asks for a head even where there is nothing to say
        for cell in table.iter("th"):
            if not len(cell) and not (cell.text or "").strip():
                cell.tag = "td"  # a corner without words is no heading
        heads = ["".join(cell.itertext()).strip() for cell in table.iter("th")]
        label = ", ".join(filter(None, heads))
        box = etree.Element("div", {"class": "table-scroll", "tabindex": "0", "role": "group", "aria-label": f"Table: {label}" if label else "Table"})
        box.tail, table.tail = table.tail, None
        table.set("class", "data")
        box.append(table)
        return box
