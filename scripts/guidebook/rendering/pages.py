"""Every page of a site, finished: taken from the store where all that it shows is the same, else rendered, on all cores."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidebook.model import Site
from guidebook.rendering import stamp
from guidebook.rendering.derived import derived
from guidebook.rendering.store import Store, digest
from guidebook.rendering.world import Asked, World

if TYPE_CHECKING:
    from guidebook.rendering.renderer import Renderer

Entry = dict[str, Any]
_WORTH_FORKING = 6  # pages; a process takes a few hundredths of a second to fork, and half a second to spawn
_WORTH_SPAWNING = 40
_SHOWN = ("icon", "status", "subtitle", "encrypted")  # what the navigation shows of a page's front matter


@dataclass
class Pages:
    """Makes the pages of a site. `warnings`: what the renderer said, which no finished page has."""

    site: Site
    store: Store
    preview: bool = False
    previous: Pages | None = None  # of the edition before, whose renderer may be used again
    warnings: list[str] = field(default_factory=list)
    rendered: list[str] = field(default_factory=list)  # what had to be, for those who want to know
    used: set[str] = field(default_factory=set)  # entries of the store

    @cached_property
    def world(self) -> World:
        return World(self.site)

    @cached_property
    def base(self) -> str:
        """What every page depends on."""
        return digest(stamp.tools(), stamp.configuration(self.site), self.preview)

    @cached_property
    def templates(self) -> str:
        return stamp.templates(self.site)

    @cached_property
    def plan_name(self) -> str:
        """What the names of files decide, is decided anew where one of them changes."""
        files = sorted(path for path in self.site.repository | self.site.files if path.startswith(("docs/", "overrides/")))
        orders = sorted((path, text) for path, text in self.site.texts.items() if path.endswith("/.pages"))
        unlisted = sorted((path, page.front_matter.values.get("title")) for path, page in self.site.pages.items()) if "order" in str(orders) else []
        return digest("plan", self.base, files, orders, sorted(self.world.generated), unlisted)

    @cached_property
    def plan(self) -> dict[str, Any]:
        plan = self.store.get(self.plan_name)
        if plan is None:
            plan = self.renderer.plan()
            if not self.warnings:
                self.store.put(self.plan_name, plan)
        self.world.files = plan["files"]
        return plan

    @cached_property
    def renderer(self) -> Renderer:
        before, self.previous = self.previous, None
        if before and before.plan_name == self.plan_name:
            before.renderer.renew(self.world, self.templates)
            return before.renderer
        from guidebook.rendering.renderer import Renderer, listening

        with listening() as said:
            try:
                return Renderer(self.site.root, self.world, self.templates, self.preview)
            finally:
                self.warnings += said

    @cached_property
    def texts(self) -> dict[str, Entry]:
        """Path below docs/ → the page's text, for all pages."""
        names = {uri: digest("text", self.base, uri, self.world.text(uri)) for uri in self.plan["pages"]}
        return self._made(names, "text", self._text)

    @cached_property
    def finished(self) -> dict[str, Entry]:
        """Place below the site → the finished page, and what follows from it."""
        self._name_all()
        base = digest(self.base, self.templates)
        names = {uri: digest("page", base, uri, text["digest"]) for uri, text in self.texts.items()}
        pages = self._made(names, "page", self._page)
        others = self._made({name: digest("template", base, name) for name in self.plan["templates"]}, "template", self._template)
        return {place: pages[uri] for uri, place in self.plan["pages"].items() if uri in pages} | others

    def _name_all(self) -> None:
        """The navigation shows titles, which are only known when all texts are."""
        shown = [[uri, text["title"], self._shown(uri)] for uri, text in self.texts.items()]
        self.world.navigation = digest(self.plan_name, shown)

    def _shown(self, uri: str) -> dict[str, str]:
        page = self.site.pages.get(f"docs/{uri}")
        return {name: str(page.front_matter.values[name]) for name in _SHOWN if page and page.front_matter.values.get(name)}

    def _made(self, names: Mapping[str, str], kind: str, make: Callable[[str], tuple[Entry, list[str]]]) -> dict[str, Entry]:
        """From the store, or by `make`: for each key the entry under its name."""
        self.used.update(names.values())
        found = {key: entry for key, name in names.items() if (entry := self.store.get(name)) is not None and self.world.holds(entry)}
        missing = [key for key in names if key not in found]
        if missing:
            self.rendered += [f"{kind} {key}" for key in missing]
            if kind != "text":
                self.prepare()
            self.renderer  # noqa: B018  made once, before the processes part
        for key, (entry, said) in self._spread(kind, missing, make):
            found[key] = entry
            self.warnings += said
            if not said:
                self.store.put(names[key], entry)
        return {key: found[key] for key in names}

    def prepare(self) -> None:
        """Tell the renderer what the pages are called, which its navigation shows."""
        for uri, text in self.texts.items():
            self.renderer.introduce(uri, text["title"], self._shown(uri))

    def _spread(self, kind: str, keys: list[str], make: Callable[[str], tuple[Entry, list[str]]]) -> Iterable[tuple[str, tuple[Entry, list[str]]]]:
        """Over all cores, where that is sooner."""
        cores = min(os.cpu_count() or 1, len(keys), 16)
        forks = sys.platform == "linux" and threading.active_count() == 1
        if cores < 2 or len(keys) < (_WORTH_FORKING if forks else _WORTH_SPAWNING):
            yield from ((key, make(key)) for key in keys)
            return
        import multiprocessing

        global _pages
        _pages = self
        context = multiprocessing.get_context("fork" if forks else "spawn")
        start = (None, ()) if forks else (_start, (self.site.root, self.preview))
        # The longest first, one at a time, so that no core waits for another at the end.
        keys = sorted(keys, key=lambda key: -len(self.world.text(key)) if kind != "template" else 0)
        with context.Pool(cores, *start) as pool:
            yield from pool.imap_unordered(_one, [(kind, key) for key in keys])

    def _noted(self, make: Callable[[], Entry]) -> tuple[Entry, list[str]]:
        from guidebook.rendering.renderer import listening

        self.world.asked = Asked()
        with listening() as said:
            entry = make()
        return entry | self.world.trace(), [*said]

    def _text(self, uri: str) -> tuple[Entry, list[str]]:
        return self._noted(lambda: self.renderer.text(uri))

    def _page(self, uri: str) -> tuple[Entry, list[str]]:
        return self._whole(lambda: self.renderer.page(uri, self.texts[uri]))

    def _template(self, name: str) -> tuple[Entry, list[str]]:
        return self._whole(lambda: self.renderer.template(name))

    def _whole(self, make: Callable[[], str]) -> tuple[Entry, list[str]]:
        """A finished page, which shows the navigation, and what follows from it."""

        def entry() -> Entry:
            self.world.ask("navigation")
            return derived(make(), self.preview)

        return self._noted(entry)


_pages: Pages  # of a process that renders for another


def _start(root: Path, preview: bool) -> None:
    """In a new process, which has nothing: read the site again."""
    from guidebook.cache import FOLDER, Cache
    from guidebook.load import load_site

    global _pages
    _pages = Pages(load_site(root, Cache(root / FOLDER)), Store(root / FOLDER / "pages"), preview)
    _pages.world.files = _pages.plan["files"]
    if _pages.texts:  # all in the store by now, when it is finished pages that are wanted
        _pages.prepare()


def _one(job: tuple[str, str]) -> tuple[str, tuple[Entry, list[str]]]:
    kind, key = job
    return key, {"text": _pages._text, "page": _pages._page, "template": _pages._template}[kind](key)
