"""Diagrams: drawn, described, captioned, of a family that comes out well, and narrow enough for a phone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from guidebook.diagrams import FAMILIES, Drawing, Fault, description, draw, family, name_of
from guidebook.model import Diagnostic, Fence, Location, Page, Site

WIDEST = 1000  # CSS pixels of the drawing at full size
_CAPTION = re.compile(r"([*_])Figure: \S.*\1", re.DOTALL)
_NOT_TEXT = re.compile(r"\s*(?:%%|acc(?:Title|Descr)\b)")
_COLOURS = re.compile(r"\s*(?:(style|classDef|linkStyle)\b|(%%\{)|(rect)\s+(?:rgb|#|[a-z]+\b))|.*(:::)", re.IGNORECASE)


def diagram_broken(site: Site) -> Iterator[Diagnostic]:
    """A diagram can be drawn, on this site and on GitHub.

    Bad:  A --> B[open
    Good: A --> B[closed]
    """
    fences = list(_allowed(site))
    if fences and not _drawable():
        if os.environ.get("CI"):
            where = "run CI on Linux x86-64, macOS arm64 or Windows x64"
            yield Diagnostic(fences[0].location, "diagrams cannot be drawn here: merman has no wheel for this platform", where)
        return
    for fence in fences:
        drawn = draw(fence.code, name_of(fence.code))
        if isinstance(drawn, Fault):
            yield Diagnostic(_place(fence, drawn.line, drawn.column), f"this diagram cannot be drawn: {drawn.message}", "try it on https://mermaid.live")
        for line, text in enumerate(fence.code.splitlines(), 1):
            if family(fence.code) == "block-beta" and (match := re.match(r"\s*(acc(?:Title|Descr))\b", text)):
                message = f"Mermaid's block-beta does not know `{match[1]}`, so GitHub shows an error"
                yield Diagnostic(_place(fence, line), message, f"write it as a comment: `%% {text.strip()}`")


def diagram_no_description(site: Site) -> Iterator[Diagnostic]:
    """A diagram tells readers who cannot see it what it shows.

    Bad:  flowchart TD, and at once A --> B
    Good: flowchart TD, then `accTitle: ...` and `accDescr: ...`
    """
    for fence in _all(site):
        title, text = description(fence.code)
        missing = [f"`{name}:`" for name, value in (("accTitle", title), ("accDescr", text)) if not value]
        if missing:
            yield Diagnostic(fence.location, f"the diagram has no {' and no '.join(missing)}", "add a title, and a sentence that says what the drawing shows")


def diagram_no_caption(site: Site) -> Iterator[Diagnostic]:
    """The paragraph after a diagram is its caption.

    Bad:  the fence, then the next paragraph
    Good: the fence, then `*Figure: what to see in it.*`
    """
    for page in site.pages.values():
        for fence in _diagrams(page):
            if not _CAPTION.fullmatch(_next_paragraph(page, fence)):
                place = Location(page.path, fence.last_line, fence.location.column)
                yield Diagnostic(place, "no caption follows this diagram", "add a paragraph of its own: `*Figure: what to see in it.*`")


def diagram_family(site: Site) -> Iterator[Diagnostic]:
    """A diagram is of a family that is readable in both palettes and on a phone.

    Bad:  mindmap
    Good: flowchart TD
    """
    for fence in _all(site):
        kind = family(fence.code)
        if kind not in FAMILIES:
            yield Diagnostic(_place(fence, _line_of(fence, kind)), f"`{kind}` is not one of the families that we draw", "use " + ", ".join(FAMILIES))


def diagram_too_wide(site: Site) -> Iterator[Diagnostic]:
    """A drawing is at most 1,000 pixels wide, so that its text stays readable on a phone.

    Bad:  flowchart LR with twelve boxes in a row
    Good: flowchart TD
    """
    for fence in _allowed(site):
        drawn = draw(fence.code, name_of(fence.code)) if _drawable() else None
        if isinstance(drawn, Drawing) and drawn.width > WIDEST:
            yield Diagnostic(
                fence.location,
                f"the drawing is {drawn.width:,.0f} pixels wide, more than {WIDEST:,}",
                "draw it top-down (`flowchart TD`, `direction TB`), shorten or break long labels with `<br>`, or split it in two",
            )


def diagram_comment_sign(site: Site) -> Iterator[Diagnostic]:
    """The texts of a sequence have no `#` and no `;`: the one starts a comment or an entity, the other ends the statement.

    Bad:  C->>L: SET order #7; wait
    Good: C->>L: SET order 7, wait
    """
    for fence in _all(site):
        if family(fence.code) != "sequenceDiagram":
            continue
        for line, text in enumerate(fence.code.splitlines(), 1):
            sign = None if _NOT_TEXT.match(text) else re.search(r"[#;]", text)
            if sign:
                place = _place(fence, line, sign.start() + 1)
                yield Diagnostic(place, f"`{sign.group()}` cuts the text of a sequence off", "write `no.` for a number sign, a comma for a semicolon")


def diagram_own_colours(site: Site) -> Iterator[Diagnostic]:
    """A diagram has no colours of its own: the palette is the site's, light and dark.

    Bad:  style A fill:#f00
    Good: a word in the label, a dotted edge, a subgraph
    """
    for fence in _all(site):
        for line, text in enumerate(fence.code.splitlines(), 1):
            if match := _COLOURS.match(text):
                word = next(group for group in match.groups() if group)
                place = _place(fence, line, text.index(word) + 1)
                yield Diagnostic(place, f"`{word}` gives the diagram colours of its own", "say it in words or by shape; the colours are the site's")


def _drawable() -> bool:
    from guidebook import engine  # heavy; where nothing changed, nothing is drawn

    return engine.available()


def _all(site: Site) -> Iterator[Fence]:
    return (fence for page in site.pages.values() for fence in _diagrams(page))


def _allowed(site: Site) -> Iterator[Fence]:
    return (fence for fence in _all(site) if family(fence.code) in FAMILIES)


def _diagrams(page: Page) -> Iterator[Fence]:
    return (fence for fence in page.fences if fence.language == "mermaid")


def _place(fence: Fence, line: int, column: int = 1) -> Location:
    """The place in the page of a line and column (both from one) of the fence's code."""
    return Location(fence.location.path, fence.code_line + line - 1, len(fence.indent) + column)


def _line_of(fence: Fence, word: str) -> int:
    lines = fence.code.splitlines()
    return next((number for number, line in enumerate(lines, 1) if word and line.strip().startswith(word)), 1)


def _next_paragraph(page: Page, fence: Fence) -> str:
    lines = [line.removeprefix(fence.indent).rstrip() for line in page.text.split("\n")[fence.last_line :]]
    start = next((at for at, line in enumerate(lines) if line), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at]), len(lines))
    return "\n".join(lines[start:end])
