"""Raw HTML in Markdown, SVG and templates → the links and anchors in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

ADDRESSES = {"href", "src", "poster", "data", "xlink:href", "cite", "action", "formaction", "background", "longdesc", "manifest"}
LISTS = {"srcset", "imagesrcset"}
IDS = {"id", "name"}
_NAMED = {"a", "map"}  # the elements whose `name` is a place to link to


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening tag with the place where it starts: line from one, column from zero, within the piece that was fed."""

    name: str
    attributes: dict[str, str]
    source: str
    line: int
    column: int

    def addresses(self) -> Iterator[tuple[str, str]]:
        """(attribute, address) for everything that the tag points to."""
        for attribute, value in self.attributes.items():
            if attribute in ADDRESSES and not (attribute == "data" and self.name != "object"):
                yield attribute, value.strip()
            elif attribute in LISTS:
                yield from ((attribute, address) for address in srcset(value))
            elif attribute == "content" and self.name == "meta" and self.attributes.get("http-equiv", "").lower() == "refresh":
                if match := re.search(r"url\s*=\s*['\"]?([^'\"]+)", value, re.IGNORECASE):
                    yield attribute, match.group(1).strip()

    def ids(self) -> Iterator[str]:
        """The fragments that the tag answers to."""
        if self.attributes.get("id"):
            yield self.attributes["id"]
        if self.name in _NAMED and self.attributes.get("name"):
            yield self.attributes["name"]


def srcset(value: str) -> list[str]:
    """The addresses of a `srcset`: separated by commas, each followed by an optional width or density.

    Source: https://html.spec.whatwg.org/multipage/images.html#parse-a-srcset-attribute
    """
    addresses, rest = [], value
    while rest := rest.lstrip(" \t\n\f\r,"):
        address, _, rest = rest.partition(" ") if " " in rest else (rest, "", "")
        if address.endswith(","):
            addresses.append(address.rstrip(","))
            continue
        addresses.append(address)
        rest = rest.partition(",")[2]
    return addresses


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        attributes: dict[str, str] = {}
        for name, value in attrs:
            attributes.setdefault(name, value or "")
        self.found.append(Tag(tag, attributes, self.get_starttag_text() or "", line, column))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # `<![if` of old tools must not raise
        return -1

    def unknown_decl(self, data: str) -> None:
        return


def tags(html: str) -> list[Tag]:
    """Every opening tag outside comments, in order. Broken HTML gives what can be read of it."""
    parser = _Tags()
    try:
        parser.feed(html)
        parser.close()
    except (AssertionError, ValueError):  # html.parser gives up on some declarations
        pass
    return parser.found
