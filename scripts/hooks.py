"""MkDocs events → guidebook calls. Hooks transform, they never judge: what is wrong on a page, `build.py check` has said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from guidebook.glossary import parse_terms
from guidebook.model import Term
from guidebook.parse import parse_page
from guidebook.parts import Parts, prepare
from guidebook.raw_html import repoint

_GLOSSARY = "Glossary.md"
_INDEX = "README.md"
_OWN_HTML = re.compile(r"<[a-z][^>]*\b(?:href|src|srcset|poster|data)\s*=", re.IGNORECASE)


def on_config(config: Any) -> Any:
    """Read the Glossary anew for each build, so that an edited definition shows on reload."""
    file = Path(config.docs_dir, _GLOSSARY)
    config.extra["terms"] = parse_terms(parse_page(f"docs/{_GLOSSARY}", file.read_text(encoding="utf-8"))) if file.is_file() else ()
    return config


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Give the page its own extension (tooltips depend on the page) and turn its quizzes into forms."""
    path = page.file.src_uri
    terms: tuple[Term, ...] = () if path in (_GLOSSARY, _INDEX) else config.extra["terms"]
    others = [extension for extension in config.markdown_extensions if not isinstance(extension, Parts)]
    config.markdown_extensions = [*others, Parts(path, terms)]
    return prepare(parse_page(f"docs/{path}", markdown))


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Let the author's own HTML point to where its files are published."""
    if not _OWN_HTML.search(page.markdown or ""):
        return html
    return repoint(html, page.file.src_uri, {file.src_uri: file.dest_uri for file in files})
