"""What points somewhere without being a page of the site: mkdocs.yml, `.pages`, templates, SVG, and the Markdown beside docs/."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guidebook import html
from guidebook.found import Found
from guidebook.markup import read_html
from guidebook.model import Anchor, Link, Location, Page
from guidebook.source import Source, line_starts
from guidebook.yaml_tree import BadYaml, compose, scalars

SITE_FILES = ("extra_css", "extra_javascript", "extra_javascript.path", "theme.logo", "theme.favicon")  # in docs/ or the theme's directory
ROOT_FILES = ("docs_dir", "theme.custom_dir", "hooks", "watch", "INHERIT")
_EXTERNAL = re.compile(r"[a-z][a-z0-9+.-]*://\S*|//\S+", re.IGNORECASE)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_URL_FILTER = re.compile(r"""\{\{-?\s*(?:"([^"]+)"|'([^']+)')\s*\|\s*url\s*-?\}\}""")
_HOLE = "\x01"  # what an expression of the template is replaced by


def parse_file(path: str, text: str) -> Page:
    """A page, or the links of another file."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith(".md"):
        from guidebook.parse import parse_page  # with all of Markdown, which is not needed where no page is new

        return parse_page(path, text)
    if path == "mkdocs.yml":
        return Page(path, text, links=tuple(_settings(path, text)))
    if name == ".pages":
        return Page(path, text, links=tuple(_entries(path, text)))
    if path.startswith("overrides/") and name.endswith((".html", ".xml", ".txt")):
        return _template(path, text)
    return _markup(path, text) if name.endswith((".svg", ".html", ".htm")) else Page(path, text)


def _settings(path: str, text: str) -> Iterator[Link]:
    """The addresses in mkdocs.yml; `attribute` is the dotted key."""
    try:
        node = compose(text)
    except BadYaml:
        return  # MkDocs says it
    for key, value in scalars(node):
        place = Location(path, value.start_mark.line + 1, value.start_mark.column + 1)
        known = key == "nav" or key.startswith("nav.") or key in SITE_FILES or key in ROOT_FILES
        if (known and not value.value.startswith("...")) or _EXTERNAL.match(value.value):
            yield Link("config", value.value, " ", place, attribute="nav" if key.startswith("nav.") else key)
        elif "<" in value.value:
            yield from (Link("config", target, tag.text or " ", place, attribute=key) for tag in html.tags(value.value) for _, target in tag.addresses())


def _entries(path: str, text: str) -> Iterator[Link]:
    """What a `.pages` file lists under `nav` (awesome-pages): pages, directories, addresses; not the `...` that stands for the rest."""
    try:
        node = compose(text)
    except BadYaml:
        return
    for key, value in scalars(node):
        if key.split(".")[0] in ("nav", "arrange") and not value.value.startswith("..."):
            yield Link("config", value.value, " ", Location(path, value.start_mark.line + 1, value.start_mark.column + 1), attribute="nav")


def _markup(path: str, text: str) -> Page:
    """SVG and HTML, which are published as they are."""
    found = Found()
    read_html(Source(path, text, None, tuple(line_starts(text))), 0, len(text.encode("utf-8", "surrogatepass")), found)
    return Page(path, text, links=tuple(found.links), anchors=tuple(found.anchors))


def _template(path: str, text: str) -> Page:
    """The addresses that stand in a template as they are, and those that it hands to the filter `url`."""
    page = _markup(path, _JINJA.sub(_hole, text))
    links = [link for link in page.links if _HOLE not in link.target]
    starts = line_starts(text)
    for match in _URL_FILTER.finditer(text):
        line = text.count("\n", 0, match.start())
        links.append(Link("config", match[1] or match[2], " ", Location(path, line + 1, match.start() - starts[line] + 1), attribute="url"))
    anchors = tuple(Anchor(anchor.id, anchor.location) for anchor in page.anchors if _HOLE not in anchor.id)
    return Page(path, text, links=tuple(sorted(links, key=lambda link: link.location)), anchors=anchors)


def _hole(match: re.Match[str]) -> str:
    """As many characters and lines as the expression; nothing in a comment."""
    filler = " " if match.group().startswith(("{#", "{%")) else _HOLE
    return "".join("\n" if character == "\n" else filler for character in match.group())
