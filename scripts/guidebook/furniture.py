"""What stands around a guide's text: how long it takes, what to read before, when it was reviewed, who links to it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from guidebook import statistics
from guidebook.model import INDEX, Guide, Page, Site
from guidebook.resolve import links_to

PACE = 220  # words of prose a minute
LAB_MINUTES = 15  # to run a lab once and predict what a change does
CARD_MINUTES = 1  # a quiz card with its reasons
_SECTION = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)
_HEADER_LINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_NO_CONTEXT = "Related guides"  # a section that says nothing about why it links here
_LISTS = {INDEX, "docs/Glossary.md"}  # they link to everything


@dataclass(frozen=True, slots=True)
class Place:
    """Something to link to: a page's path below docs/ (as MkDocs names it), the text, and an anchor."""

    path: str
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """A page that links here, and its sections that do."""

    page: Place
    sections: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """About one page. `section` counts from one; zero is a page that is no guide, of which only path, title and `linked_from` are known."""

    path: str
    title: str
    order: int = 0  # its place in the index
    section: int = 0
    section_name: str = ""
    minutes: int = 0
    labs: int = 0
    cards: int = 0
    prerequisites: tuple[Place, ...] = ()
    reviewed: str = ""
    covers: tuple[str, ...] = ()
    linked_from: tuple[Back, ...] = ()

    @property
    def name(self) -> str:
        """`GitOps` for `GitOps.md`."""
        return self.path.removesuffix(".md")

    @property
    def lab_minutes(self) -> int:
        return self.labs * LAB_MINUTES

    @property
    def card_minutes(self) -> int:
        return self.cards * CARD_MINUTES

    @property
    def all_minutes(self) -> int:
        return self.minutes + self.lab_minutes + self.card_minutes


def facts(site: Site) -> dict[str, Facts]:
    """Path below docs/ → what is known about the page, for every page but the index."""
    guides = {f"docs/{guide.name}.md": (at, guide) for at, guide in enumerate(site.guides)}
    sections = list(dict.fromkeys(guide.section for guide in site.guides))
    return {_source(path): _of(site, page, guides.get(path), sections) for path, page in site.pages.items() if path != INDEX}


def _of(site: Site, page: Page, listed: tuple[int, Guide] | None, sections: list[str]) -> Facts:
    back = tuple(_linked_from(site, page))
    if listed is None:
        return Facts(_source(page.path), page.title, linked_from=back)
    order, guide = listed
    values = page.front_matter.values
    before = (site.page(str(name)) for name in _list(values.get("prerequisites")))
    return Facts(
        _source(page.path),
        page.title,
        order,
        sections.index(guide.section) + 1,
        guide.section,
        math.ceil(statistics.words(page) / PACE),
        len({fence.title.partition("#")[0] for fence in page.fences if fence.title.startswith("labs/") and ".py" in fence.title}),
        sum(fence.language == "quiz" for fence in page.fences),
        tuple(Place(_source(one.path), one.title) for one in before if one),
        str(values.get("reviewed") or ""),
        tuple(str(one) for one in _list(values.get("covers"))),
        back,
    )


def _linked_from(site: Site, page: Page) -> Iterator[Back]:
    """The pages that link here in the order of the index, then the others; each section once."""
    found: dict[str, dict[str, Place]] = {}
    for path, link in links_to(site).get(page.path, ()):
        heading = next((one for one in site.pages[path].headings if one.anchor == link.section), None)
        sections = found.setdefault(path, {}) if path not in _LISTS else {}
        if heading and heading.level > 1 and heading.text != _NO_CONTEXT:
            sections[heading.anchor] = Place(_source(path), heading.text, heading.anchor)
    order = {f"docs/{guide.name}.md": at for at, guide in enumerate(site.guides)}
    for path in sorted(found, key=lambda path: (order.get(path, len(order)), path)):
        yield Back(Place(_source(path), site.pages[path].title), tuple(found[path].values()))


def with_marks(html: str) -> str:
    """A guide's HTML with a box to tick at the end of each second-level section; a script shows and keeps them."""
    starts = list(_SECTION.finditer(html))
    for at in range(len(starts) - 1, 0, -1):
        html = html[: starts[at].start()] + _mark(starts[at - 1]) + html[starts[at].start() :]
    return html + _mark(starts[-1]) if starts else html


def _mark(section: re.Match[str]) -> str:
    name = _TAG.sub("", _HEADER_LINK.sub("", section[2])).strip()
    box = f'<input type="checkbox" autocomplete="off" data-section-read="{section[1]}" aria-label="Section read: {name}">'
    return f'<p class="section-mark"><label>{box} Section read</label></p>\n'


def edit_address(repository: str, path: str) -> str:
    """Where a page below docs/ is edited; nothing without a repository (`https://github.com/owner/name`)."""
    return f"{repository.rstrip('/')}/edit/main/docs/{path}" if repository else ""


def report_address(repository: str, path: str, title: str) -> str:
    """The form for a new issue, filled in with the page; nothing without a repository."""
    body = f"Page: docs/{path}\nSection: \n\nWhat is wrong, and what would be right? A source helps.\n"
    return f"{repository.rstrip('/')}/issues/new?{urlencode({'title': f'{title}: ', 'body': body})}" if repository else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _source(path: str) -> str:
    return path.removeprefix("docs/")
