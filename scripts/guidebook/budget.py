"""What a page may weigh: the budgets stand here and nowhere else, and are enforced on the built site.

Weighed is what the HTML names, compressed as servers do it, drawings apart. What scripts fetch later is not seen here;
a browser test counts requests.
"""

from __future__ import annotations

import gzip
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guidebook.model import Diagnostic, Location, Site
from guidebook.trace import page_path

KIB = 1024
PAGE = 75 * KIB  # HTML, style and script of a page; of 60, a guide's words alone are 28
REFERENCE = {"docs/Glossary.md": 110 * KIB}  # pages that are looked up, not read: every term at once
DRAWINGS = 32 * KIB  # what all drawings of a page add
STYLE = 8 * KIB
SCRIPT = 12 * KIB
FILES = 8  # style sheets and scripts that a page names
REQUESTS = 10  # of a first visit, with what scripts fetch; counted in a browser

_DRAWING = re.compile(r'<svg xmlns="http://www\.w3\.org/2000/svg" id="dg-.*?</svg>', re.DOTALL)
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPT = re.compile(r'<script\b[^>]*\bsrc="([^"]+)"')
_IMAGE = re.compile(r"<img\b[^>]*>")
_SIZE = (re.compile(r'\bwidth="?\d'), re.compile(r'\bheight="?\d'))


@dataclass(frozen=True, slots=True)
class Weight:
    """Compressed bytes of one page, and how many style sheets and scripts it names."""

    html: int
    drawings: int
    style: int
    script: int
    files: int

    @property
    def page(self) -> int:
        return self.html + self.style + self.script


Measure = Callable[[str], tuple[int, int]]


def compressed(html: str) -> tuple[int, int]:
    """Compressed bytes of a page without its drawings, and what the drawings add."""
    bare = _size(_DRAWING.sub("", html).encode())
    return bare, _size(html.encode()) - bare


def weigh(out: Path, path: str, measure: Measure = compressed) -> Weight:
    """The page `path` of the site in `out`. `measure`: `compressed`, or what remembers pages."""
    html = (out / path).read_text(encoding="utf-8")
    styles, scripts = ([_place(path, address) for address in pattern.findall(html)] for pattern in (_STYLE, _SCRIPT))
    return Weight(*measure(html), _sum(out, styles), _sum(out, scripts), len(styles) + len(scripts))


def _place(path: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), address.partition("?")[0]))


def _sum(out: Path, places: list[str]) -> int:
    return sum(_shared_size((out / place).read_bytes()) for place in places if (out / place).is_file())


def _size(data: bytes) -> int:
    return len(gzip.compress(data, 6, mtime=0))


_shared_size = cache(_size)  # of style sheets and scripts, which every page names; pages are measured once, and not to be kept


def judge(site: Site, out: Path, measure: Measure = compressed) -> Iterator[Diagnostic]:
    """A finding for each budget that a page exceeds, and for each picture without its size, which makes text jump."""
    for page in site.pages.values():
        path = page_path(page.path)
        if not (out / path).is_file():
            continue
        weight = weigh(out, path, measure)
        for what, found, limit in (
            ("HTML, style and script", weight.page, REFERENCE.get(page.path, PAGE)),
            ("drawings", weight.drawings, DRAWINGS),
            ("style", weight.style, STYLE),
            ("script", weight.script, SCRIPT),
        ):
            if found > limit:
                message = f"{what} of the page: {found / KIB:.1f} KiB compressed, {limit / KIB:.0f} are allowed"
                yield Diagnostic(Location(page.path), message, "the budgets stand in scripts/guidebook/budget.py", rule="built-too-heavy")
        if weight.files > FILES:
            yield Diagnostic(Location(page.path), f"the page names {weight.files} style sheets and scripts, {FILES} are allowed", rule="built-too-heavy")
        for image in _IMAGE.findall((out / path).read_text(encoding="utf-8")):
            if not all(one.search(image) for one in _SIZE):
                yield Diagnostic(Location(page.path), f"a picture without its size: {image[:80]}", "write `{ width=640 height=400 }` behind it", rule="built-unsized-image")
