"""MkDocs and its theme as two functions: Markdown → text, text → page. With scripts/hooks.py the only code that knows them.

MkDocs' own commands are not used: they know all pages or none.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # the theme's notice about its own future; CONTRIBUTING says what it says

from jinja2 import Environment, FileSystemLoader
from mkdocs import utils
from mkdocs.commands.build import get_context
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils.templates import TemplateContext

from guidebook.rendering.store import digest
from guidebook.rendering.world import Noted, World

_SITEMAP = "sitemap.xml"  # says today's date; `finish` writes one that does not
_DRAFT = '<div class="mkdocs-draft-marker" title="This page will not be included into the built site.">DRAFT</div>'


class Renderer:
    """MkDocs, made ready for one state of the navigation; `renew` for another state of the sources. Raises what MkDocs raises.

    templates: a name for what stands in them.
    preview: pages that are not published are there as well, and marked as drafts.
    """

    def __init__(self, root: Path, world: World, templates: str, preview: bool = False) -> None:
        self.root, self.world, self.templates = root, world, templates
        self.included = InclusionLevel.is_in_serve if preview else InclusionLevel.is_included
        config: Any = load_config(config_file=str(root / "mkdocs.yml"), site_dir=str(root / "site"))  # nothing is written there
        config.plugins.on_startup(command="serve" if preview else "build", dirty=False)
        config.extra["world"] = world
        self.config = config = config.plugins.on_config(config)
        config.plugins.on_pre_build(config=config)
        files = get_files(config)
        env = config.theme.get_env()
        # Not the theme's own, thousands of icons, which the hook would take out again.
        files.add_files_from_theme(Environment(loader=FileSystemLoader(config.theme.dirs[:1])), config)
        self.files: Files = config.plugins.on_files(files, config=config)
        set_exclusions(self.files, config)
        self.nav = config.plugins.on_nav(get_navigation(self.files, config), config=config, files=self.files)
        for file in self.documents():
            if file.page is None:
                Page(None, file, config)
        self.given = {file.src_uri: title for file in self.documents() if (title := vars(file.page).get("title"))}  # by the navigation
        self.env = config.plugins.on_env(env, config=config, files=self.files)

    def documents(self) -> Sequence[File]:
        return self.files.documentation_pages(inclusion=self.included)

    def plan(self) -> dict[str, Any]:
        """What follows from the names of files alone: every address, the pages, the files to copy, the templates that are pages."""
        static = [file for file in self.files if not file.is_documentation_page() and self.included(file.inclusion) and file.abs_src_path]
        return {
            "files": {file.src_uri: file.url for file in self.files},
            "pages": {file.src_uri: file.dest_uri for file in self.documents()},
            "unlisted": [file.src_uri for file in self.documents() if file.inclusion.is_excluded()],
            "static": {file.dest_uri: _from(self.root, Path(file.abs_src_path or "")) for file in static},
            "templates": [name for name in self.config.theme.static_templates if name != _SITEMAP],
            "address": self.config.site_url or "",
        }

    def text(self, uri: str) -> dict[str, Any]:
        """The page's text: title, table of contents, HTML, its ids, the anchors elsewhere that it points to."""
        page = self._page(uri)
        noted: Any = _NotedFiles(self.world, self.files)
        vars(page).pop("title", None)  # the navigation's; what the page itself says is wanted
        try:
            self._read(page)
            page.markdown = self.config.plugins.on_page_markdown(page.markdown, page=page, config=self.config, files=noted)
            page.render(self.config, noted)
            page.content = self.config.plugins.on_page_content(page.content, page=page, config=self.config, files=noted)
        finally:
            self.config._current_page = None
        pointing = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
        toc = [_plain(item) for item in page.toc]
        name = digest(self.world.text(uri), page.content, toc)  # the text, since a page shows its front matter as well
        return {"title": page.title, "toc": toc, "html": page.content, "ids": sorted(page.present_anchor_ids or ()), "pointing": pointing, "digest": name}

    def page(self, uri: str, text: dict[str, Any]) -> str:
        """The finished page around a text."""
        page = self._page(uri)
        if page.markdown is None:
            self._read(page)
        page.content = (_DRAFT if page.file.inclusion.is_excluded() else "") + text["html"]
        page.toc = TableOfContents([_link(one) for one in text["toc"]])
        if page.toc.items:
            page.toc.items[0].active = True  # type: ignore[attr-defined]
        page.active = True
        try:
            self.config._current_page = page
            context = get_context(self.nav, self.documents(), self.config, page)
            context = self.config.plugins.on_page_context(context, page=page, config=self.config, nav=self.nav)
            html = self.env.get_template(str(page.meta.get("template", "main.html"))).render(context)
            return self.config.plugins.on_post_page(html, page=page, config=self.config)
        finally:
            page.active = False
            self.config._current_page = None

    def template(self, name: str) -> str:
        """A page that has no text of its own, such as 404.html, whose addresses are absolute: nobody knows where it is shown."""
        base = urlsplit(self.config.site_url or "/").path if utils.is_error_template(name) else utils.get_relative_url(".", name)
        template = self.config.plugins.on_pre_template(self.env.get_template(name), template_name=name, config=self.config)
        context: TemplateContext = get_context(self.nav, self.files, self.config, base_url=base)
        context = self.config.plugins.on_template_context(context, template_name=name, config=self.config)
        return self.config.plugins.on_post_template(template.render(context), template_name=name, config=self.config)

    def introduce(self, uri: str, title: str, shown: dict[str, Any]) -> None:
        """Tell the navigation what another page is called; `shown`: its front matter, as far as the navigation shows it."""
        page = self._page(uri)
        page.title = self.given.get(uri, title)
        if page.markdown is None:
            page.meta = shown

    def renew(self, world: World, templates: str) -> None:
        """The sources have changed, the names of the files have not."""
        self.world = world
        if templates != self.templates and self.env.cache is not None:
            self.env.cache.clear()
        self.templates = templates
        self.config.extra["world"] = world
        self.config.plugins.on_config(self.config)
        self.config.plugins.on_env(self.env, config=self.config, files=self.files)
        for file in self.documents():
            page = self._page(file.src_uri)
            page.markdown = page.content = None
            if file.generated_by:
                file.content_string = world.generated[file.src_uri]

    def _page(self, uri: str) -> Page:
        file = self.files.src_uris[uri]
        assert file.page
        return file.page

    def _read(self, page: Page) -> None:
        self.config._current_page = page
        page.read_source(self.config)


class _NotedFiles(Files):
    """MkDocs' files, which note what was looked for."""

    def __init__(self, world: World, files: Files) -> None:
        self.world, self._src_uris = world, files.src_uris  # type: ignore[assignment]

    def get_file_from_path(self, path: str) -> File | None:
        name = Path(path).as_posix()
        self.world.ask("file", name)
        return self._src_uris.get(name)

    @property
    def src_uris(self) -> Any:
        return Noted(self.world, "file", self._src_uris)

    def __iter__(self) -> Iterator[File]:
        self.world.ask("file", "*")
        return iter(self._src_uris.values())


def _plain(item: AnchorLink) -> list[Any]:
    return [item.title, item.id, item.level, [_plain(child) for child in item.children]]


def _link(plain: list[Any]) -> AnchorLink:
    title, name, level, children = plain
    link = AnchorLink(title, name, level)
    link.children = [_link(child) for child in children]
    return link


def _from(root: Path, file: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


class Messages(logging.Handler):
    """Collects what MkDocs warns about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage().partition("\n")[0])


@contextmanager
def listening() -> Iterator[list[str]]:
    """Everything that MkDocs warns about meanwhile, the first line of each."""
    handler, logger = Messages(), logging.getLogger("mkdocs")
    logger.addHandler(handler)
    propagates, logger.propagate = logger.propagate, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tools about themselves
            yield handler.said
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates
