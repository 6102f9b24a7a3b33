"""Pages that were parsed before, found again by their content, so that a check after one edit parses one page.

The pages lie in a few files, of which an edit rewrites one. Whatever is wrong with a file, it counts as empty.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from guidebook.around import parse_file
from guidebook.installed import installed
from guidebook.model import Page

FOLDER = Path(".cache", "guidebook")  # of a checkout: all that is remembered; erase it whenever you like
_SHARDS = 64
_PARSERS = ("around", "collect", "elements", "found", "front_matter", "html", "markup", "model", "parse", "pieces", "references", "source", "statistics", "yaml_tree")
_ALLOWED = {"datetime": {"date", "datetime", "time", "timezone", "timedelta"}, "builtins": {"set", "frozenset", "bytearray"}}


class Cache:
    """`page` parses or remembers; `save` writes what is new below `folder`."""

    def __init__(self, folder: Path, parse: Callable[[str, str], Page] = parse_file) -> None:
        self.folder, self.parse = folder, parse
        self.stamp = _stamp()
        self.shards: dict[int, dict[str, tuple[bytes, Page]]] = {}
        self.changed: set[int] = set()
        self.used: set[str] = set()

    def page(self, path: str, text: str) -> Page:
        """The page of this path and text."""
        name, digest = _shard(path), hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if name not in self.shards:
            self.shards[name] = self._read(name)
        self.used.add(path)
        known = self.shards[name].get(path)
        if known and known[0] == digest:
            object.__setattr__(known[1], "text", text)  # which is not written a second time
            return known[1]
        page = self.parse(path, text)
        self.shards[name][path] = digest, page
        self.changed.add(name)
        return page

    def save(self) -> None:
        """Write the files that hold a new page, without pages that are gone. A disk that refuses costs time later, nothing else."""
        for name in self.changed:
            pages = {path: (digest, _without_text(page)) for path, (digest, page) in self.shards[name].items() if path in self.used}
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                new = self.folder / f"{name:02}.{os.getpid()}.new"
                new.write_bytes(pickle.dumps((self.stamp, pages), 5))
                new.replace(self.folder / f"{name:02}.pages")
            except (OSError, RecursionError, pickle.PicklingError):
                pass
        self.changed.clear()

    def _read(self, name: int) -> dict[str, tuple[bytes, Page]]:
        try:
            stamp, pages = _Reader(io.BytesIO((self.folder / f"{name:02}.pages").read_bytes())).load()
            return pages if stamp == self.stamp else {}
        except Exception:  # bytes that are no pickle raise anything
            return {}


class _Reader(pickle.Unpickler):
    """Makes pages and dates, and calls nothing else, whoever wrote the file."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "guidebook.model" or name in _ALLOWED.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _without_text(page: Page) -> Page:
    return Page(page.path, "", page.front_matter, page.headings, page.links, page.anchors, page.fences, page.numbers, page.words)


def _shard(path: str) -> int:
    return int.from_bytes(hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=2).digest(), "big") % _SHARDS


def _stamp() -> str:
    """Changes with the code that parses, and with what it builds on."""
    sources = b"".join((Path(__file__).parent / f"{name}.py").read_bytes() for name in _PARSERS)
    return f"{hashlib.blake2b(sources).hexdigest()} {' '.join(installed())}"
