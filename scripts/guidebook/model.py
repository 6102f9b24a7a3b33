"""What the book is made of. Everything here is frozen; other modules are functions over it.

Paths are relative to the root, with forward slashes (`docs/GitOps.md`).
Lines and columns count from one; columns count characters, not bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

INDEX = "docs/README.md"  # lists the guides in reading order


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a source file that an author can open."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the characters `start` to `end` (offsets into the file's text) by `text`."""

    path: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """A finding: where, what is wrong, and what to do about it.

    `fix` is there only where exactly one repair is right.
    """

    location: Location
    message: str
    help: str = ""
    fix: Edit | None = None
    rule: str = ""  # filled in by checks.run from the name of the check


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with the id that the site gives it."""

    level: int
    text: str
    anchor: str
    location: Location
    explicit: bool = False  # the author wrote the id as `{#id}`


@dataclass(frozen=True, slots=True)
class Link:
    """One way in which a page points somewhere.

    kind: inline, image, reference, autolink, email, html, attribute-list, definition, undefined, front-matter, config.
    target: the address as the author means it, entities and escapes decoded, percent-encoding kept.
    span: offsets of the address in the file's text, where it stands there literally (for fixes).
    attribute: for HTML, which one (`href`, `src`, `srcset`, ...); for front matter and configuration, the key; otherwise empty.
    """

    kind: str
    target: str
    text: str
    location: Location
    span: tuple[int, int] | None = None
    attribute: str = ""
    tag: str = ""
    label: str = ""  # of a reference, as written
    section: str = ""  # anchor of the nearest heading above


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that a link can point to, other than a heading: an `id` or `name` that the author wrote."""

    id: str
    location: Location


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block. `location` is the opening line; `code_line` is the line of its first code line."""

    language: str
    title: str
    info: str
    code: str
    location: Location
    code_line: int
    last_line: int  # of the fence, its closing line included
    closed: bool = True
    indent: str = ""  # what stands before each code line (list indentation, `> `)
    section: str = ""  # anchor of the nearest heading above


@dataclass(frozen=True, slots=True)
class Number:
    """A calculated number in prose: its text, and the formula in the comment behind it."""

    text: str
    formula: str
    location: Location
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a quiz card, and why it is right or wrong."""

    text: str
    right: bool
    why: str
    location: Location


@dataclass(frozen=True, slots=True)
class Card:
    """A quiz question; flashcard decks are made from it."""

    question: str
    options: tuple[Option, ...]
    location: Location
    section: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry: its name, its other spellings, its definition and the section that explains it."""

    name: str
    aliases: tuple[str, ...]
    definition: str  # Markdown
    anchor: str
    location: Location
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML block at the top of a page, with the place of each key; `error` if it does not parse."""

    values: Mapping[str, Any] = field(default_factory=dict)
    locations: Mapping[str, Location] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    error: Diagnostic | None = None
    last_line: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One Markdown file, as far as anything can be known from its text alone."""

    path: str
    text: str
    front_matter: FrontMatter = FrontMatter()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    fences: tuple[Fence, ...] = ()
    numbers: tuple[Number, ...] = ()
    words: int = 0  # of prose and tables (see `statistics`)
    unreadable: str = ""  # why the text could not be read, if it could not
    unreadable_line: int = 1

    @property
    def name(self) -> str:
        """`GitOps` for `docs/GitOps.md`."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".md")

    @property
    def title(self) -> str:
        """The front matter's title, else the first heading, else the name."""
        title = self.front_matter.values.get("title")
        return str(title) if title else next((heading.text for heading in self.headings), self.name)

    @property
    def ids(self) -> frozenset[str]:
        """Every fragment that the rendered page answers to."""
        return frozenset({heading.anchor for heading in self.headings} | {anchor.id for anchor in self.anchors})


@dataclass(frozen=True, slots=True)
class Guide:
    """A line of the index: a guide that has landed (`link`) or is in preparation (no link)."""

    name: str
    title: str
    description: str
    section: str
    location: Location
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """An address that a rule lets pass, why, and until when. `expires` is as it stands in the file: a date if it is right."""

    address: str  # may hold `*`
    rule: str
    reason: str
    expires: Any
    location: Location


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Everything that checks may ask about: pages, the files beside them, and the orders they stand in."""

    root: Path
    pages: Mapping[str, Page]
    files: frozenset[str] = frozenset()  # every file under docs/, Markdown included
    texts: Mapping[str, str] = field(default_factory=dict)  # of the other text files that checks read
    guides: tuple[Guide, ...] = ()  # in the order of the index
    navigation: tuple[tuple[str, Location], ...] = ()  # the pages that docs/.pages lists
    terms: tuple[Term, ...] = ()
    shop: Mapping[str, Any] = field(default_factory=dict)
    around: Mapping[str, Page] = field(default_factory=dict)  # what points somewhere without being a page: README.md, mkdocs.yml, templates, SVG
    repository: frozenset[str] = frozenset()  # every file of the checkout; links from outside docs/ lead there
    config: Mapping[str, Any] = field(default_factory=dict)  # mkdocs.yml
    allowed: tuple[Allowance, ...] = ()

    def page(self, name: str) -> Page | None:
        """The page `docs/<name>.md`."""
        return self.pages.get(f"docs/{name}.md")
