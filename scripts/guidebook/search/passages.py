"""A rendered page → its sections as readers see them: heading, prose, code."""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_UNSEEN = {"svg", "script", "style", "template", "button", "-comment"}
_INLINE = {"a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup"}
_EMPTY = {"area", "base", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_TEXT = "-text"  # what lexbor calls a text


@dataclass(slots=True)
class Passage:
    """A section: its address within the page (empty for the top), its heading with the one above it, its prose and its code."""

    anchor: str
    level: int
    heading: str = ""
    above: str = ""
    prose: str = ""
    code: str = ""
    pieces: list[str] = field(default_factory=list, repr=False)
    programs: list[str] = field(default_factory=list, repr=False)


def passages(html: str) -> list[Passage]:
    """The sections of the page's article, in order; drawings, permalinks and what is hidden from the search are left out."""
    found: list[Passage] = []
    for article in LexborHTMLParser(html).css("article"):
        _read(article, found, False, False)
    above: dict[int, str] = {}
    for passage in found:
        passage.heading = _line(passage.heading)
        passage.prose, passage.code = _line("".join(passage.pieces)), _line("".join(passage.programs))
        above = {level: heading for level, heading in above.items() if level < passage.level}
        passage.above = above.get(2, "")
        above[passage.level] = passage.heading
    return found


def _line(text: str) -> str:
    return " ".join(text.split())


def _read(node: LexborNode, found: list[Passage], heading: bool, code: bool) -> None:
    """Add what stands below the node to the last passage, or begin new ones."""
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == _TEXT:
            _add(found, child.text_content or "", heading, code)
        elif tag not in _UNSEEN and not _hidden(child.attributes):
            level = _HEADINGS.get(tag)
            begins = level is not None and (anchor := child.attributes.get("id"))
            if begins:
                found.append(Passage("" if level == 1 else anchor or "", level or 0))
            space = "" if begins or tag in _INLINE or tag in _EMPTY else "\n" if tag == "pre" else " "
            _add(found, space, heading, code)
            _read(child, found, heading or bool(begins), code or tag == "pre")
            _add(found, space, heading, code or tag == "pre")
        child = child.next


def _hidden(attributes: dict[str, str | None]) -> bool:
    return "data-search-exclude" in attributes or attributes.get("class") in ("headerlink", "filename")


def _add(found: list[Passage], text: str, heading: bool, code: bool) -> None:
    if found and text:
        if heading:
            found[-1].heading += text
        else:
            (found[-1].programs if code else found[-1].pieces).append(text)
