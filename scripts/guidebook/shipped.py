"""What a rendered site ships beside its pages: style sheets, modules and the sitemap."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from guidebook.html import css_addresses
from guidebook.model import Diagnostic, Location, Site
from guidebook.resolve import nearest
from guidebook.trace import page_path

if TYPE_CHECKING:
    from guidebook.built import Output
    from guidebook.rendered import Rendered

_CSS_IMPORT = re.compile(r"@import\s+(?:\"([^\"]+)\"|'([^']+)')")
_COMMENTS = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_STATIC = re.compile(r"""^\s*(?:import|export)\b(?:[\s\w$*,{}]*?\bfrom)?\s*["']([^"'\n]+)["']""", re.MULTILINE)
_DYNAMIC = re.compile(r"""\bimport\(\s*["'`]([^"'`$]+)["'`]\s*\)|\bnew\s+URL\(\s*["']([^"']+)["']\s*,\s*import\.meta\.url""")
_LOCATION = re.compile(r"<loc>\s*(.*?)\s*</loc>", re.DOTALL)


def judge(site: Site, output: Output, modules: Iterable[str]) -> Iterator[Diagnostic]:
    """Every finding in them. `modules`: those that a page loads."""
    for path in sorted(output.files):
        if path.endswith(".css"):
            yield from _style(site, output, path)
    yield from _modules(site, output, sorted(modules))
    yield from _sitemap(site, output)


def _text(output: Output, path: str) -> str:
    return (output.root / path).read_text(encoding="utf-8", errors="replace")


def _place(site: Site, path: str, text: str, address: str) -> Location:
    """The file that was copied into the site, and the line in it; the setting, if it is the theme's own."""
    at = max(text.find(address), 0)
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    source = next((f"{folder}/{path}" for folder in ("docs", "overrides") if f"{folder}/{path}" in site.repository), "")
    return Location(source, line, column) if source else Location("mkdocs.yml")


def _style(site: Site, output: Output, path: str) -> Iterator[Diagnostic]:
    text = _text(output, path)
    imports = (first or second for first, second in _CSS_IMPORT.findall(text))
    for address in dict.fromkeys([*css_addresses(text), *imports]):
        if address.startswith(("data:", "#", "about:")):
            continue
        place = _place(site, path, text, address)
        if urlsplit(address).netloc:
            yield Diagnostic(place, f"the style sheet fetches `{address}` from another host", "ship the file with the site", rule="built-third-party")
        else:
            yield from _missing(output, path, address, place)


def _missing(output: Output, path: str, address: str, place: Location) -> Iterator[Diagnostic]:
    folder, wanted = posixpath.dirname(path), address.partition("#")[0].partition("?")[0]
    if not output.target(folder, wanted):
        guess = nearest(posixpath.normpath(posixpath.join(folder, unquote(wanted))), output.files)
        yield Diagnostic(place, f"`{address}` leads to no file of the site", f"is it `{guess}`?" if guess else "", rule="built-missing-target")


def modules(output: Output, page: Rendered) -> Iterator[str]:
    """The ES modules that a page loads."""
    for address in page.addresses:
        if address.role in ("module", "modulepreload") and (file := output.target(posixpath.dirname(page.path), address.value.partition("?")[0])):
            yield file


def _modules(site: Site, output: Output, waiting: list[str]) -> Iterator[Diagnostic]:
    """What ES modules import, from those that a page loads on."""
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or not path.endswith((".js", ".mjs")):
            continue
        seen.add(path)
        text = _text(output, path)
        code = _COMMENTS.sub("", text)
        imports = [*_STATIC.findall(code), *(first or second for first, second in _DYNAMIC.findall(code))]
        for address in dict.fromkeys(imports):
            place = _place(site, path, text, address)
            if "//" in address:
                yield Diagnostic(place, f"the module fetches `{address}` from another host", "ship the file with the site", rule="built-third-party")
            elif not address.startswith(("./", "../", "/")):
                yield Diagnostic(place, f"a browser cannot find the module `{address}`", f"write `./{address}`", rule="built-missing-target")
            elif found := list(_missing(output, path, address, place)):
                yield from found
            else:
                waiting.append(output.target(posixpath.dirname(path), address.partition("?")[0]))


def _sitemap(site: Site, output: Output) -> Iterator[Diagnostic]:
    """The sitemap names every page by its address, and nothing else. Without a `site_url` it is empty."""
    if "sitemap.xml" not in output.files or "//" not in output.address:
        return
    named = set()
    for address in _LOCATION.findall(_text(output, "sitemap.xml")):
        address = address.replace("&amp;", "&")
        file = output.target("", address[len(output.address) :]) if address.startswith(output.address) else ""
        named.add(file)
        if not file:
            yield Diagnostic(
                Location("mkdocs.yml"), f"the sitemap names `{address}`, where there is no page", "is `site_url` right?", rule="built-missing-target"
            )
    for page in site.pages.values():
        if page_path(page.path) in output.pages and page_path(page.path) not in named:
            yield Diagnostic(Location(page.path), "the page is not in the sitemap", rule="built-not-searchable")
