"""Lab programs: their named regions, what they declare, and the fences that mirror them."""

from __future__ import annotations

import ast
import re
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import accumulate
from typing import Any

from guidebook.model import Diagnostic, Edit, Fence, Location, Page, Site

_MARK = re.compile(r"(?P<indent>[ \t]*)(?:#|//|--)[ \t]*(?P<kind>region|endregion)\b:?[ \t]*(?P<name>\S*)[ \t]*")
_HEADER = re.compile(r"(?m)^# /// script$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$")  # the pattern of PEP 723


@dataclass(frozen=True)
class Regions:
    """The regions of one file by name, as (first line, line after the last), counted from zero, and what is wrong with them."""

    lines: tuple[str, ...]
    spans: Mapping[str, tuple[int, int]]
    problems: tuple[Diagnostic, ...]

    def text(self, name: str = "") -> str:
        """The region's code, or the whole file's, without markers, surrounding blank lines and common indentation."""
        start, end = self.spans[name] if name else (0, len(self.lines))
        kept = [line.rstrip() for line in self.lines[start:end] if not _MARK.fullmatch(line)]
        return textwrap.dedent("\n".join(kept)).strip("\n") + "\n"


def regions(path: str, text: str) -> Regions:
    """Find the `# region: name` … `# endregion` pairs of a lab file; they may stand inside each other."""
    lines = tuple(text.split("\n"))
    spans: dict[str, tuple[int, int]] = {}
    opened: list[tuple[str, Location]] = []
    found: list[Diagnostic] = []
    for at, line in enumerate(lines):
        if not (mark := _MARK.fullmatch(line)):
            continue
        place, name = Location(path, at + 1, len(mark["indent"]) + 1), mark["name"]
        if mark["kind"] == "endregion":
            found += _closed(opened, spans, name, place, at)
        else:
            found += _opened(opened, spans, name, place)
    found += [Diagnostic(place, f"the region `{name}` is not closed", "end it with `# endregion`") for name, place in opened]
    return Regions(lines, spans, tuple(found))


def _opened(opened: list[tuple[str, Location]], spans: Mapping[str, tuple[int, int]], name: str, place: Location) -> Iterator[Diagnostic]:
    if not name:
        yield Diagnostic(place, "a region without a name", "write `# region: name`")
    elif name in spans or name in [other for other, _ in opened]:
        yield Diagnostic(place, f"the file has a region `{name}` already", "give each region of a file a name of its own")
    opened.append((name, place))


def _closed(opened: list[tuple[str, Location]], spans: dict[str, tuple[int, int]], name: str, place: Location, at: int) -> Iterator[Diagnostic]:
    if not opened:
        yield Diagnostic(place, "this `endregion` ends nothing", "remove it, or open the region with `# region: name`")
        return
    begun, start = opened.pop()
    if name and name != begun:
        yield Diagnostic(place, f"this ends the region `{begun}`, not `{name}`", "regions may stand inside each other, but not overlap")
    spans.setdefault(begun, (start.line, at))


def is_mirror(fence: Fence) -> bool:
    """Whether a fence shows a file of docs/labs/."""
    return fence.title.startswith("labs/")


def source(fence: Fence) -> tuple[str, str]:
    """The path (from the root) and the region that a mirroring fence names."""
    path, _, region = fence.title.partition("#")
    return f"docs/{path.strip()}", region.strip()


def mirror(site: Site, fence: Fence) -> str | Diagnostic:
    """The code that a mirroring fence should hold, or why there is none."""
    path, region = source(fence)
    if path not in site.texts:
        known = [file.removeprefix("docs/") for file in site.texts if file.startswith("docs/labs/")]
        what = "is not text" if path in site.files else "does not exist"
        return Diagnostic(fence.location, f"`{path}` {what}", _nearest(path.removeprefix("docs/"), known))
    found = regions(path, site.texts[path])
    if region and region not in found.spans:
        return Diagnostic(fence.location, f"`{path}` has no region `{region}`", _nearest(region, list(found.spans)))
    return found.text(region)


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    listed = ", ".join(f"`{other}`" for other in sorted(known)[:8])
    return f"there is {listed}" if known else "there is nothing of that kind yet"


def drifted(site: Site, fence: Fence) -> str | None:
    """What a mirroring fence should hold instead, or None if it is as it should be (or cannot be known)."""
    wanted = mirror(site, fence)
    if isinstance(wanted, Diagnostic) or not fence.closed:
        return None
    shown = [line.rstrip() for line in fence.code.strip("\n").split("\n")]
    return None if shown == wanted.strip("\n").split("\n") else wanted


def sync_edits(site: Site) -> list[Edit]:
    """Rewrite every fence that differs from the lab that it mirrors."""
    return [
        _replaced(page, fence, wanted)
        for page in site.pages.values()
        for fence in page.fences
        if is_mirror(fence) and (wanted := drifted(site, fence)) is not None
    ]


def _replaced(page: Page, fence: Fence, wanted: str) -> Edit:
    lines = page.text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    # The code stands as far in as the fence; a list's bullet counts as white space.
    opening = lines[fence.location.line - 1][: fence.location.column - 1]
    indent = fence.indent or re.sub(r"[^>\s]", " ", opening)
    code = "".join(f"{indent}{line}".rstrip() + "\n" for line in wanted.rstrip("\n").split("\n"))
    return Edit(page.path, starts[fence.code_line - 1], starts[fence.last_line - 1], code)


def header(text: str) -> dict[str, Any] | str:
    """The PEP 723 metadata of a program, or what is wrong with it."""
    blocks = list(_HEADER.finditer(text))
    if len(blocks) != 1:
        return "more than one `# /// script` header" if blocks else "no `# /// script` header"
    content = "".join(line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["content"].splitlines(keepends=True))
    try:
        values = tomllib.loads(content)
    except tomllib.TOMLDecodeError:
        return "a `# /// script` header that is not TOML"
    dependencies = values.setdefault("dependencies", [])
    if not isinstance(dependencies, list) or not all(isinstance(entry, str) for entry in dependencies):
        return "a `# /// script` header whose `dependencies` are not a list of strings"
    return values


def distribution(requirement: str) -> str:
    """The normalised name that a requirement starts with: `psycopg[binary]>=3` is `psycopg`."""
    match = re.match(r"\s*([A-Za-z0-9][\w.-]*)", requirement)
    return re.sub(r"[-_.]+", "-", match.group(1)).lower() if match else ""


def programs(site: Site) -> list[str]:
    """The Python files under docs/labs/ that are run: all but modules that another file of their folder imports and that run nothing."""
    files = sorted(path for path in site.texts if path.startswith("docs/labs/") and path.endswith(".py"))
    return [path for path in files if "__main__" in site.texts[path] or not imported(site, path)]


def imported(site: Site, path: str) -> bool:
    """Whether another file of the same folder imports this one."""
    folder, _, name = path.rpartition("/")
    beside = (other for other in site.texts if other != path and other.rpartition("/")[0] == folder and other.endswith(".py"))
    return any(name.removesuffix(".py") in _imports(site.texts[other]) for other in beside)


def _imports(text: str) -> set[str]:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return set()
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
