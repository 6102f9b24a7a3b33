"""Nothing in a page's Markdown runs in the reader's browser: the site's policy would refuse it, and GitHub removes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyromark

from guidebook.found import SYNTAX
from guidebook.html import tags
from guidebook.model import Diagnostic, Location, Page, Site

_HINT = re.compile(r"<(?:script|iframe|object|embed|frame|base|meta|form)\b|\bon\w+\s*=", re.IGNORECASE)
_OPENING = re.compile(r"<[A-Za-z]")  # not of a comment, which is most of what there is
_ACTIVE = {"script", "iframe", "object", "embed", "frame", "base", "meta", "form"}


def html_active(site: Site) -> Iterator[Diagnostic]:
    """HTML in a page holds no script, no frame and no event handler.

    Bad:  `<script src="x.js"></script>`, `<iframe src="talk.html">`, `<img src="a.svg" alt="A" onclick="zoom()">`
    Good: a module in overrides/assets/ that finds its place by a class or a `data-` attribute
    """
    for page in site.pages.values():
        for location, what in _active(page) if _HINT.search(page.text) else ():
            yield Diagnostic(location, f"{what} in a page runs in the reader's browser", "put it into a module in overrides/assets/, or link to it")


def _active(page: Page) -> Iterator[tuple[Location, str]]:
    data = page.text.encode("utf-8", "surrogatepass")
    for event, where in pyromark.events_with_range(page.text, options=SYNTAX):
        raw = (event.get("Html") or event.get("InlineHtml", "")) if type(event) is dict else ""
        if not _OPENING.search(raw):
            continue
        before = data[: where["start"]].decode("utf-8", "surrogatepass")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        for tag in tags(data[where["start"] : where["end"]].decode("utf-8", "surrogatepass")):
            place = Location(page.path, line + tag.line - 1, tag.column + (column if tag.line == 1 else 1))
            if tag.name in _ACTIVE:
                yield place, f"`<{tag.name}>`"
            yield from ((place, f"`{name}=`") for name in tag.attributes if name.startswith("on"))
