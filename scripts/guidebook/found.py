"""What the pieces of a page hold, before it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyromark

from guidebook.model import Anchor, Fence, Link, Location, Number

SYNTAX = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES | pyromark.Options.ENABLE_DEFINITION_LIST | pyromark.Options.ENABLE_STRIKETHROUGH
RawHeading = tuple[int, str, str, Location]  # level, text, explicit id, place


@dataclass
class Undefined:
    """A reference whose label this piece does not define; another piece of the page may."""

    label: str
    text: str
    location: Location
    shortcut: bool


@dataclass
class Found:
    """What the pieces of a page hold."""

    headings: list[RawHeading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    undefined: list[Undefined] = field(default_factory=list)
    footnotes: list[tuple[str, Location]] = field(default_factory=list)  # used, not known to the piece they stand in
    notes: set[str] = field(default_factory=set)  # labels of footnotes that are there
