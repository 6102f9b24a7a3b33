"""What all pages depend on, in a word each: the tools, our own sources, the configuration, the environment."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from functools import lru_cache
from pathlib import Path

from guidebook.installed import installed
from guidebook.model import Site
from guidebook.rendering.store import digest

_OURS = Path(__file__).resolve().parents[1]
# What pages are not made with: a change of a rule does not render them again.
_APART = {"artefacts.py", "built.py", "built_search.py", "changed.py", "claims.py", "external.py", "fetch.py", "freshness.py", "hosts.py",
          "memory.py", "offline.py", "paragraphs.py", "pdf.py", "preview.js", "preview.py", "releases.py", "report.py", "scaffold.py", "server.py", "shipped.py",
          "staged.py", "verdict.py", "verdicts.py", "watching.py"}  # fmt: skip
_APART_FOLDERS = {"checks", "__pycache__"}
_ENVIRONMENT = re.compile(r"!ENV\s*(\[[^\]]*\]|\S+)")
_NAME = re.compile(r"\b[A-Z][A-Z0-9_]+\b")
_NO_TEMPLATE = (".css", ".js", ".mjs", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico", ".woff", ".woff2", ".pyc")


@lru_cache(maxsize=1)
def tools() -> str:
    """The versions of Python and the tools, and the sources that make pages."""
    return digest(sys.version, installed(), _sources(_OURS))


@lru_cache(maxsize=1)
def checks() -> str:
    """The same for what checks say."""
    files = [file for file in sorted(_OURS.rglob("*.py"))]
    return digest(tools(), hashlib.blake2b(b"\0".join(file.read_bytes() for file in files)).hexdigest(), os.environ.get("CI"))


def _sources(folder: Path) -> str:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and file.name not in _APART and _APART_FOLDERS.isdisjoint(file.relative_to(folder).parts)]
    return hashlib.blake2b(b"\0".join(part for file in files for part in (file.relative_to(folder).as_posix().encode(), file.read_bytes()))).hexdigest()


def configuration(site: Site) -> str:
    """mkdocs.yml, the environment variables and the files (its hooks) that it names."""
    text = _bytes(site.root / "mkdocs.yml").decode("utf-8", "replace")
    names = sorted({name for one in _ENVIRONMENT.findall(text) for name in _NAME.findall(one)})
    others = [_bytes(site.root / path) for path in sorted(set(re.findall(r"[\w./-]+\.(?:py|ya?ml)\b", text)))]
    return digest(text, [[name, os.environ.get(name)] for name in names], [one.hex() for one in others])


def templates(site: Site) -> str:
    """What stands in overrides/ beside style sheets, scripts and pictures."""
    paths = sorted(path for path in site.repository if path.startswith("overrides/") and not path.endswith(_NO_TEMPLATE))
    return digest([[path, _bytes(site.root / path).hex()] for path in paths])


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
