"""Where a file of the site comes from, said so that it is true on another machine."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

_PACKAGES = ("material", "mkdocs")


def origin(root: Path, file: Path) -> list[str]:
    """[installed package or nothing, path in it or in the checkout]."""
    for name in _PACKAGES:
        if file.is_relative_to(folder := _package(name)):
            return [name, file.relative_to(folder).as_posix()]
    return ["", file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)]


def source_of(root: Path, origin: list[str]) -> Path:
    """The file that an origin names here."""
    package, path = origin
    return (_package(package) if package else root) / path


@cache
def _package(name: str) -> Path:
    """The folder of an installed package, which is not imported for that."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin or "").parent if spec else Path(name)
