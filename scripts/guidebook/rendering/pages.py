"""Every page of a site, finished: taken from the store where all that it shows is the same, else rendered, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidebook import search
from guidebook.aside import forks, own_garbage
from guidebook.model import Site
from guidebook.rendering import stamp
from guidebook.rendering.derived import Readings, finished
from guidebook.rendering.store import Store, digest
from guidebook.rendering.world import Asked, World

if TYPE_CHECKING:
    from guidebook.rendering.renderer import Renderer

Entry = dict[str, Any]
Made = tuple[Entry, bytes, list[str]]  # what is known of a page or text, its HTML, what the renderer said
Kept = tuple[Entry, bytes | None, list[str]]  # the same, without HTML that the store has
Job = tuple[str, str, str]  # kind, page or template, name of the entry
_WORTH_FORKING = 6  # pages; a process takes a few hundredths of a second to fork, and half a second to spawn
_WORTH_SPAWNING = 40
_TRACE = {"asked", "words", "terms", "glossary"}  # of an entry: wanted once, to see whether it still holds
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
    bodies: dict[str, bytes] = field(default_factory=dict)  # HTML that the store does not have, by the name of the entry

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
        """Path below docs/ → what is known of the page's text, for all pages."""
        names = {uri: digest("text", self.base, uri, self.world.text(uri)) for uri in self.plan["pages"]}
        return self._made(names, "text")

    @cached_property
    def finished(self) -> dict[str, Entry]:
        """Place below the site → what is known of the finished page."""
        self._name_all()
        base = digest(self.base, self.templates)
        names = {uri: digest("page", base, uri, text["digest"]) for uri, text in self.texts.items()}
        pages = self._made(names, "page")
        others = self._made({name: digest("template", base, name) for name in self.plan["templates"]}, "template")
        return {place: pages[uri] for uri, place in self.plan["pages"].items() if uri in pages} | others

    @cached_property
    def readings(self) -> Readings:
        return Readings(self.store)

    @cached_property
    def shelves(self) -> dict[str, tuple[search.Book, search.Vocabulary]]:
        """Address of a page that is searched → what is known of it before it is rendered."""
        return {book.address: (book, vocabulary) for book, vocabulary in search.shelves(self.site)}

    def html(self, place: str) -> bytes:
        """The finished page."""
        return self._body(self.finished[place])

    def _body(self, entry: Entry) -> bytes:
        name, kind, key = entry["at"]
        if name not in self.bodies:
            found = self.store.entry(name)
            if found and found[0]["digest"] == entry["digest"]:
                return found[1]
            # Somebody has emptied the store meanwhile, or has built another state of the sources.
            if kind == "page":
                self._body(self.texts[key])
            if kind != "text":
                self.prepare()
            self.bodies[name] = self._make(kind, key)[1]
        return self.bodies[name]

    def _name_all(self) -> None:
        """The navigation shows titles, which are only known when all texts are."""
        shown = [[uri, text["title"], self._shown(uri)] for uri, text in self.texts.items()]
        self.world.navigation = digest(self.plan_name, shown)

    def _shown(self, uri: str) -> dict[str, str]:
        page = self.site.pages.get(f"docs/{uri}")
        return {name: str(page.front_matter.values[name]) for name in _SHOWN if page and page.front_matter.values.get(name)}

    def _made(self, names: Mapping[str, str], kind: str) -> dict[str, Entry]:
        """From the store, or rendered now: for each key the entry under its name."""
        self.used.update(names.values())
        found = {key: _lean(entry, name, kind, key) for key, name in names.items() if (entry := self.store.get(name)) is not None and self.world.holds(entry)}
        missing = [(kind, key, name) for key, name in names.items() if key not in found]
        if missing:
            self.rendered += [f"{kind} {key}" for _, key, _ in missing]
            if kind != "text":
                self.prepare()
                if kind == "page" and not self.preview:
                    self.shelves  # noqa: B018
            self.renderer  # noqa: B018  made once, before the processes part
        for entry, body, said in self._spread(missing):
            name, _, key = entry["at"]
            found[key] = entry
            self.warnings += said
            if body is not None:
                self.bodies[name] = body
        return {key: found[key] for key in names}

    def prepare(self) -> None:
        """Tell the renderer what the pages are called, which its navigation shows."""
        for uri, text in self.texts.items():
            self.renderer.introduce(uri, text["title"], self._shown(uri))

    def _spread(self, jobs: list[Job]) -> Iterable[Kept]:
        """Over all cores, where that is sooner."""
        cores = min(os.cpu_count() or 1, len(jobs), 16)
        at_once = forks()
        if cores < 2 or len(jobs) < (_WORTH_FORKING if at_once else _WORTH_SPAWNING):
            yield from map(self._keep, jobs)
            return
        import multiprocessing

        context = multiprocessing.get_context("fork" if at_once else "spawn")
        start: tuple[Callable[..., None], tuple[Any, ...]] = (own_garbage, ()) if at_once else (_begin_with, (self._copy(),))
        if at_once:
            _begin_with(lambda: self)
        # The longest first, one at a time, so that no core waits for another at the end.
        jobs = sorted(jobs, key=lambda job: -len(self.world.text(job[1])) if job[0] != "template" else 0)
        with context.Pool(cores, *start) as pool:
            for kept in pool.imap_unordered(_one, jobs):
                self.store.replaced(kept[0]["at"][0])
                yield kept

    def _copy(self) -> Callable[[], Pages]:
        """The same for a process that has nothing: of this state of the sources, whatever has been saved since."""
        known = {name: vars(self)[name] for name in ("plan", "texts") if name in vars(self)}
        return partial(_anew, self.site, self.store.folder, self.preview, known, self.world.navigation)

    def _keep(self, job: Job) -> Kept:
        """Render, and put it into the store; what that does not take is handed on."""
        kind, key, name = job
        entry, body, said = self._make(kind, key)
        kept = not said and self.store.put(name, entry, body)
        return _lean(entry, name, kind, key), None if kept else body, said

    def _make(self, kind: str, key: str) -> Made:
        """Render a text, a page around its text, or a template. It shows the navigation, unless it is a text."""
        from guidebook.rendering.renderer import listening

        self.world.asked = Asked()
        with listening() as said:
            if kind == "text":
                entry = self.renderer.text(key)
                body = entry.pop("html").encode("utf-8", "surrogatepass")
            else:
                self.world.ask("navigation")
                html = self.renderer.template(key) if kind == "template" else self.renderer.page(key, self._with_html(key))
                entry, body = finished(html)
                if not self.preview:
                    self._note(kind, key, body.decode())
        return entry | self.world.trace(), body, [*said]

    def _note(self, kind: str, key: str, html: str) -> None:
        """Read the finished page for those who will ask."""
        self.readings.compressed(html)
        if kind == "page" and (shelf := self.shelves.get(self.plan["pages"][key].removesuffix("index.html"))):
            self.readings.counted(html, *shelf)

    def _with_html(self, uri: str) -> Entry:
        return self.texts[uri] | {"html": self._body(self.texts[uri]).decode("utf-8", "surrogatepass")}


def _lean(entry: Entry, name: str, kind: str, key: str) -> Entry:
    """Without the questions, with where it comes from."""
    return {"at": (name, kind, key), **{part: value for part, value in entry.items() if part not in _TRACE}}


_begin: Callable[[], Pages]  # of a process that renders for another


def _begin_with(begin: Callable[[], Pages]) -> None:
    """What takes long, or may fail, is left to the first job: a pool would start such a process again and again."""
    global _begin
    _begin = begin


@cache
def _mine() -> Pages:
    return _begin()


def _anew(site: Site, folder: Path, preview: bool, known: dict[str, Any], navigation: str) -> Pages:
    pages = Pages(site, Store(folder), preview)
    vars(pages).update(known)
    pages.world.navigation = navigation
    pages.world.files = pages.plan["files"]
    if "texts" in known:
        pages.prepare()
    return pages


def _one(job: Job) -> Kept:
    return _mine()._keep(job)
