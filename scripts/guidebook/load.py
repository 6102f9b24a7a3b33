"""docs/ → Site: the only reader of docs/. Bad bytes, odd names and broken YAML become data that checks report."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from guidebook.glossary import parse_terms
from guidebook.model import INDEX, Guide, Link, Location, Page, Site
from guidebook.parse import parse_page

TEXTS = {".pages", ".cff", ".css", ".hcl", ".html", ".js", ".json", ".mjs", ".out", ".py", ".rego", ".sh", ".sql", ".svg", ".toml", ".txt", ".yaml", ".yml"}
_GUIDE = re.compile(r"- (?:\[([^\]]+)\]\(\./(\w+)\.md\)|([^:\[]+?)): (.+?)(?: \*\(in preparation\)\*)?$")


def load_site(root: Path) -> Site:
    """Read everything below `root/docs`. Raises NotADirectoryError if there is no such directory."""
    docs = root / "docs"
    if not docs.is_dir():
        raise NotADirectoryError(docs)
    files, pages, texts = set(), {}, {}
    for file in _files(docs):
        path = file.relative_to(root).as_posix()
        files.add(path)
        if file.suffix == ".md":
            pages[path] = load_page(root, path)
        elif file.suffix in TEXTS or file.name == ".pages":
            texts[path] = read_text(file)[0]
    if (root / "pyproject.toml").is_file():
        texts["pyproject.toml"] = read_text(root / "pyproject.toml")[0]  # a check compares it with what labs need
    index, glossary = pages.get(INDEX), pages.get("docs/Glossary.md")
    return Site(
        root,
        pages,
        frozenset(files),
        texts,
        tuple(_guides(index)) if index else (),
        tuple(_navigation(texts.get("docs/.pages", ""))),
        parse_terms(glossary) if glossary else (),
        load_shop(texts.get("docs/shop.toml", "")),
    )


def load_page(root: Path, path: str) -> Page:
    """Read and parse one Markdown file; `unreadable` says why if its bytes are not UTF-8 text."""
    text, problem, line = read_text(root / path)
    if problem:
        return Page(path, text, unreadable=problem, unreadable_line=line)
    return parse_page(path, text)


def read_text(file: Path) -> tuple[str, str, int]:
    """The file's text with `\\n` line ends and without a byte order mark; what is wrong with its bytes, if anything, and in which line."""
    try:
        data = file.read_bytes()
    except OSError as error:
        return "", f"the file cannot be read: {error.strerror or error}", 1
    problem, line = "", 1
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text, problem = data.decode("utf-8", "replace"), f"byte 0x{data[error.start]:02x} is not UTF-8"
    if "\0" in text and not problem:
        problem, line = "the page holds a NUL character", text.count("\n", 0, text.index("\0")) + 1
    return text.replace("\r\n", "\n").replace("\r", "\n"), problem, line


def load_shop(text: str) -> dict[str, Any]:
    """The shop's figures, `{section: {name: number}}`; empty if the file does not parse (a check says so)."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def guide_name(title: str) -> str:
    """`Compliance and Governance` is the guide `ComplianceGovernance`."""
    words = [word for word in re.split(r"\W+", title) if word and word != "and"]
    return "".join(word[0].upper() + word[1:] for word in words)


def _files(docs: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(docs, followlinks=False):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(folder, name) for name in sorted(names) if not name.endswith(".pyc"))


def _guides(index: Page) -> Iterator[Guide]:
    """The lines of the index's four sections: `- [Title](./Name.md): description`, or `- Title: description *(in preparation)*`."""
    links = {(link.location.line, link.target): link for link in index.links}
    section, inside = "", False
    starts = {heading.location.line: heading for heading in index.headings}
    for number, line in enumerate(index.text.split("\n"), 1):
        if number in starts:
            inside = starts[number].level == 3 if starts[number].level > 2 else False
            section = starts[number].text
        match = _GUIDE.match(line) if inside else None
        if not match:
            continue
        title, name, unlinked, description = match.groups()
        link: Link | None = links.get((number, f"./{name}.md"))
        yield Guide(name or guide_name(unlinked), title or unlinked, description, section, Location(index.path, number, 3), link)


def _navigation(text: str) -> Iterator[tuple[str, Location]]:
    """The pages that docs/.pages lists under `nav`, sections flattened, each with its place."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return
    for key, value in getattr(node, "value", None) or ():
        if getattr(key, "value", "") == "nav":
            yield from _entries(value)


def _entries(node: yaml.Node) -> Iterator[tuple[str, Location]]:
    if isinstance(node, yaml.ScalarNode):
        if node.value.endswith(".md"):
            place = Location("docs/.pages", node.start_mark.line + 1, node.start_mark.column + 1)
            yield f"docs/{node.value}", place
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _entries(child)
    elif isinstance(node, yaml.MappingNode):
        for _, child in node.value:
            yield from _entries(child)
