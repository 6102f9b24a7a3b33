"""The preview over HTTP: reload, findings, and a server that no mistake stops."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from guidebook.rendering.preview import Preview
from guidebook.rendering.server import listen

BOOK = Path(__file__).parent / "sites" / "book"


@pytest.fixture
def book(root: Path, tmp_path: Path) -> Path:
    """A site with one of everything, and this checkout's configuration, theme and hooks."""
    shutil.copytree(BOOK, tmp_path, dirs_exist_ok=True)
    shutil.copytree(root / "overrides", tmp_path / "overrides")
    (tmp_path / "scripts").mkdir()
    shutil.copy(root / "scripts/hooks.py", tmp_path / "scripts")
    shutil.copy(root / "mkdocs.yml", tmp_path)
    return tmp_path


@pytest.fixture
def served(book: Path) -> Iterator[tuple[Preview, ThreadingHTTPServer]]:
    """The preview of the book, on a port of its own; saves are told by the test."""
    preview = Preview(book, lambda findings, pages: None)
    preview.update(())
    with listen(preview, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield preview, server
        preview.over = True
        with preview.news:
            preview.news.notify_all()
        server.shutdown()


def get(server: ThreadingHTTPServer, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{path}", timeout=20) as answer:
        return answer.read().decode("utf-8")


def events(server: ThreadingHTTPServer, place: str, seen: str, wanted: Callable[[str, str], bool]) -> None:
    """Listens until the wanted event has come; what comes at once is enough."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/__preview/events?place={place}&seen={seen}", timeout=20) as answer:
        name = ""
        for line in answer:
            field, _, value = line.decode("utf-8").rstrip("\n").partition(": ")
            name = value if field == "event" else name
            if field == "data":
                assert wanted(name, value), (name, value)
                return
    raise AssertionError("the stream has ended without a word")


def save(preview: Preview, path: str, old: str, new: str) -> None:
    file = preview.root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    preview.update([path])


def test_page_of_the_preview_has_a_script_of_its_own(served) -> None:
    """From the same host, as the page's policy demands; the published page has none."""
    _, server = served

    assert '<script src="/__preview/preview.js" data-place="One/index.html"' in get(server, "One/")
    assert "EventSource" in get(server, "__preview/preview.js")


def test_browser_is_told_when_its_page_has_changed(served) -> None:
    """And not when another has."""
    preview, server = served
    one, two = (preview.edition.state(f"{name}/index.html") for name in ("One", "Two"))
    save(preview, "docs/One.md", "A lease ends", "A lease really ends")

    events(server, "One/index.html", one, lambda name, data: name == "reload")
    events(server, "Two/index.html", two, lambda name, data: name == "findings")
    assert "A lease</a> really ends" in get(server, "One/") or "really ends" in get(server, "One/")


def test_style_sheet_that_was_saved_reloads_every_page(served) -> None:
    """The page itself is the same."""
    preview, server = served
    before = preview.edition.state("One/index.html")
    (preview.root / "overrides/assets/site.css").write_text("p { color: red }", encoding="utf-8")
    preview.update(["overrides/assets/site.css"])

    events(server, "One/index.html", before, lambda name, data: name == "reload")
    assert get(server, "assets/site.css") == "p { color: red }"


def test_finding_is_told_with_its_line(served) -> None:
    """To the page that has it, with what to do."""
    preview, server = served
    save(preview, "docs/One.md", "(Two.md#drawn)", "(Two.md#drwan)")
    state = preview.edition.state("One/index.html")

    events(server, "One/index.html", state, lambda name, data: ("docs/One.md:11", "link-missing-anchor") in [(one["place"].rpartition(":")[0], one["rule"]) for one in json.loads(data)])


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("mkdocs.yml", "theme:", "theme: ["),
        ("overrides/main.html", "<body>", "<body>{% if %}"),
        ("docs/.pages", "One.md", "Gone.md"),
    ],
)
def test_mistake_leaves_the_last_good_pages(served, path: str, old: str, new: str) -> None:
    """Each page is still there, says what is wrong, and is well again after the repair."""
    preview, server = served
    page = get(server, "One/")
    save(preview, path, old, new)

    assert get(server, "One/") == page
    assert [finding.location.path for finding in preview.about("One/index.html") if finding.rule == "built-failed"] == [path]
    save(preview, path, new, old)
    save(preview, "docs/One.md", "A lease ends", "A lease finally ends")
    assert "finally ends" in get(server, "One/")
    assert not [finding for finding in preview.findings if finding.rule == "built-failed"]


def test_broken_page_is_shown_as_it_is(served) -> None:
    """A fence that is not closed, front matter that is no YAML: the server goes on."""
    preview, server = served
    save(preview, "docs/One.md", "```quiz", "````quiz")
    save(preview, "docs/Two.md", "title: Two", "title: [Two")

    assert "Which?" in get(server, "One/")
    assert preview.findings


def test_address_without_a_page_is_404(served) -> None:
    """With the page that says so; a folder without its slash is a redirection."""
    _, server = served
    with pytest.raises(urllib.error.HTTPError) as answer:
        get(server, "Nothing/")

    assert answer.value.code == 404 and "There is no page here" in answer.value.read().decode("utf-8")
    assert "<h1" in get(server, "One")


@pytest.mark.parametrize("path", ["../mkdocs.yml", "%2e%2e/mkdocs.yml", "..%2f..%2fetc/passwd", "/etc/passwd", "docs/.pages"])
def test_only_files_of_the_site_are_served(served, path: str) -> None:
    """No path leads out of it."""
    _, server = served
    with pytest.raises(urllib.error.HTTPError) as answer:
        get(server, path)

    assert answer.value.code == 404


def test_preview_has_what_is_made_beside_the_pages(served) -> None:
    """The Markdown of a page, a program, the search."""
    _, server = served

    assert get(server, "One/index.md").startswith("---\ntitle: One")
    assert get(server, "labs/one/first.py") == 'print("first")\n'
    assert "guidebookSearch.take" in get(server, "search/index.js")
