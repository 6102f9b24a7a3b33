"""Pages that were parsed before are found again, and nothing else is."""

from __future__ import annotations

import pickle
import re
import tomllib
from pathlib import Path

import pytest

from guidebook.cache import Cache
from guidebook.installed import TOOLS, installed, package
from guidebook.model import Page
from guidebook.parse import parse_page

TEXT = "---\nreviewed: 2026-11-23\n---\n\n# A\n\n[b](B.md) `x`\n\n```python\na = 1\n```\n"


class Counting:
    """A parser that counts."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, path: str, text: str) -> Page:
        self.calls.append(path)
        return parse_page(path, text)


def filled(folder: Path, count: int = 3) -> None:
    cache = Cache(folder)
    for number in range(count):
        cache.page(f"docs/{number}.md", TEXT)
    cache.save()


def test_page_is_remembered_as_it_was_parsed(tmp_path: Path) -> None:
    """Every field, the text included."""
    filled(tmp_path)
    parser = Counting()
    page, fresh = Cache(tmp_path, parser).page("docs/1.md", TEXT), parse_page("docs/1.md", TEXT)

    assert parser.calls == []
    assert all(getattr(page, name) == getattr(fresh, name) for name in Page.__slots__)


def test_page_of_another_text_is_parsed(tmp_path: Path) -> None:
    """And only that one."""
    filled(tmp_path)
    parser = Counting()
    cache = Cache(tmp_path, parser)
    for number in range(3):
        cache.page(f"docs/{number}.md", TEXT + "x" * (number == 1))

    assert parser.calls == ["docs/1.md"]


def test_edit_rewrites_one_file(tmp_path: Path) -> None:
    """The others stay as they are."""
    filled(tmp_path, 200)
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    cache = Cache(tmp_path)
    for number in range(200):
        cache.page(f"docs/{number}.md", TEXT + "x" * (number == 1))
    cache.save()

    assert sum(before[file.name] != file.stat().st_mtime_ns for file in tmp_path.iterdir()) == 1


def test_page_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    """The next time that its file is written."""
    filled(tmp_path, 200)
    cache = Cache(tmp_path)
    for number in range(100):
        cache.page(f"docs/{number}.md", TEXT + "x")
    cache.save()

    assert sum(len(pickle.loads(file.read_bytes())[1]) for file in tmp_path.iterdir() if "docs/1.md") < 200


@pytest.mark.parametrize("content", [b"", b"nonsense", pickle.dumps(3), pickle.dumps(("old", {})), b"\x80\x05" + b"(" * 1000])
def test_file_that_is_nonsense_is_empty(tmp_path: Path, content: bytes) -> None:
    """It costs time, nothing else."""
    filled(tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(content)

    assert Cache(tmp_path).page("docs/1.md", TEXT).links[0].target == "B.md"


def test_file_cannot_run_anything(tmp_path: Path) -> None:
    """Whoever put it there."""

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return exec, (f"open({str(tmp_path / 'ran')!r}, 'w')",)

    filled(tmp_path)
    for file in list(tmp_path.iterdir()):
        file.write_bytes(pickle.dumps(Evil()))
    Cache(tmp_path).page("docs/1.md", TEXT)

    assert not (tmp_path / "ran").exists()


def test_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """A checkout may be read-only."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    filled(tmp_path / "file" / "cache")


def test_file_beside_the_pages_is_remembered(tmp_path: Path) -> None:
    """The addresses in a template or a configuration as well."""
    text = "extra_css: [assets/site.css]\n"
    cache = Cache(tmp_path)
    fresh = cache.page("mkdocs.yml", text)
    cache.save()
    parser = Counting()

    assert Cache(tmp_path, parser).page("mkdocs.yml", text).links == fresh.links != ()
    assert parser.calls == []


def test_stamp_names_every_tool() -> None:
    """So that another version of a tool makes what is remembered void."""
    assert {package(name) for name in installed()} >= TOOLS - {"merman"}  # which has no wheel for some machines


def test_what_the_site_is_built_with_is_a_tool(root: Path) -> None:
    groups = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert {re.split(r"[^\w-]", one)[0] for one in groups["site"]} <= TOOLS
