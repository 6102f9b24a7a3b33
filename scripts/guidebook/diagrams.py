"""Mermaid source → inline SVG, and the fence formatter that puts it on the page. No browser, no JavaScript."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from guidebook import palette
from guidebook.slim import slim

FAMILIES = (
    "flowchart",
    "sequenceDiagram",
    "stateDiagram-v2",
    "classDiagram",
    "erDiagram",
    "gantt",
    "quadrantChart",
    "block-beta",
    "packet-beta",
)
NOTE = "The drawing needs the package merman, which has no wheel for this platform; its Mermaid source:"
PHONE = 340  # CSS pixels that a drawing has on a phone of 390
LEAST_SCALE = 0.75  # text of 16 px stays at 12 px or more; what then does not fit scrolls

_DESCRIPTION = re.compile(r"^[ \t]*(?:%%[ \t]*)?acc(Title|Descr)[ \t]*(?::[ \t]*(.*)|\{([^}]*)\})[ \t]*$", re.MULTILINE)
_VIEW_BOX = re.compile(r'viewBox="([^"]+)"')
_ROOT = re.compile(r"<svg [^>]*>(?:<title .*?</title>)?(?:<desc .*?</desc>)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished SVG element; width and height in CSS pixels at full size."""

    svg: str
    title: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a source cannot be drawn; line and column count from one within it."""

    message: str
    line: int = 1
    column: int = 1


def family(source: str) -> str:
    """The first word that is not in a comment: the kind of diagram."""
    lines = (line.strip() for line in source.splitlines())
    return next((line.split()[0] for line in lines if line and not line.startswith("%%")), "")


def description(source: str) -> tuple[str, str]:
    """What `accTitle` and `accDescr` say; in a `%%` comment as well, since Mermaid's block-beta knows neither."""
    found = {kind: " ".join((line or block).split()) for kind, line, block in _DESCRIPTION.findall(source)}
    return found.get("Title", ""), found.get("Descr", "")


@lru_cache(maxsize=2048)
def draw(source: str, name: str) -> Drawing | Fault:
    """The drawing, its ids all starting with `name`. The same bytes for the same source, on every platform."""
    from guidebook import engine  # heavy; where nothing changed, nothing is drawn

    if not engine.available():
        return Fault(NOTE)
    # Renderer and Mermaid differ in what a description may contain, so only the drawing goes through the renderer.
    bare = _DESCRIPTION.sub(lambda match: "\n" * match.group().count("\n"), source)
    try:
        svg = engine.render(bare, name)
    except ValueError:
        message, offset = engine.error(bare)
        before = bare.encode()[:offset].decode("utf-8", "ignore")
        return Fault(message, before.count("\n") + 1, len(before) - before.rfind("\n"))
    return _finish(slim(palette.follow(svg), name), name, *description(source))


def _finish(svg: str, name: str, title: str, text: str) -> Drawing:
    left, top, width, height = (float(number) for number in _VIEW_BOX.search(svg)[1].split())
    names = f'<title id="{name}-title">{html.escape(title)}</title><desc id="{name}-desc">{html.escape(text)}</desc>'
    least = f' style="min-width:{width * LEAST_SCALE:.0f}px"' if width > PHONE else ""
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{name}" class="{_classes(svg)}" role="img" aria-labelledby="{name}-title {name}-desc"'
        f' viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:.0f}" height="{height:.0f}"{least}>'
    )
    return Drawing(_ROOT.sub(lambda _: root + names, svg, count=1), title, width, height)


def _classes(svg: str) -> str:
    found = re.search(r'<svg [^>]*?class="([^"]*)"', svg.split(">", 1)[0] + ">")
    return found[1] if found else ""


def name_of(source: str) -> str:
    """The id of a drawing, where it stands on a page for the first time; a check draws under the same one, so that it is drawn once."""
    return f"dg-{hashlib.sha256(source.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def fence(source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **_: Any) -> str:
    """The formatter for `mermaid` fences that mkdocs.yml names; a caption is added by `guidebook.parts`."""
    name = name_of(source)
    seen: Counter[str] = md.__dict__.setdefault("guidebook_diagrams", Counter())  # one Markdown object a page
    seen[name] += 1
    name += f"-{seen[name]}" if seen[name] > 1 else ""
    drawn = draw(source, name)
    if isinstance(drawn, Fault):
        return f'<div class="diagram-source"><p>{html.escape(drawn.message)}</p><pre><code>{html.escape(source)}</code></pre></div>'
    scrolls = drawn.width * LEAST_SCALE > PHONE
    focus = f' tabindex="0" role="group" aria-label="{html.escape(drawn.title)}, scrolls sideways"' if scrolls else ""
    return f'<div class="diagram-scroll" data-search-exclude{focus}>{drawn.svg}</div>'
