"""A server for one author: a page is on the screen as soon as it is saved, and what is wrong with it stands there too.

Whatever breaks, the last good page stays. Everything is served from memory or from its source; nothing is written but the cache.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from guidebook import copies, feed, render, search, verdicts
from guidebook.cache import FOLDER, Cache
from guidebook.load import load_site
from guidebook.model import Diagnostic
from guidebook.rendering.pages import Pages
from guidebook.rendering.store import Store
from guidebook.trace import page_path

_EAR = 1.0  # seconds between two chances to hear Ctrl+C, on Windows
_SETTLED = 0.015  # seconds: an editor may empty a file before it writes it


@dataclass
class Edition:
    """One state of the site, as it is served."""

    pages: Pages
    files: Mapping[str, str]  # place → digest of the page
    assets: int  # grows whenever something that pages fetch was saved

    def state(self, place: str) -> str:
        """What a browser that shows this page has to fetch again when it changes."""
        return f"{self.files.get(place, '')}-{self.assets}"

    def content(self, place: str) -> bytes | None:
        """The file that stands there, if any."""
        plan, site = self.pages.plan, self.pages.site
        if place in self.files:
            return self.pages.html(place)
        if place in plan["static"]:
            with contextlib.suppress(OSError):
                return (site.root / plan["static"][place]).read_bytes()
        if place in self._copies:
            return copies.source(site, site.pages[self._copies[place]]).encode("utf-8", "surrogatepass")
        if place == feed.FILE and (text := feed.text(site, self.pages.world.facts, plan["address"])):
            return text.encode()
        folder, _, name = place.rpartition("/")
        return self._search.get(name) if folder == search.FOLDER else None

    @cached_property
    def _copies(self) -> dict[str, str]:
        return {copies.source_path(path): path for path in self.pages.site.pages if page_path(path) in self.files}

    @cached_property
    def _search(self) -> dict[str, bytes]:
        """Made when somebody searches, which in a preview is seldom."""
        with tempfile.TemporaryDirectory() as folder:
            for place in self.files:
                file = Path(folder, place)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(self.content(place) or b"")
            return {name: content.encode() for name, content in search.files(self.pages.site, Path(folder)).items()}


@dataclass
class Preview:
    """The site in memory. `say` is told all findings whenever they have changed."""

    root: Path
    say: Callable[[Sequence[Diagnostic], int], None]
    edition: Edition | None = None
    findings: tuple[Diagnostic, ...] = ()
    news: threading.Condition = field(default_factory=threading.Condition)
    waiting: set[str] = field(default_factory=set)  # paths that were saved and not looked at yet
    wake: threading.Event = field(default_factory=threading.Event)
    said: bool = False
    over: bool = False

    def __post_init__(self) -> None:
        self.cache = Cache(self.root / FOLDER)
        self.store = Store(self.root / FOLDER / "pages", keeps=True)

    def saved(self, path: str) -> None:
        """Note that a file has changed; `watch` looks at it."""
        self.waiting.add(path)
        self.wake.set()

    def watch(self) -> None:
        """Follow the saves, until `over`."""
        while not self.over:
            if not self.wake.wait(_EAR):
                continue
            while self.wake.is_set():
                self.wake.clear()
                time.sleep(_SETTLED)
            paths, self.waiting = self.waiting, set()
            if paths and not self.over:
                self.update(paths)

    def update(self, paths: Collection[str]) -> None:
        """A new edition after these files were saved, then what that means for findings; the old edition stays if there can be no new one."""
        try:
            site = load_site(self.root, self.cache)
        except NotADirectoryError:
            return
        self.cache.save()
        before = self.edition.pages if self.edition else None
        pages = Pages(site, self.store, preview=True)
        if before and "renderer" in vars(before):
            pages.previous = before
        broken: list[Diagnostic] = []
        try:
            self._publish(pages, paths)
            self.store.forget({*pages.used, pages.plan_name})
        except (Exception, SystemExit) as error:  # templates, extensions and a configuration raise anything
            broken = [render.failure(error)]
        broken += render.findings(self.root, pages.warnings)
        findings = tuple(sorted({*broken, *verdicts.run(site, self.store)}))
        if findings != self.findings or not self.said:
            self.findings, self.said = findings, True
            self.say(findings, len(site.pages))
            with self.news:
                self.news.notify_all()

    def _publish(self, pages: Pages, paths: Collection[str]) -> None:
        files = {place: entry["digest"] for place, entry in pages.finished.items()}
        assets = self.edition.assets if self.edition else 0
        fetched = any(path.startswith(("docs/", "overrides/")) and not path.endswith((".md", ".html", ".pages")) for path in paths)
        with self.news:
            self.edition = Edition(pages, files, assets + fetched)
            self.news.notify_all()

    def about(self, place: str) -> list[Diagnostic]:
        """The findings for one page, and those that are no page's."""
        sources = {page_path(path): path for path in self.edition.pages.site.pages} if self.edition else {}
        own = sources.get(place, "")
        pages = set(sources.values())
        return [finding for finding in self.findings if finding.location.path == own or finding.location.path not in pages]


def serve(root: Path, host: str, port: int, say: Callable[[Sequence[Diagnostic], int], None]) -> int:
    """Serve until Ctrl+C. Returns the exit code."""
    from guidebook.rendering.server import listen, occupied
    from guidebook.rendering.watching import watched

    if occupied(host, port):
        print(f"error: port {port} of {host} is in use", file=sys.stderr)
        print(f"  help: stop what runs there, or choose another: --port {port + 1}", file=sys.stderr)
        return 2
    preview = Preview(root, say)
    with listen(preview, host, port) as server:
        print(f"Serving on http://{host}:{port}/ (Ctrl+C stops; saving a page reloads it)", flush=True)
        try:
            preview.update(())  # before there are threads, so that all cores can be used
            gc.freeze()  # the site stays for the whole life of the process
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with watched(root, preview.saved):
                preview.saved("docs")  # or what was saved meanwhile would be missed
                preview.watch()
        except KeyboardInterrupt:
            pass
        finally:
            preview.over = True
    return 0
