"""MkDocs events → guidebook calls. Hooks transform, they never judge: what is wrong on a page, `build.py check` has said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, InclusionLevel
from mkdocs.utils import get_relative_url

from guidebook import copies, feed, furniture, landing, paths, policy, search
from guidebook.cache import Cache
from guidebook.lean import lean
from guidebook.load import load_site
from guidebook.model import Term
from guidebook.parse import parse_page
from guidebook.parts import Parts, prepare
from guidebook.raw_html import repoint

_GLOSSARY = "Glossary.md"
_INDEX = "README.md"
_OWN_HTML = re.compile(r"<[a-z][^>]*\b(?:href|src|srcset|poster|data)\s*=", re.IGNORECASE)
_command = ""  # what MkDocs was asked to do


def on_startup(command: str, dirty: bool) -> None:
    """Remember what MkDocs was asked to do."""
    global _command
    _command = command


def on_config(config: Any) -> Any:
    """Read the sources anew for each build, so that what one page says about another shows on reload."""
    root = Path(config.docs_dir).parent
    config.extra["site"] = site = load_site(root, Cache(root / ".cache" / "guidebook"))
    config.extra["terms"] = site.terms
    config.extra["facts"] = furniture.facts(site)
    config.extra["stops"] = paths.stops(site)
    return config


def on_files(files: Any, config: Any) -> Any:
    """Leave out the theme's own scripts and styles, which no page of ours names, and add the pages that are made from data."""
    for file in [file for file in files if file.src_dir in config.theme.dirs[1:]]:
        files.remove(file)
    for path, text in paths.pages(config.extra["site"], config.extra["facts"]).items():
        files.append(File.generated(config, path, content=text, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_env(env: Any, config: Any, files: Any) -> Any:
    """Give the templates addresses of pages by their source, and of forms in the repository, if there is one."""
    repository = config.extra.get("repository") or ""
    env.globals["addresses"] = {file.src_uri: file.url for file in files}
    env.globals["with_marks"] = furniture.with_marks
    env.globals["edit_address"] = lambda path: furniture.edit_address(repository, path)
    env.globals["report_address"] = lambda path, title: furniture.report_address(repository, path, title)
    return env


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Give the page its own extension (tooltips depend on the page) and turn its quizzes into forms."""
    path = page.file.src_uri
    terms: tuple[Term, ...] = () if path in (_GLOSSARY, _INDEX) else config.extra["terms"]
    others = [extension for extension in config.markdown_extensions if not isinstance(extension, Parts)]
    config.markdown_extensions = [*others, Parts(path, terms)]
    return prepare(parse_page(f"docs/{path}", markdown))


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Let the author's own HTML point to where its files are published; make the index the first page; leave out what has no effect."""
    html = lean(html)
    if page.file.src_uri == _INDEX and config.extra["site"].guides:
        addresses = {file.src_uri: get_relative_url(file.url, page.url) for file in files}
        html = landing.as_landing(html, config.extra["site"], config.extra["facts"], addresses.__getitem__)
        html = paths.linked(html, config.extra["site"])
    if not _OWN_HTML.search(page.markdown or ""):
        return html
    return repoint(html, page.file.src_uri, {file.src_uri: file.dest_uri for file in files})


def on_post_build(config: Any) -> None:
    """Add what is made from the sources and the finished pages together."""
    copies.write(config.extra["site"], Path(config.site_dir), config.site_url or "")
    feed.write(config.extra["site"], config.extra["facts"], Path(config.site_dir), config.site_url or "")
    if _command == "build":  # the preview puts a script of its own into each page
        policy.write(Path(config.site_dir))
    search.write(config.extra["site"], Path(config.site_dir))
