"""One rendered HTML file: what it points to and the ids in it, read by a browser's parser (lexbor)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from guidebook.html import ADDRESSES, LISTS, Tag

_CARRIERS = "[href],[src],[srcset],[id],[poster],[style],a[name],map[name],object[data],[imagesrcset],[action],[formaction],[cite],meta[content]"
_PREVIEWS = {"og:image", "og:url", "twitter:image", "og:image:url", "og:image:secure_url"}
_POINTING = ADDRESSES | LISTS | {"style", "content"}


class Address(NamedTuple):
    """Something that a page points to, once however often it does. `role` is the `rel` of a `link`, the property of a `meta`."""

    tag: str
    attribute: str
    value: str
    role: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """Its path below the site, what it points to, its ids, and those that stand there more than once."""

    path: str
    addresses: tuple[Address, ...]
    ids: frozenset[str]
    repeated: tuple[tuple[str, int], ...]


def read_html(path: str, text: str) -> Rendered:
    """The page as a browser without JavaScript has it. Never raises: browsers read anything."""
    found: dict[Address, None] = {}
    ids: list[str] = []
    seen: set[int] = set()  # lexbor gives an element once for each selector that fits
    for node in LexborHTMLParser(text).css(_CARRIERS):
        if node.mem_id in seen:
            continue
        seen.add(node.mem_id)
        name, attributes = node.tag, node.attributes
        if one := attributes.get("id"):
            ids.append(one)
        if name in ("a", "map") and (other := attributes.get("name")) and other != one:
            ids.append(other)
        if not _POINTING.isdisjoint(attributes):
            found.update(dict.fromkeys(_addresses(name or "", attributes)))
    count = Counter(ids)
    return Rendered(path, tuple(found), frozenset(count), tuple((name, times) for name, times in count.items() if times > 1))


def _addresses(name: str, attributes: dict[str, str | None]) -> Iterator[Address]:
    if name == "meta":
        role = attributes.get("property") or attributes.get("name") or ""
        if role in _PREVIEWS:
            yield Address(name, "content", attributes.get("content") or "", role)
    role = (attributes.get("rel") or attributes.get("type") or "").lower() if name in ("link", "script") else ""
    if name == "a" and len(attributes) <= 3 and "style" not in attributes:  # nearly every tag
        value = attributes.get("href")
        if value is not None:
            yield Address(name, "href", value.strip())
        return
    tag = Tag(name, {key: value or "" for key, value in attributes.items()}, "", 0, 0)
    yield from (Address(name, attribute, value, role) for attribute, value in tag.addresses())
