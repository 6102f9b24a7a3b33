"""What is installed beside us: results that are remembered hold only as long as the tools are the same."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from functools import lru_cache

# What decides what a page becomes or what a check says. Not the tools of the tests, since those who run them want their pages back.
TOOLS = frozenset(
    {
        "codespell",
        "jinja2",
        "markdown",
        "merman",
        "mkdocs",
        "mkdocs-awesome-pages-plugin",
        "mkdocs-material",
        "natsort",
        "pathspec",
        "promql-parser",
        "pygments",
        "pymdown-extensions",
        "pyromark",
        "pyyaml",
        "selectolax",
        "sqlglot",
        "tree-sitter",
        "tree-sitter-bash",
        "tree-sitter-go",
        "tree-sitter-hcl",
        "tree-sitter-java",
        "tree-sitter-javascript",
    }
)


@lru_cache(maxsize=1)
def installed() -> list[str]:
    """`Markdown-3.10.dist-info` for each of the tools, by the names of folders: reading what is in them would take longer than what it is asked for."""
    found = set()
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found.update(name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info")) and package(name) in TOOLS)
    return sorted(found)


def package(folder: str) -> str:
    """`tree_sitter_go-0.25.0.dist-info` is of tree-sitter-go (https://packaging.python.org/en/latest/specifications/name-normalization/)."""
    return re.sub(r"[-_.]+", "-", folder.partition("-")[0]).lower()
