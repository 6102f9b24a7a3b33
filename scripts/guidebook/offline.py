"""The site for reading from the disk: one zip in which every link names a file, and every script runs without a server.

A browser that opens `file:///.../GitOps/` lists the folder, and it refuses modules from there, since a file has no origin to share
(https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-single-module-script: modules are fetched with CORS).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from urllib.parse import unquote

from guidebook.model import Diagnostic, Location
from guidebook.rendered import read_html

FOLDER = "advanced-backend-and-devops"
NAME = f"{FOLDER}-offline.zip"
_FOR_SERVERS = {"404.html", "_headers", "sitemap.xml", "sitemap.xml.gz", "feed.xml"}
_LINK = re.compile(r'(<(?:a|area|link)\b[^>]*?\shref=")([^"]*)"')
_MODULE = re.compile(r'<script\b[^>]*\btype="module"[^>]*>')
_SOURCE = re.compile(r'\bsrc="([^"]+)"')
_EXPORTED = re.compile(r"^export (?=(?:async )?function|class|const|let)", re.MULTILINE)  # for tests; a page needs none of it
_MODULES_ONLY = re.compile(r"^(?:import|export)\b|^await\b|\bimport\.meta\b", re.MULTILINE)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: the same site gives the same bytes


def files(out: Path) -> dict[str, bytes]:
    """Every file of the offline site by its path, made from the rendered site in `out`."""
    found = {file.relative_to(out).as_posix(): file for file in sorted(out.rglob("*")) if file.is_file()}
    kept = {path: file for path, file in found.items() if path not in _FOR_SERVERS}
    pages = {path: file.read_text(encoding="utf-8") for path, file in kept.items() if path.endswith(".html")}
    scripts = {place for path, html in pages.items() for place in modules(html, posixpath.dirname(path))}
    made = {path: on_disk(html, posixpath.dirname(path), kept.keys()) for path, html in pages.items()}
    return {path: _content(path, file, made, scripts) for path, file in kept.items()}


def _content(path: str, file: Path, pages: Mapping[str, str], scripts: set[str]) -> bytes:
    if path in pages:
        return pages[path].encode()
    return as_script(file.read_text(encoding="utf-8")).encode() if path in scripts else file.read_bytes()


def on_disk(html: str, folder: str, paths: Set[str]) -> str:
    """The page in `folder` with links to files instead of folders, and modules as deferred scripts."""
    linked = _LINK.sub(lambda match: f'{match[1]}{_named(match[2], folder, paths)}"', html)
    return _MODULE.sub(lambda match: match[0].replace('type="module"', "defer"), linked)


def _named(address: str, folder: str, paths: Set[str]) -> str:
    path = re.split("[?#]", address, maxsplit=1)[0]
    if not path or ":" in path or path.startswith("/"):
        return address
    place = posixpath.normpath(posixpath.join(folder, unquote(path)))
    if posixpath.normpath(f"{place}/index.html") not in paths:
        return address
    return ("" if path in (".", "./") else path.rstrip("/") + "/") + "index.html" + address[len(path) :]


def modules(html: str, folder: str) -> Iterator[str]:
    """The paths of the modules that a page in `folder` loads."""
    for tag in _MODULE.findall(html):
        if source := _SOURCE.search(tag):
            yield posixpath.normpath(posixpath.join(folder, source[1].partition("?")[0]))


def as_script(text: str) -> str:
    """A module as a classic script: strict, and its names its own."""
    return f'"use strict";\n{{\n{_EXPORTED.sub("", text).rstrip()}\n}}\n'


def judge(found: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """A finding for each link of a page that names no file, and for each module that cannot be a classic script."""
    for path, content in found.items():
        if path.endswith(".html"):
            yield from _missing(path, content.decode(), found)
        elif path.endswith(".js") and content.startswith(b'"use strict";\n{') and _MODULES_ONLY.search(content.decode()):
            yield Diagnostic(Location(f"overrides/{path}"), "this module does not run from the disk: it imports, exports a list, awaits or asks for `import.meta`", "write it as one file of plain declarations", rule="offline-module")


def _missing(path: str, html: str, found: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    for address in read_html(path, html).addresses:
        name = re.split("[?#]", address.value, maxsplit=1)[0]
        if not name or ":" in name or name.startswith("//"):
            continue
        if posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(name))) not in found:
            yield Diagnostic(Location(path), f"`{address.value}` names no file of the offline site", rule="offline-missing-target")


def write(found: Mapping[str, bytes], file: Path) -> None:
    """Write the zip, all in one folder; an older one is replaced when the new one is whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in sorted(found.items()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{path}", _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            archive.writestr(entry, content)
    partial.replace(file)
