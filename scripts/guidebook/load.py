"""docs/ → Site: the only reader of docs/. Bad bytes, odd names and broken YAML become data that checks report."""

from __future__ import annotations

import os
import re
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidebook.allowances import FILE as ALLOWANCES
from guidebook.allowances import parse_allowances
from guidebook.around import parse_file
from guidebook.glossary import parse_terms
from guidebook.model import INDEX, Guide, Link, Location, Page, Site
from guidebook.statistics import count_words
from guidebook.yaml_tree import BadYaml, compose, plain

if TYPE_CHECKING:
    from guidebook.cache import Cache

TEXTS = {".pages", ".cff", ".css", ".hcl", ".html", ".js", ".json", ".mjs", ".out", ".py", ".rego", ".sh", ".sql", ".svg", ".toml", ".txt", ".yaml", ".yml"}
QUERIES = "tests/search/"
RELEASES, WORDS = ".github/releases.toml", ".github/words.toml"
_POINTING = {".svg", ".html", ".htm"}
_AROUND = re.compile(r"mkdocs\.yml|[^/]+\.md|\.github/(?:.+/)?[^/]+\.md|overrides/.+\.(?:html|svg|xml)")
_GENERATED = {"site", "node_modules", "__pycache__", "build", "dist", "venv"}
_DOTTED = {".github", ".ci"}
_GUIDE = re.compile(r"- (?:\[([^\]]+)\]\(\./(\w+)\.md\)|([^:\[]+?)): (.+?)(?: \*\(in preparation\)\*)?$")


def load_site(root: Path, cache: Cache | None = None) -> Site:
    """Read everything below `root/docs`, and what points somewhere around it. Raises NotADirectoryError if there is no such directory."""
    docs = root / "docs"
    if not docs.is_dir():
        raise NotADirectoryError(docs)
    parse = cache.page if cache else parse_file
    files, pages, texts, around = set(), {}, {}, {}
    for file in _files(docs):
        path = _name(root, file)
        files.add(path)
        if file.suffix == ".md":
            pages[path] = load_page(root, path, parse)
        elif file.suffix in TEXTS or file.name == ".pages":
            texts[path] = read_text(file)[0]
            if file.suffix in _POINTING or file.name == ".pages":
                around[path] = parse(path, texts[path])
    repository = frozenset(_name(root, file) for file in _checkout(root))
    for path in sorted(path for path in repository if _AROUND.fullmatch(path)):
        around[path] = parse(path, read_text(root / path)[0])
    for path in (ALLOWANCES, RELEASES, WORDS, "pyproject.toml"):  # a check compares the last with what labs need
        if path in repository:
            texts[path] = read_text(root / path)[0]
    for path in (path for path in repository if path.startswith(QUERIES)):
        texts[path] = read_text(root / path)[0]
    index, glossary = pages.get(INDEX), pages.get("docs/Glossary.md")
    return Site(
        root,
        pages,
        frozenset(files),
        texts,
        tuple(_guides(index)) if index else (),
        tuple(_navigation(around.get("docs/.pages"))),
        parse_terms(glossary) if glossary else (),
        load_shop(texts.get("docs/shop.toml", "")),
        around,
        repository | files,
        _config(around.get("mkdocs.yml")),
        parse_allowances(texts.get(ALLOWANCES, "")),
    )


def load_page(root: Path, path: str, parse: Callable[[str, str], Page] = parse_file) -> Page:
    """Read and parse one Markdown file; `unreadable` says why if its bytes are not UTF-8 text."""
    text, problem, line = read_text(root / path)
    if problem:
        return Page(path, text, words=count_words(text), unreadable=problem, unreadable_line=line)
    return parse(path, text)


def read_text(file: Path) -> tuple[str, str, int]:
    """The file's text with `\\n` line ends and without a byte order mark; what is wrong with its bytes, if anything, and in which line."""
    try:
        if file.exists() and not file.is_file():  # a pipe would never end
            return "", "this is not a file", 1
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


def _name(root: Path, file: Path) -> str:
    """The path from the root. macOS may hand out names decomposed; git and links have them composed."""
    name = file.relative_to(root).as_posix()
    return unicodedata.normalize("NFC", name) if sys.platform == "darwin" else name


def _files(folder: Path, around: tuple[str, ...] = ()) -> Iterator[Path]:
    """Every file below, in links to directories as well (MkDocs follows them), but not in one that contains itself."""
    try:
        real = os.path.realpath(folder)
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name) if real not in around and len(around) < 60 else []
    except OSError:
        return
    for entry in entries:
        if os.path.isdir(entry):  # which, unlike `entry.is_dir()`, takes a link to itself for what it is
            if entry.name != "__pycache__":
                yield from _files(folder / entry.name, (*around, real))
        elif not entry.name.endswith(".pyc"):
            yield folder / entry.name


def _checkout(root: Path) -> Iterator[Path]:
    """What a clone of the repository holds beside docs/: not what is generated or installed here."""
    for folder, folders, names in os.walk(root):
        top = Path(folder) == root
        folders[:] = sorted(name for name in folders if name not in _GENERATED and (not name.startswith(".") or name in _DOTTED) and not (top and name == "docs"))
        if "pyvenv.cfg" in names:
            folders[:], names = [], []
        yield from (Path(folder, name) for name in sorted(names) if not name.endswith(".pyc"))


def _config(page: Page | None) -> dict[str, Any]:
    """mkdocs.yml as plain values; empty if there is none, or it is not YAML."""
    try:
        values = plain(compose(page.text)) if page else {}
    except BadYaml:
        return {}
    return values if isinstance(values, dict) else {}


def _guides(index: Page) -> Iterator[Guide]:
    """The lines of the index's sections, which are the third-level headings below `## Guides` if there is such a heading.

    `- [Title](./Name.md): description`, or `- Title: description *(in preparation)*`.
    """
    links = {(link.location.line, link.target): link for link in index.links}
    section, inside = "", False
    starts = {heading.location.line: heading for heading in index.headings}
    named = any(heading.level == 2 and heading.text == "Guides" for heading in index.headings)
    listing = not named
    for number, line in enumerate(index.text.split("\n"), 1):
        if number in starts:
            section, level = starts[number].text, starts[number].level
            listing = section == "Guides" if named and level <= 2 else listing
            inside = listing and level == 3
        match = _GUIDE.match(line) if inside else None
        if not match:
            continue
        title, name, unlinked, description = match.groups()
        link: Link | None = links.get((number, f"./{name}.md"))
        yield Guide(name or guide_name(unlinked), title or unlinked, description, section, Location(index.path, number, 3), link)


def _navigation(page: Page | None) -> Iterator[tuple[str, Location]]:
    """The pages that docs/.pages lists under `nav`, sections flattened, each with its place."""
    yield from ((f"docs/{link.target}", link.location) for link in (page.links if page else ()) if link.target.endswith(".md"))
