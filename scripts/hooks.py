"""MkDocs events → guidebook calls. Hooks transform, they never judge: what is wrong on a page, `build.py check` has said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from guidebook import search
from guidebook.glossary import parse_terms
from guidebook.load import load_site
from guidebook.model import Term
from guidebook.parse import parse_page
from guidebook.parts import Parts, prepare

_GLOSSARY = "Glossary.md"
_INDEX = "README.md"


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


def on_post_build(config: Any) -> None:
    """Write the search's files beside the pages, for the preview as for the site."""
    search.write(load_site(Path(config.config_file_path).parent), Path(config.site_dir))
