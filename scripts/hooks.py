"""MkDocs events → guidebook calls. Hooks transform, they never judge: what is wrong on a page, `build.py check` has said.

What a page shows of the site beside its own text is asked of `config.extra["world"]`, which notes it: where the answer changes,
the page is rendered again. So templates get nothing of the site but through it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, InclusionLevel
from mkdocs.utils import get_relative_url

from guidebook import furniture, landing, paths
from guidebook.comments import without_comments
from guidebook.lean import lean
from guidebook.load import load_site
from guidebook.model import Page, Term
from guidebook.parse import parse_page
from guidebook.parts import Parts, prepare, with_quizzes
from guidebook.raw_html import repoint
from guidebook.rendering.world import ALL, Noted, NotedFacts, NotedSite, World

_GLOSSARY = "Glossary.md"
_INDEX = "README.md"
_OWN_HTML = re.compile(r"<[a-z][^>]*\b(?:href|src|srcset|poster|data)\s*=", re.IGNORECASE)


def on_config(config: Any) -> Any:
    """Hand the site over; MkDocs' own commands, which give no world, get one of their own."""
    world = config.extra.setdefault("world", None) or World(load_site(Path(config.docs_dir).parent))
    config.extra.update(world=world, site=NotedSite(world), facts=NotedFacts(world), stops=Noted(world, "stops", world.stops))
    return config


def on_files(files: Any, config: Any) -> Any:
    """Leave out the theme's own scripts and styles, which no page of ours names, and add the pages that are made from data."""
    for file in [file for file in files if file.src_dir in config.theme.dirs[1:]]:
        files.remove(file)
    for path, text in config.extra["world"].generated.items():
        files.append(File.generated(config, path, content=text, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_env(env: Any, config: Any, files: Any) -> Any:
    """Give the templates addresses of pages by their source, and of forms in the repository, if there is one."""
    repository = config.extra.get("repository") or ""
    env.globals["addresses"] = Noted(config.extra["world"], "file", {file.src_uri: file.url for file in files})
    env.globals["with_marks"] = furniture.with_marks
    env.globals["edit_address"] = lambda path: furniture.edit_address(repository, path)
    env.globals["report_address"] = lambda path, title: furniture.report_address(repository, path, title)
    return env


def on_page_read_source(page: Any, config: Any) -> str:
    """The text that was loaded and checked, whatever has been saved since."""
    text: str = config.extra["world"].text(page.file.src_uri)
    return text


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Give the page its own extension (tooltips depend on the page) and turn its quizzes into forms."""
    path, world = page.file.src_uri, config.extra["world"]
    terms: tuple[Term, ...] = () if path in (_GLOSSARY, _INDEX) else world.site.terms
    others = [extension for extension in config.markdown_extensions if not isinstance(extension, Parts)]
    config.markdown_extensions = [*others, Parts(path, terms, world.asked.words)]
    return _prepared(world.site.pages.get(f"docs/{path}"), markdown) or prepare(parse_page(f"docs/{path}", markdown))


def _prepared(page: Page | None, markdown: str) -> str:
    """The same of a page that was parsed with its front matter; nothing if it is not that text."""
    if page is None or not markdown or not page.text.endswith(markdown):
        return ""
    return without_comments(with_quizzes(page)[len(page.text) - len(markdown) :])


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Let the author's own HTML point to where its files are published; make the index the first page; leave out what has no effect."""
    html, world = lean(html), config.extra["world"]
    if page.file.src_uri == _INDEX and world.site.guides:
        world.ask("facts", ALL)
        world.ask("site", "guides")
        addresses = {file.src_uri: get_relative_url(file.url, page.url) for file in files}
        html = landing.as_landing(html, world.site, world.facts, addresses.__getitem__)
        html = paths.linked(html, world.site)
    if not _OWN_HTML.search(page.markdown or ""):
        return html
    return repoint(html, page.file.src_uri, {file.src_uri: file.dest_uri for file in files})
