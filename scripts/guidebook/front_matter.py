"""The YAML block at the top of a page → FrontMatter, with the place of every key and of every address in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from guidebook.model import Diagnostic, FrontMatter, Link, Location
from guidebook.yaml_tree import BadYaml, load, scalars

# The same pattern as mkdocs.utils.meta, so that both see the same block.
BLOCK = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:-{3}|\.{3})[ \t]*(?:\n|\Z)", re.DOTALL)
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//\S+|(?:mailto|javascript|data):\S+", re.IGNORECASE)
_FILE = re.compile(r"(?:\.{1,2}/)?[^\s:*?<>|]+\.(?:md|svg|png|jpe?g|gif|webp|avif|ico|pdf|html?)(?:[#?]\S*)?", re.IGNORECASE)
_PROSE = {"title", "description", "covers", "tags", "subtitle", "summary", "authors", "author", "keywords", "template", "icon", "prerequisites"}
_POINTING = {"image", "cover", "thumbnail", "logo", "favicon", "redirect", "redirect_to", "canonical", "canonical_url", "url", "href", "link", "links"}


def split(path: str, text: str) -> tuple[FrontMatter, str]:
    """The front matter, and the text with that block blanked out so that all lines stay the same."""
    match = BLOCK.match(text) if text.startswith("---") else None
    if not match:
        return FrontMatter(), text
    lines = match.group().count("\n")
    return _read(path, match.group(1), lines), "\n" * lines + text[match.end() :]


def _read(path: str, source: str, last_line: int) -> FrontMatter:
    try:
        node, values = load(source)
    except BadYaml as error:
        place, message = Location(path, error.line + 1, error.column), f"the front matter is not valid YAML: {error}"
        return FrontMatter(error=Diagnostic(place, message, "put quotes around a value that holds `: ` or `#`"), last_line=last_line)
    if node is None:
        return FrontMatter(last_line=last_line)
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        error = Diagnostic(Location(path, 2, 1), "the front matter is not a list of `key: value` lines", "write `title: ...` on its first line")
        return FrontMatter(error=error, last_line=last_line)
    places = {str(key.value): _place(path, value) for key, value in node.value}
    return FrontMatter({str(key): value for key, value in values.items()}, places, tuple(_links(path, node)), last_line=last_line)


def _place(path: str, node: yaml.Node) -> Location:
    return Location(path, node.start_mark.line + 2, node.start_mark.column + 1)


def _links(path: str, node: yaml.Node) -> Iterator[Link]:
    """The values that are addresses by their form, or by their key."""
    for key, value in scalars(node):
        names = key.split(".")
        if names[0] in _PROSE:
            continue
        if _ADDRESS.match(value.value) or _FILE.fullmatch(value.value) or (names[-1] in _POINTING and " " not in value.value.strip()):
            yield Link("front-matter", value.value.strip(), " ", _place(path, value), attribute=key)
