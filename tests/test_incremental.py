"""An incremental build is exact: after any edit it gives, byte for byte, what a clean one gives elsewhere. And it does no more than it must."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from guidebook import render
from guidebook.load import load_site
from guidebook.rendering import finish
from guidebook.rendering.pages import Pages
from guidebook.rendering.preview import Preview
from guidebook.rendering.store import Store

BOOK = Path(__file__).parent / "sites" / "book"
SCRIPTS = Path(render.__file__).parents[1]
HALVES = [0, 1]  # of the edits, in an order that is random and the same each time


@pytest.fixture
def book(root: Path, tmp_path: Path) -> Path:
    """A site with one of everything, and this checkout's configuration, theme and hooks."""
    there = tmp_path / "book"
    shutil.copytree(BOOK, there)
    shutil.copytree(root / "overrides", there / "overrides")
    (there / "scripts").mkdir()
    shutil.copy(root / "scripts/hooks.py", there / "scripts")
    shutil.copy(root / "mkdocs.yml", there)
    return there


def tree(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def built(root: Path, out: Path) -> dict[str, bytes]:
    """Every file of the site, or what is wrong with it."""
    shutil.rmtree(out, ignore_errors=True)
    findings = render.render(root, out)
    return tree(out) | {"findings": "\n".join(map(str, findings)).encode()}


def clean(root: Path, elsewhere: Path) -> dict[str, bytes]:
    """The same without anything remembered, in another place."""
    shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.copytree(root, elsewhere, ignore=shutil.ignore_patterns(".cache", "out"))
    return built(elsewhere, elsewhere / "out")


def rendered(root: Path) -> list[str]:
    """What a build has to render now."""
    pages = Pages(load_site(root), Store(root / render.FOLDER / "pages"))
    pages.finished  # noqa: B018
    return sorted(pages.rendered)


def replaced(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8", newline="\n")


def appended(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8", newline="\n")


def some_page(root: Path, dice: random.Random) -> Path:
    return dice.choice(sorted((root / "docs").rglob("*.md")))


def text(root: Path, dice: random.Random) -> None:
    appended(some_page(root, dice), f"\nMore of a lease, a quorum and word {dice.randrange(1000)}.\n")


def heading(root: Path, dice: random.Random) -> None:
    file = some_page(root, dice)
    replaced(file, "\n## ", f"\n## Renamed {dice.randrange(100)} ")


def title(root: Path, dice: random.Random) -> None:
    file = some_page(root, dice)
    replaced(file, "title: ", f"title: New {dice.randrange(100)} ")
    replaced(file, "\n# ", f"\n# New {dice.randrange(100)} ")


def page_added(root: Path, dice: random.Random) -> None:
    number = dice.randrange(1000)
    folder = dice.choice(["", "more/"])
    file = root / f"docs/{folder}Page{number}.md"
    file.write_text(f"# Page {number}\n\nA lease, and [the index]({'../' if folder else ''}README.md).\n", encoding="utf-8")


def page_moved(root: Path, dice: random.Random) -> None:
    file, number = some_page(root, dice), dice.randrange(1000)
    if file.name not in ("README.md", "Glossary.md"):
        file.rename(file.with_name(f"Moved{number}.md"))
        replaced(root / "docs/.pages", f"- {file.name}", f"- Moved{number}.md")


def page_removed(root: Path, dice: random.Random) -> None:
    file = some_page(root, dice)
    if file.name not in ("README.md", "Glossary.md"):
        file.unlink()
        replaced(root / "docs/.pages", f"      - {file.name}\n", "")


def term(root: Path, dice: random.Random) -> None:
    change = dice.choice([("that ends by itself", "that just ends"), ("### Quorum", "### Majority"), ("epoch number", "word")])
    replaced(root / "docs/Glossary.md", *change)


def link_added(root: Path, dice: random.Random) -> None:
    file = some_page(root, dice)
    target = os.path.relpath(some_page(root, dice), file.parent).replace(os.sep, "/")
    appended(file, f"\n## Linked {dice.randrange(100)}\n\nTo [a page]({target}#lab).\n")


def template(root: Path, dice: random.Random) -> None:
    replaced(root / "overrides/main.html", "{% block content %}", f"{{% block content %}}<p class=\"new-{dice.randrange(100)}\">{{{{ config.extra.site.guides | length }}}}</p>")


def configuration(root: Path, dice: random.Random) -> None:
    replaced(root / "mkdocs.yml", "site_name: ", f"site_name: {dice.choice('ABC')} ")


def navigation(root: Path, dice: random.Random) -> None:
    change = dice.choice([("  - Index: README.md", "  - Start: README.md"), ("      - One.md\n      - Two.md", "      - Two.md\n      - One.md"), ("  - Backend:", "  - Behind:")])
    replaced(root / "docs/.pages", *change)


def style(root: Path, dice: random.Random) -> None:
    appended(root / "overrides/assets/site.css", f"\n.new-{dice.randrange(100)} {{ color: var(--md-default-fg-color--light) }}\n")


def lab(root: Path, dice: random.Random) -> None:
    appended(root / "docs/labs/one/first.py", f"print({dice.randrange(100)})\n")


def lab_added(root: Path, dice: random.Random) -> None:
    (root / f"docs/labs/one/second{dice.randrange(100)}.py").write_text("print(2)\n", encoding="utf-8")


EDITS: list[Callable[[Path, random.Random], None]] = [text, heading, title, page_added, page_moved, page_removed, term, link_added, template, configuration, navigation, style, lab, lab_added]


@pytest.mark.parametrize("half", HALVES)
def test_incremental_build_equals_a_clean_one(book: Path, tmp_path: Path, half: int) -> None:
    """After each of many random edits: the same files, the same bytes, the same findings."""
    dice = random.Random(20 + half)
    built(book, book / "out")
    for edit in random.Random(20).sample(EDITS, len(EDITS))[half::2]:
        edit(book, dice)

        assert built(book, book / "out") == clean(book, tmp_path / "a clean one"), edit.__name__


def test_build_clears_away_what_nobody_used_for_long(book: Path) -> None:
    store = book / render.FOLDER / "pages"
    store.mkdir(parents=True)
    (store / "old").write_text("x")
    os.utime(store / "old", (0, 0))
    render.render(book, book / "out")
    assert not (store / "old").exists()


def test_processes_that_begin_with_nothing_render_the_same(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS and Windows; and what they put away holds in the next build."""
    expected = clean(book, tmp_path / "clean")
    monkeypatch.setattr("guidebook.rendering.pages.forks", lambda: False)
    monkeypatch.setattr("guidebook.rendering.pages._WORTH_SPAWNING", 2)
    assert built(book, book / "out") == expected
    assert rendered(book) == []


def test_page_that_is_saved_meanwhile_is_not_taken_for_the_one_before(book: Path, tmp_path: Path) -> None:
    """What is remembered under the old text shows the old text."""
    expected = built(book, book / "out")
    pages = Pages(load_site(book), Store(tmp_path / "store"))
    file = book / "docs/One.md"
    text = file.read_text(encoding="utf-8")
    appended(file, "\nA later sentence.\n")
    pages.finished  # noqa: B018
    file.write_text(text, encoding="utf-8", newline="\n")
    again = Pages(load_site(book), Store(tmp_path / "store"))
    assert again.html("One/index.html") == expected["One/index.html"]
    assert again.rendered == []


def test_store_that_is_emptied_meanwhile_costs_time_only(book: Path, tmp_path: Path) -> None:
    expected = built(book, book / "out")
    pages = Pages(load_site(book), Store(tmp_path / "store"))
    pages.finished  # noqa: B018
    shutil.rmtree(tmp_path / "store")
    finish.write(pages, tmp_path / "site")()
    assert tree(tmp_path / "site") | {"findings": b""} == expected


def test_build_of_another_state_meanwhile_does_not_get_mixed_in(book: Path, tmp_path: Path) -> None:
    expected = built(book, book / "out")
    pages = Pages(load_site(book), Store(tmp_path / "store"))
    pages.finished  # noqa: B018
    replaced(book / "docs/Two.md", "title: ", "title: Another ")  # which the navigation of every page shows
    replaced(book / "docs/Two.md", "\n# ", "\n# Another ")
    Pages(load_site(book), Store(tmp_path / "store")).finished  # noqa: B018
    finish.write(pages, tmp_path / "site")()
    assert tree(tmp_path / "site") | {"findings": b""} == expected


def test_preview_serves_what_a_build_writes(book: Path, tmp_path: Path) -> None:
    """In a process that lives through all edits, too: every page, but for the script of the preview."""
    dice = random.Random(7)
    preview = Preview(book, lambda findings, pages: None)
    preview.update(())
    for edit in dice.sample(EDITS, len(EDITS)):
        before = tree(book)
        edit(book, dice)
        saved = {path for path, data in (tree(book).items() ^ before.items()) if not path.startswith(".cache")}
        preview.update(saved)
        expected = {path: data for path, data in clean(book, tmp_path / "a clean one").items() if path.endswith(".html")}
        assert preview.edition

        assert {path: preview.edition.content(path) for path in preview.edition.files} == expected, edit.__name__


def test_edit_of_a_text_renders_one_page(book: Path) -> None:
    """And nothing when nothing was edited."""
    render.render(book, book / "out")
    assert rendered(book) == []
    appended(book / "docs/more/Three.md", "\nA sentence.\n")

    assert rendered(book) == ["page more/Three.md", "text more/Three.md"]


def test_change_of_a_term_renders_the_pages_that_use_it(book: Path) -> None:
    """`fencing token` stands on one page only."""
    render.render(book, book / "out")
    replaced(book / "docs/Glossary.md", "A number that grows.", "A number that only grows.")

    assert [one for one in rendered(book) if one.startswith("text")] == ["text Glossary.md", "text Two.md"]


def test_change_of_a_template_renders_no_text(book: Path) -> None:
    """Markdown is the larger part of the work."""
    render.render(book, book / "out")
    appended(book / "overrides/partials/after.html", "<p>New.</p>")

    assert {one.partition(" ")[0] for one in rendered(book)} == {"page", "template"}


def test_warm_build_starts_no_mkdocs(book: Path) -> None:
    """With nothing to render, nothing that renders is imported."""
    render.render(book, book / "out")
    code = f"import sys; from pathlib import Path; from guidebook.render import render; render(Path({str(book)!r}), Path({str(book / 'new')!r}))"
    tell = "print([name for name in ('mkdocs', 'material', 'jinja2', 'pygments') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", f"{code}; {tell}"], env={**os.environ, "PYTHONPATH": str(SCRIPTS)}, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
    assert tree(book / "new") == tree(book / "out")


def test_builds_are_the_same_everywhere_and_always(book: Path, tmp_path: Path) -> None:
    """Another directory, hash seed, time zone, language, mask of permissions and day: the same bytes, compressed ones included."""
    here = built(book, book / "out")
    shutil.copytree(book, tmp_path / "elsewhere", ignore=shutil.ignore_patterns(".cache", "out"))
    code = f"import os; os.umask(0o077); from pathlib import Path; from guidebook.render import render; print(render(Path('.').resolve(), Path({str(tmp_path / 'there')!r})))"
    other = {"PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1", "PYTHONPATH": str(SCRIPTS)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path / "elsewhere", env={**os.environ, **other}, check=True)

    assert "sitemap.xml.gz" in here
    assert tree(tmp_path / "there") | {"findings": b""} == here


@pytest.mark.parametrize("harm", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: data.replace(b"a", b"b"), lambda data: b"null"], ids=["empty", "cut", "edited", "foreign"])
def test_harmed_entries_are_made_anew(book: Path, tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    """Whatever stands in the cache, the site is right, and so is the cache afterwards."""
    whole = built(book, book / "out")
    for file in (book / render.FOLDER / "pages").iterdir():
        file.write_bytes(harm(file.read_bytes()))

    assert built(book, book / "out") == whole
    assert rendered(book) == []


def test_entry_under_another_name_is_not_taken(tmp_path: Path) -> None:
    """A file that was renamed is no longer what its name says."""
    Store(tmp_path).put("one", {"a": 1})
    (tmp_path / "one").rename(tmp_path / "two")

    assert Store(tmp_path).get("two") is None


def test_two_builds_at_once_do_not_harm_each_other(book: Path, tmp_path: Path) -> None:
    """They share a cache, and both are right."""
    code = "import sys; from pathlib import Path; from guidebook.render import render; print(render(Path(sys.argv[1]), Path(sys.argv[2])))"
    command = [sys.executable, "-c", code, book]
    both = [subprocess.Popen([*command, tmp_path / name], env={**os.environ, "PYTHONPATH": str(SCRIPTS)}, stdout=subprocess.PIPE, text=True) for name in ("a", "b")]

    assert [process.communicate()[0] for process in both] == ["[]\n", "[]\n"]
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    assert [file for file in (book / render.FOLDER / "pages").iterdir() if file.suffix == ".new"] == []


def test_store_stays_below_its_limit(tmp_path: Path) -> None:
    """What was used last stays."""
    store, now = Store(tmp_path, limit=3000), time.time()
    for number in range(10):
        store.put(f"entry{number}", "x" * 900)
        os.utime(tmp_path / f"entry{number}", (now - 1000 + number, now - 1000 + number))
    store.clean()

    assert sorted(file.name for file in tmp_path.iterdir()) == ["entry7", "entry8", "entry9"]


def test_unwritable_cache_costs_time_only(book: Path, tmp_path: Path) -> None:
    """A file where the folder should be: no entry is kept, the site is the same."""
    whole = built(book, book / "out")
    shutil.rmtree(book / ".cache")
    (book / ".cache").write_text("not a folder", encoding="utf-8")

    assert built(book, book / "out") == whole
