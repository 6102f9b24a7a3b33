"""The YAML block at the top of a page → FrontMatter, with the place of every key and of every address in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from guidebook.model import Diagnostic, FrontMatter, Link, Location

# The same pattern as mkdocs.utils.meta, so that both see the same block.
BLOCK = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:-{3}|\.{3})[ \t]*(?:\n|\Z)", re.DOTALL)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 50  # brackets within brackets; libyaml recurses in C, so the depth is bounded before it reads
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//\S+|(?:mailto|javascript|data):\S+", re.IGNORECASE)
_FILE = re.compile(r"(?:\.{1,2}/)?[^\s:*?<>|]+\.(?:md|svg|png|jpe?g|gif|webp|avif|ico|pdf|html?)(?:[#?]\S*)?", re.IGNORECASE)
_PROSE = {"title", "description", "covers", "tags", "subtitle", "summary", "authors", "author", "keywords", "template", "icon"}
POINTING = {"image", "cover", "thumbnail", "logo", "favicon", "redirect", "redirect_to", "canonical", "canonical_url", "url", "href", "link", "links", "source"}


def split(path: str, text: str) -> tuple[FrontMatter, str]:
    """The front matter, and the text with that block blanked out so that all places stay the same."""
    match = BLOCK.match(text) if text.startswith("---") else None
    if not match:
        return FrontMatter(), text
    lines = match.group().count("\n")
    return _read(path, match.group(1), lines), "\n" * lines + text[match.end() :]


def load(source: str) -> tuple[yaml.Node | None, Any]:
    """The YAML as nodes, which have places, and as values. Raises yaml.YAMLError or ValueError for anything that cannot be read."""
    if _too_deep(source):
        raise ValueError("it is nested too deeply")
    loader = _Loader(source)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else None
    except (RecursionError, TypeError, OverflowError) as error:
        raise ValueError(str(error)) from None
    finally:
        loader.dispose()


def _too_deep(source: str) -> bool:
    return source.count("[") + source.count("{") > _DEEPEST and _depth(source) > _DEEPEST or any(
        len(line) - len(line.lstrip(" -")) > 4 * _DEEPEST for line in source.split("\n")
    )


def _depth(source: str) -> int:
    depth = deepest = 0
    for character in source:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest


def _read(path: str, source: str, last_line: int) -> FrontMatter:
    try:
        node, values = load(source)
    except (yaml.YAMLError, ValueError) as error:
        return FrontMatter(error=_broken(path, error), last_line=last_line)
    if node is None:
        return FrontMatter(last_line=last_line)
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        place = Location(path, 2, 1)
        error = Diagnostic(place, "the front matter is not a list of `key: value` lines", "write `title: ...` on its first line")
        return FrontMatter(error=error, last_line=last_line)
    places = {str(key.value): _place(path, value, 2) for key, value in node.value}
    links = tuple(_links(path, node, "front-matter", 2))
    return FrontMatter({str(key): value for key, value in values.items()}, places, links, last_line=last_line)


def _place(path: str, node: yaml.Node, first_line: int) -> Location:
    return Location(path, node.start_mark.line + first_line, node.start_mark.column + 1)


def _links(path: str, node: yaml.Node, kind: str, first_line: int) -> Iterator[Link]:
    for key, value in scalars(node):
        if key.split(".")[0] not in _PROSE and (_ADDRESS.match(value.value) or _FILE.fullmatch(value.value) or key.split(".")[-1] in POINTING):
            yield Link(kind, value.value.strip(), " ", _place(path, value, first_line), attribute=key)


def scalars(node: yaml.Node | None, key: str = "", seen: frozenset[int] = frozenset()) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """(dotted key, node) of every text in a YAML tree; a list's members have the key of the list. Aliases that go round are followed once."""
    if node is None or id(node) in seen:
        return
    seen |= {id(node)}
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            below = f"{key}.{name.value}" if key else str(name.value)
            yield from scalars(value, below, seen)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from scalars(value, key, seen)
    elif node.tag == "tag:yaml.org,2002:str" and node.value.strip():
        yield key, node


def _broken(path: str, error: Exception) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
    problem = getattr(error, "problem", None) or (str(error).splitlines() or ["it cannot be read"])[0]
    return Diagnostic(
        Location(path, line, column),
        f"the front matter is not valid YAML: {problem}",
        "put quotes around a value that holds `: ` or `#`",
    )
