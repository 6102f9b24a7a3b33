"""PDFs of the rendered site: one of each guide and one of the whole, printed by Chromium with an outline and links that work.

The pages of one PDF become one HTML file: a link to a page of the same PDF leads to its place there, any other to the published site.
"""

from __future__ import annotations

import html
import posixpath
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from guidebook.model import Diagnostic, Location, Page, Site
from guidebook.trace import page_path

BOOK = "advanced-backend-and-devops"
_STYLE = Path(__file__).resolve().parents[1] / "templates" / "pdf.css"
_ON_SCREEN = ".headerlink, .section-mark, .resume, .after, .search-field, script, template, nav, button"  # what only a browser can use
_POINTERS = ("for", "aria-labelledby", "aria-describedby", "headers")
_LIMIT = 900  # seconds for one PDF


@dataclass(frozen=True, slots=True)
class Sheet:
    """What becomes one PDF: the name of its file without the ending, its title and subtitle, and its pages in order."""

    name: str
    title: str
    subtitle: str
    pages: tuple[Page, ...]


def sheets(site: Site) -> Iterator[Sheet]:
    """A sheet for each guide that has landed, then the whole book: the guides in the order of the index, then the other pages."""
    guides = [page for guide in site.guides if (page := site.page(guide.name))]
    for page in guides:
        yield Sheet(page.name, page.title, str(page.front_matter.values.get("description", "")), (page,))
    index = site.pages["docs/README.md"]
    rest = [page for path, page in sorted(site.pages.items(), key=lambda one: (one[0] == "docs/Glossary.md", one[0])) if page not in guides and page is not index]
    yield Sheet(BOOK, index.title, str(index.front_matter.values.get("description", "")), (*guides, *rest))


def compose(sheet: Sheet, out: Path, base: str) -> str:
    """The sheet as one HTML file that names its style by where it lies in `out`.

    base: the address of the published site with its slash, or empty: then what leads out of the sheet is no link.
    """
    parts = {page_path(page.path): page.name for page in sheet.pages}
    articles = [_article(page, out, parts, base) for page in sheet.pages]
    first = LexborHTMLParser((out / page_path(sheet.pages[0].path)).read_text(encoding="utf-8"))
    styles = [_uri(out, page_path(sheet.pages[0].path), node.attributes["href"] or "") for node in first.css('link[rel="stylesheet"]')]
    heads = "\n".join(f'@page of-{page.name} {{ @top-right {{ content: "{_css(page.title)}"; font: 8pt system-ui, sans-serif; color: #555 }} }}' for page in sheet.pages)
    return "\n".join([
        "<!doctype html>",
        f'<html lang="en" class="no-js"><head><meta charset="utf-8"><title>{html.escape(sheet.title)}</title>',
        *(f'<link rel="stylesheet" href="{html.escape(address)}">' for address in styles),
        f"<style>{_STYLE.read_text(encoding='utf-8')}\n{heads}</style></head>",
        '<body><main>',
        _cover(sheet, base),
        *articles,
        "</main></body></html>",
        "",
    ])  # fmt: skip


def _css(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _uri(out: Path, path: str, address: str) -> str:
    """A file of the site by its address on the page `path`, as an address on this machine."""
    return (out / posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address.partition("?")[0])))).as_uri()


def _cover(sheet: Sheet, base: str) -> str:
    reviewed = max((str(page.front_matter.values["reviewed"]) for page in sheet.pages if "reviewed" in page.front_matter.values), default="")
    lines = [sheet.subtitle, f"Reviewed against its sources by {reviewed}." if reviewed else "", "Prose and drawings: CC BY 4.0. Code: MIT."]
    about = "".join(f"<p>{html.escape(line)}</p>" for line in lines if line) + (f'<p><a href="{html.escape(base)}">{html.escape(base)}</a></p>' if base else "")
    return f'<section class="text pdf-cover"><p class="pdf-title">{html.escape(sheet.title)}</p>{about}</section>\n{_contents(sheet)}'


def _contents(sheet: Sheet) -> str:
    """The titles of a book's pages, or the second-level headings of a single one."""
    if len(sheet.pages) > 1:
        entries = [(page.name, page.title) for page in sheet.pages]
    else:
        page = sheet.pages[0]
        entries = [(f"{page.name}--{heading.anchor}", heading.text) for heading in page.headings if heading.level == 2]
    items = "".join(f'<li><a href="#{html.escape(place)}">{html.escape(title)}</a></li>' for place, title in entries)
    return f'<section class="text pdf-contents"><p><strong>Contents</strong></p><ol>{items}</ol></section>'


def _article(page: Page, out: Path, parts: Mapping[str, str], base: str) -> str:
    path = page_path(page.path)
    article = LexborHTMLParser((out / path).read_text(encoding="utf-8")).css_first("article")
    for node in article.css(_ON_SCREEN):
        node.decompose()
    _rename(article, page.name)
    for node in article.css("a[href]"):
        place = _leads(node.attributes["href"] or "", path, page.name, parts, base)
        if place:
            node.attrs["href"] = place
        else:
            node.unwrap()
    for node in article.css("img[src]"):
        node.attrs["src"] = _uri(out, path, node.attributes["src"] or "")
    for node in article.css("details"):
        node.attrs["open"] = ""
    article.attrs["id"] = page.name
    article.attrs["style"] = f"page: of-{page.name}"
    return str(article.html)


def _rename(article: LexborNode, name: str) -> None:
    """Every id of the page, and what points to it, begins with the page's name; drawings keep theirs, which are unique on the site."""
    drawn = {node.mem_id for node in article.css("svg, svg *")}
    ids = {node.attributes["id"] for node in article.css("[id]") if node.mem_id not in drawn}
    for node in article.css("[id]"):
        if node.mem_id not in drawn:
            node.attrs["id"] = f"{name}--{node.attributes['id']}"
    for pointer in _POINTERS:
        for node in article.css(f"[{pointer}]"):
            node.attrs[pointer] = " ".join(f"{name}--{one}" if one in ids else one for one in (node.attributes[pointer] or "").split())


def _leads(address: str, path: str, name: str, parts: Mapping[str, str], base: str) -> str:
    """Where a link of the page `path` leads in the PDF; empty if nowhere."""
    bare, _, fragment = address.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:|//", bare):
        return address
    if not bare:
        return f"#{name}--{fragment}"
    place = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(bare.partition("?")[0])))
    index = posixpath.normpath(f"{place}/index.html") if not place.endswith(".html") else place
    if index in parts:
        return f"#{parts[index]}--{fragment}" if fragment else f"#{parts[index]}"
    return base + posixpath.normpath(place).removeprefix(".") + ("/" if bare.endswith("/") else "") + (f"#{fragment}" if fragment else "") if base else ""


def write(sheet: Sheet, out: Path, base: str, browser: Path, file: Path, sandbox: bool = True) -> list[Diagnostic]:
    """Print the sheet into `file`; a finding if the browser does not. An older file is replaced when the new one is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pdf-", dir=file.parent) as temporary:
        source, printed = Path(temporary, "sheet.html"), Path(temporary, "sheet.pdf")
        source.write_text(compose(sheet, out, base), encoding="utf-8", newline="\n")
        options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline", f"--user-data-dir={Path(temporary, 'profile')}"]
        command = [str(browser), *options, *([] if sandbox else ["--no-sandbox"]), f"--print-to-pdf={printed}", source.as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=_LIMIT, check=False)
            said = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), f"exit code {done.returncode}")
        except subprocess.TimeoutExpired:
            said = f"no answer in {_LIMIT} s"
        if not printed.is_file():
            return [Diagnostic(Location(sheet.pages[0].path), f"the browser printed no PDF: {said}", f"does `{browser} --version` work?", rule="pdf-not-printed")]
        printed.replace(file)
    return []
