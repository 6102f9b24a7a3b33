"""What follows from the HTML of one finished page alone, worked out once: where the page is rendered, on all cores."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from guidebook import budget, policy
from guidebook.rendered import Address, Rendered, read_html
from guidebook.rendering import stamp
from guidebook.rendering.store import Store, digest
from guidebook.search import Book, Counted, Passage, Vocabulary, counted, passages


def finished(html: str) -> tuple[dict[str, Any], bytes]:
    """The page with its policy as it is shipped, after the hashes of its scripts, a name for its content, and whether it says anything."""
    scripts, _ = policy.inline(html)
    return {"scripts": scripts, "digest": digest(html), "shown": html.strip() != ""}, policy.with_policy(html).encode("utf-8", "xmlcharrefreplace")


@dataclass(frozen=True, slots=True)
class Readings:
    """What the judges and the search read in a page, by its content: remembered, or read now."""

    store: Store

    def rendered(self, path: str, html: str) -> Rendered:
        """`rendered.read_html`."""
        addresses, ids, repeated, _ = self._entry(html)[0]
        return Rendered(path, tuple(Address(*one) for one in addresses), frozenset(ids), tuple((name, times) for name, times in repeated))

    def compressed(self, html: str) -> tuple[int, int]:
        """`budget.compressed`."""
        bare, drawings = self._entry(html)[0][3]
        return bare, drawings

    def passages(self, html: str) -> list[Passage]:
        """`search.passages.passages`."""
        return [Passage(*one) for one in json.loads(self._entry(html)[1])]

    def counted(self, html: str, book: Book, vocabulary: Vocabulary) -> Counted:
        """`search.counted` of this page."""
        name = digest("counted", stamp.tools(), html, book.title, vocabulary)
        known: Counted | None = self.store.get(name)
        if known is None:
            known = counted(replace(book, passages=self.passages(html)), vocabulary)
            self.store.put(name, known)
        return known

    def _entry(self, html: str) -> tuple[list[Any], bytes]:
        name = digest("read", stamp.tools(), html)
        return self.store.entry(name) or self._read(name, html)

    def _read(self, name: str, html: str) -> tuple[list[Any], bytes]:
        found = read_html("", html)
        value = [found.addresses, sorted(found.ids), found.repeated, budget.compressed(html)]
        body = json.dumps([_plain(one) for one in passages(html)], ensure_ascii=False).encode("utf-8", "surrogatepass")
        self.store.put(name, value, body)
        return value, body


def _plain(one: Passage) -> tuple[str, int, str, str, str, str]:
    return one.anchor, one.level, one.heading, one.above, one.prose, one.code
