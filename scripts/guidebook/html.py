"""Raw HTML in Markdown, SVG and templates → the tags in it, what they point to, and the ids that they give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

ADDRESSES = {"href", "src", "poster", "data", "xlink:href", "cite", "action", "formaction", "background", "longdesc", "manifest"}
LISTS = {"srcset", "imagesrcset"}
IDS = {"id", "name"}
_NAMED = {"a", "map"}  # the elements whose `name` is a place to link to
_CSS_ADDRESS = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"'\s]*))\s*\)""", re.IGNORECASE)
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening tag with the place where it starts: line from one, column from zero, within the piece that was fed.

    text: what stands between it and its closing tag, for `a`; None if it is not closed in this piece.
    """

    name: str
    attributes: dict[str, str]
    source: str
    line: int
    column: int
    text: str | None = None

    def addresses(self) -> Iterator[tuple[str, str]]:
        """(attribute, address) for everything that the tag points to."""
        for attribute, value in self.attributes.items():
            if attribute in ADDRESSES and not (attribute == "data" and self.name != "object"):
                yield attribute, value.strip()
            elif attribute in LISTS:
                yield from ((attribute, address) for address in srcset(value))
            elif attribute == "style":
                yield from ((attribute, address) for address in css_addresses(value))
            elif attribute == "content" and self.refreshes() and (match := _REFRESH.search(value)):
                yield attribute, match.group(1).strip()

    def refreshes(self) -> bool:
        """Whether this is the `meta` that sends a reader to another page."""
        return self.name == "meta" and self.attributes.get("http-equiv", "").lower() == "refresh"

    def ids(self) -> Iterator[str]:
        """The fragments that the tag answers to, each once."""
        one = self.attributes.get("id")
        if one:
            yield one
        if self.name in _NAMED and (other := self.attributes.get("name")) and other != one:
            yield other


def srcset(value: str) -> list[str]:
    """The addresses of a `srcset`: separated by commas, each followed by an optional width or density.

    Source: https://html.spec.whatwg.org/multipage/images.html#parse-a-srcset-attribute
    """
    addresses, rest = [], value
    while rest := rest.lstrip(" \t\n\f\r,"):
        address, rest = [*rest.split(None, 1), ""][:2]
        if address.endswith(","):
            addresses.append(address.rstrip(","))
            continue
        addresses.append(address)
        rest = rest.partition(",")[2]
    return addresses


def css_addresses(css: str) -> list[str]:
    """What `url()` names in a style sheet or a `style` attribute, comments left out."""
    if "url(" not in css and "URL(" not in css:
        return []
    found = _CSS_ADDRESS.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return [address for groups in found if (address := next(filter(None, groups), "").strip())]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Tag] = []
        self.links: list[tuple[int, list[str]]] = []  # open `a` elements: index of the tag, the text so far

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        self.found.append(Tag(tag, attributes, self.get_starttag_text() or "", line, column))
        if tag == "a":
            self.links.append((len(self.found) - 1, []))
        elif tag in ("img", "svg", "use") and self.links:
            self.handle_data(attributes.get("alt") or attributes.get("aria-label", ""))

    def handle_data(self, data: str) -> None:
        for _, text in self.links:
            text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            at, text = self.links.pop()
            old = self.found[at]
            self.found[at] = Tag(old.name, old.attributes, old.source, old.line, old.column, " ".join("".join(text).split()))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # `<![if` of old tools must not raise
        return -1

    def unknown_decl(self, data: str) -> None:
        return


def tags(html: str) -> list[Tag]:
    """Every opening tag outside comments, in order. Broken HTML gives what can be read of it."""
    parser = _Tags()
    try:
        parser.feed(html[: html.rfind(">") + 1])  # what follows is no tag, and html.parser takes quadratic time to see that
        parser.close()
    except (AssertionError, ValueError):  # html.parser gives up on some declarations
        pass
    return parser.found
