"""The YAML block at the top of a page → FrontMatter, with the place of every key."""

from __future__ import annotations

import re

import yaml

from guidebook.model import Diagnostic, FrontMatter, Location

# The same pattern as mkdocs.utils.meta, so that both see the same block.
BLOCK = re.compile(r"\A-{3}[ \t]*\n(.*?\n)(?:-{3}|\.{3})[ \t]*(?:\n|\Z)", re.DOTALL)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def split(path: str, text: str) -> tuple[FrontMatter, str]:
    """The front matter, and the text with that block blanked out so that all places stay the same."""
    match = BLOCK.match(text)
    if not match:
        return FrontMatter(), text
    block = match.group()
    blanked = "\n" * block.count("\n") + text[match.end() :]
    return _read(path, match.group(1), block.count("\n")), blanked


def _read(path: str, source: str, last_line: int) -> FrontMatter:
    try:
        node = yaml.compose(source, Loader=_Loader)
        values = yaml.load(source, Loader=_Loader)
    except (yaml.YAMLError, ValueError) as error:
        return FrontMatter(error=_broken(path, error), last_line=last_line)
    if node is None:
        return FrontMatter(last_line=last_line)
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        place = Location(path, 2, 1)
        error = Diagnostic(place, "the front matter is not a list of `key: value` lines", "write `title: ...` on its first line")
        return FrontMatter(error=error, last_line=last_line)
    places = {
        str(key.value): Location(path, value.start_mark.line + 2, value.start_mark.column + 1) for key, value in node.value
    }
    return FrontMatter({str(key): value for key, value in values.items()}, places, last_line=last_line)


def _broken(path: str, error: Exception) -> Diagnostic:
    mark = getattr(error, "problem_mark", None)
    line, column = (mark.line + 2, mark.column + 1) if mark else (2, 1)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return Diagnostic(
        Location(path, line, column),
        f"the front matter is not valid YAML: {problem}",
        "put quotes around a value that holds `: ` or `#`",
    )
