"""The zip for reading from the disk: what is changed in a page, what is refused, what the archive holds."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from guidebook import offline

PATHS = {"index.html", "A/index.html", "A/index.md", "paths/on-call/index.html", "d.svg"}


@pytest.mark.parametrize(
    ("folder", "address", "file"),
    [
        ("", "A/", "A/index.html"),
        ("", "A/#part", "A/index.html#part"),
        ("", "A/?q=raft#part", "A/index.html?q=raft#part"),
        ("", ".", "index.html"),
        ("A", "..", "../index.html"),
        ("A", "../#top", "../index.html#top"),
        ("A", "./", "index.html"),
        ("paths/on-call", "../../A/", "../../A/index.html"),
        ("A", "#part", "#part"),
        ("A", "?q=raft", "?q=raft"),
        ("A", "index.md", "index.md"),
        ("A", "../d.svg", "../d.svg"),
        ("A", "../B/", "../B/"),
        ("A", "https://example.org/", "https://example.org/"),
        ("A", "mailto:a@example.org", "mailto:a@example.org"),
        ("A", "", ""),
    ],
)
def test_link_names_the_file(folder: str, address: str, file: str) -> None:
    """A folder with a page becomes that page's file; everything else stays."""
    assert offline.on_disk(f'<a class="x" href="{address}">x</a>', folder, PATHS) == f'<a class="x" href="{file}">x</a>'


def test_link_in_code_is_left_alone() -> None:
    """What is shown is not a tag."""
    shown = '<code>&lt;a href="A/"&gt;</code>'
    assert offline.on_disk(shown, "", PATHS) == shown


def test_module_becomes_a_deferred_script() -> None:
    """A browser refuses modules from the disk; `defer` keeps the time at which it runs."""
    assert offline.on_disk('<script src="../a.js" type="module"></script>', "A", PATHS) == '<script src="../a.js" defer></script>'


def test_script_keeps_its_names_to_itself() -> None:
    """Two of them may use the same name; what they export for tests is declared only."""
    assert offline.as_script("const a = 1;\nexport function b() {}\n") == '"use strict";\n{\nconst a = 1;\nfunction b() {}\n}\n'


def rendered(tmp_path: Path, script: str = "const a = 1;\n", link: str = "A/") -> Path:
    """A rendered site of two pages and a module."""
    files = {
        "index.html": f'<script src="a.js" type="module"></script><a href="{link}">A</a>',
        "A/index.html": '<a href="..">home</a>',
        "404.html": '<a href="/A/">A</a>',
        "a.js": script,
        "_headers": "/*\n",
    }
    for name, text in files.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(text, encoding="utf-8", newline="\n")
    return tmp_path / "site"


def test_files_for_servers_stay_out(tmp_path: Path) -> None:
    """Nobody asks a disk for a 404 page or for headers."""
    assert set(offline.files(rendered(tmp_path))) == {"index.html", "A/index.html", "a.js"}


def test_whole_site_has_no_findings(tmp_path: Path) -> None:
    """Every link names a file."""
    assert list(offline.judge(offline.files(rendered(tmp_path)))) == []


def test_link_that_names_no_file_is_found(tmp_path: Path) -> None:
    """The page and the link are named."""
    found = list(offline.judge(offline.files(rendered(tmp_path, link="B/"))))
    assert [(one.location.path, one.rule, one.message) for one in found] == [("index.html", "offline-missing-target", "`B/` names no file of the offline site")]


@pytest.mark.parametrize("line", ['import { b } from "./b.js";', "export { a };", "await a;", "const here = import.meta.url;"])
def test_module_that_cannot_be_a_script_is_found(tmp_path: Path, line: str) -> None:
    """Better a finding than a page whose buttons do nothing."""
    found = list(offline.judge(offline.files(rendered(tmp_path, script=f"const a = 1;\n{line}\n"))))
    assert [one.rule for one in found] == ["offline-module"]


def test_zip_is_the_same_each_time(tmp_path: Path) -> None:
    """No clock, no order of the disk."""
    found = offline.files(rendered(tmp_path))
    offline.write(found, tmp_path / "one.zip")
    offline.write(dict(reversed(found.items())), tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_zip_unpacks_into_one_folder(tmp_path: Path) -> None:
    """It does not spill over a reader's downloads."""
    offline.write(offline.files(rendered(tmp_path)), tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} == {offline.FOLDER}
