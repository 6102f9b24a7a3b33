"""Judge the rendered site as a reader receives it: every address resolves where the site is published, nothing comes from elsewhere."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from guidebook import built_search, shipped
from guidebook.model import Diagnostic, Site
from guidebook.rendered import Address, Rendered, read_html
from guidebook.resolve import nearest
from guidebook.trace import page_path, place_of, place_of_id

__all__ = ["judge", "page_path"]

_FETCHED = {("script", "src"), ("img", "src"), ("img", "srcset"), ("iframe", "src"), ("source", "srcset"), ("source", "src"), ("video", "src"), ("audio", "src"),
            ("embed", "src"), ("object", "data"), ("video", "poster"), ("input", "src"), ("track", "src"), ("image", "href"), ("use", "href")}  # fmt: skip
_FETCHING_RELATIONS = {"stylesheet", "preconnect", "preload", "prefetch", "dns-prefetch", "modulepreload", "icon", "manifest"}
_ELSEWHERE = ("data", "mailto", "javascript", "tel", "blob", "about")


@dataclass(eq=False)
class Output:
    """The files of a rendered site, its pages with their ids, and the address under which it is published (`https://host/base/`, or only `/`)."""

    root: Path
    files: frozenset[str]
    pages: dict[str, frozenset[str]]
    address: str
    known: dict[tuple[str, str], str] = field(default_factory=dict)  # (directory, path) → file, or nothing

    @property
    def base(self) -> str:
        return urlsplit(self.address).path.rstrip("/") + "/"

    def target(self, folder: str, path: str) -> str:
        """The file that a server sends for `path` on a page in `folder`; nothing if there is none."""
        key = folder, path
        if key not in self.known:
            self.known[key] = self._target(folder, unquote(path))
        return self.known[key]

    def _target(self, folder: str, path: str) -> str:
        if path.startswith("/"):
            if not (path + "/").startswith(self.base):
                return ""
            folder, path = "", path[len(self.base) :]
        while path.startswith("../") and folder:
            folder, path = folder.rpartition("/")[0], path[3:]
        joined = f"{folder}/{path}" if folder else path
        if "./" in joined or "//" in joined or joined.endswith((".", "/")):
            joined = posixpath.normpath(joined)
            joined = "" if joined == "." else joined
        if joined in self.files and not path.endswith("/"):
            return joined
        index = f"{joined}/index.html" if joined else "index.html"
        return index if index in self.files else ""


def judge(site: Site, out: Path, read: Callable[[str, str], Rendered] = read_html, searched: Callable[[], None] = lambda: None) -> list[Diagnostic]:
    """Every finding in the site that was rendered into `out`. `read`: `read_html`, or what remembers pages; `searched` waits for the files of the search."""
    files = frozenset(file.relative_to(out).as_posix() for file in out.rglob("*") if file.is_file())

    def page(path: str) -> Rendered:
        return read(path, (out / path).read_text(encoding="utf-8", errors="replace"))

    first = address_of(page("index.html")) if "index.html" in files else "/"
    output = Output(out, files, {path: page(path).ids for path in sorted(files) if path.endswith((".html", ".htm"))}, first)
    findings: set[Diagnostic] = set()
    modules: set[str] = set()
    for one in map(page, output.pages):  # read once more: their addresses are too many to hold those of all pages
        findings.update(_page(site, output, one))
        modules.update(shipped.modules(output, one))
    findings.update(shipped.judge(site, output, modules))
    searched()
    return sorted({*findings, *built_search.judge(site, out)})


def address_of(first: Rendered) -> str:
    """What the first page says about its own address."""
    return next((address.value for address in first.addresses if address.role == "canonical"), "/")


def _page(site: Site, output: Output, page: Rendered) -> Iterator[Diagnostic]:
    for name, count in page.repeated:
        yield Diagnostic(
            place_of_id(site, page.path, name), f"the id `{name}` stands {count} times on the rendered page", "choose another id", rule="built-duplicate-id"
        )
    folder = posixpath.dirname(page.path)
    for address in page.addresses:
        yield from _judged(site, output, page, folder, address)


def _judged(site: Site, output: Output, page: Rendered, folder: str, address: Address) -> Iterator[Diagnostic]:
    value = address.value
    if address.role in ("canonical", "og:url"):
        yield from _canonical(site, output, page, address)
        return
    path, _, fragment = value.partition("#")
    if ":" in path or path.startswith("//"):
        inside = _inside(output, path)
        if inside is None:
            yield from _third_party(site, page, address)
            return
        path, folder = inside, ""
    path = path.partition("?")[0]
    file = output.target(folder, path) if path or folder != posixpath.dirname(page.path) else page.path
    if not file:
        outside = path.startswith("/") and not path.startswith(output.base)
        guess = "" if outside else nearest(posixpath.normpath(posixpath.join(folder, unquote(path))), output.files)
        help_text = f"the site is published under `{output.base}`" if outside else f"is it `{guess}`?" if guess else ""
        yield Diagnostic(place_of(site, page.path, value), f"`{value}` on the rendered page leads to no file", help_text, rule="built-missing-target")
    elif fragment and file in output.pages and not _answers(output.pages[file], fragment):
        yield Diagnostic(
            place_of(site, page.path, value),
            f"`{value}` on the rendered page leads to no id",
            _near_id(output.pages[file], fragment),
            rule="built-missing-fragment",
        )


def _inside(output: Output, address: str) -> str | None:
    """The path below the site of an absolute address of its own; None for any other."""
    return address[len(output.address) :] if "//" in output.address and address.startswith(output.address) else None


def _answers(ids: frozenset[str], fragment: str) -> bool:
    """A browser looks for the fragment as it stands, then decoded; the top and a text are found without an id."""
    name = fragment.partition(":~:")[0]
    return name in ids or unquote(name) in ids or name.lower() in ("", "top")


def _near_id(ids: frozenset[str], fragment: str) -> str:
    guess = nearest(unquote(fragment), ids)
    return f"did you mean `#{guess}`?" if guess else ""


def _third_party(site: Site, page: Rendered, address: Address) -> Iterator[Diagnostic]:
    value = address.value
    if value.partition(":")[0].lower() not in _ELSEWHERE and _fetched(address):
        place = place_of(site, page.path, value)
        yield Diagnostic(place, f"the page fetches `{value}` from another host", "ship the file with the site", rule="built-third-party")


def _fetched(address: Address) -> bool:
    if address.tag == "link":
        return not _FETCHING_RELATIONS.isdisjoint(address.role.split())
    return (address.tag, address.attribute) in _FETCHED or address.attribute == "style"


def _canonical(site: Site, output: Output, page: Rendered, address: Address) -> Iterator[Diagnostic]:
    """A page says its own address, so that search engines do not take it for a copy of another."""
    own = output.address.rstrip("/") + "/" + page.path.removesuffix("index.html")
    if address.value.rstrip("/") != own.rstrip("/") and page.path != "404.html":
        message = f"the page calls itself `{address.value}`, but is published as `{own}`"
        yield Diagnostic(place_of(site, page.path, address.value), message, "is `site_url` right?", rule="built-wrong-canonical")
