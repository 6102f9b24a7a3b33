"""Rendering: MkDocs into a directory, its warnings as findings, nothing from elsewhere; and the preview."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from guidebook import render
from guidebook.rendering import preview

BUILD = Path(render.__file__).parents[1] / "build.py"
INDEX = "# Advanced Backend and DevOps\n\n- [Guide](./Guide.md): One.\n"
GUIDE = """---
title: Guide
description: One.
---

# Guide

A lease of 400<!--= 400 --> orders. <!-- a note to authors -->

> [!NOTE]
> `<!-- shown -->`

## Drawn

```mermaid
flowchart TD
    accTitle: A call
    accDescr: A calls B.
    A[Alpha-in-a-box] --> B
```

*Figure: what to see.*

```quiz
Which?

- [x] One
    Because.
- [ ] Two
    No.
```

| a | b | c |
| --- | --- | --- |
| 1 | 2 | 3 |
"""
GLOSSARY = "# Glossary\n\n## L\n\n### Lease\n\nA lock that ends by itself.\n[Guide](Guide.md#drawn)\n"


@pytest.fixture
def small(root: Path, tmp_path: Path) -> Path:
    """A root with three pages and the real configuration, templates and hooks."""
    there = tmp_path / "root"
    shutil.copytree(root / "overrides", there / "overrides")
    (there / "scripts").mkdir()
    shutil.copy(root / "scripts" / "hooks.py", there / "scripts")
    shutil.copy(root / "mkdocs.yml", there)
    write(there, README=INDEX, Guide=GUIDE, Glossary=GLOSSARY)
    return there


def write(root: Path, **pages: str) -> None:
    (root / "docs").mkdir(exist_ok=True)
    for name, text in pages.items():
        (root / "docs" / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")


def rendered(root: Path, page: str = "Guide") -> str:
    findings = render.render(root, root / "out")
    assert findings == []
    return (root / "out" / page / "index.html").read_text(encoding="utf-8")


def test_render_writes_a_page_for_each_source(small: Path) -> None:
    """Pages have addresses of their own; the README is the index."""
    rendered(small)

    assert {path.relative_to(small / "out").as_posix() for path in (small / "out").rglob("index.html")} == {
        "index.html",
        "Guide/index.html",
        "Glossary/index.html",
    }


def test_render_turns_parts_into_html(small: Path) -> None:
    """Diagrams, quizzes, tooltips, callouts and tables are what the style sheet expects."""
    html = rendered(small)

    assert '<figure class="diagram">' in html and "<figcaption>Figure: what to see.</figcaption>" in html
    assert '<section class="quiz" id="quiz-' in html
    assert re.search(r'<a class="term" href="\.\./Glossary/#lease" title="A lock that ends by itself\.">lease</a>', html)
    assert '<div class="admonition note">' in html
    assert re.search(r'<div [^>]*aria-label="Table: a, b, c"', html)


def test_render_takes_comments_out(small: Path) -> None:
    """Formulas and notes to authors do not reach readers; comments shown as code do."""
    html = rendered(small)

    assert "<!--" not in html
    assert "400 orders." in html and "&lt;!-- shown --&gt;" in html


def test_render_asks_no_third_party(small: Path) -> None:
    """No page fetches anything from another host."""
    fetched = re.findall(r'<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="((?:https?:)?//[^"]+)"', rendered(small) + rendered(small, "Glossary"))

    assert fetched == []


def test_render_keeps_drawings_out_of_the_search(small: Path) -> None:
    """Search finds captions and quizzes, not the loose labels of a drawing."""
    rendered(small)
    text = " ".join(file.read_text(encoding="utf-8") for file in (small / "out" / "search").glob("*-t*.js"))

    assert "what to see" in text and "Alpha-in-a-box" not in text


def test_render_leads_to_the_guides_without_javascript(small: Path) -> None:
    """The field of the search is a link to the list of guides until a script makes it more; links to neighbours start with their visible words."""
    html = rendered(small)

    assert html.count('<a class="search-open" data-search href="..#guides">') == 1
    assert 'aria-label="Previous ' in html and 'aria-label="Previous: ' not in html


def test_warning_is_a_finding_at_its_line(small: Path) -> None:
    """What MkDocs warns about is found in the source."""
    write(small, Guide=GUIDE + "\nA [link](Missing.md) to nothing.\n")
    (finding,) = render.render(small, small / "out")

    assert str(finding.location) == f"docs/Guide.md:{GUIDE.count(chr(10)) + 2}:10"
    assert "Missing.md" in finding.message and finding.rule == "built-warning"


def test_broken_configuration_is_a_finding(small: Path) -> None:
    """MkDocs' failure is one finding, not a traceback."""
    (small / "mkdocs.yml").write_text("site_name: [\n", encoding="utf-8")
    (finding,) = render.render(small, small / "out")

    assert finding.location.path == "mkdocs.yml" and finding.message.startswith("MkDocs")
    assert "\n" not in finding.message


def test_render_is_the_same_twice(small: Path) -> None:
    """The same sources give the same page."""
    assert rendered(small) == rendered(small)


def test_notices_of_the_theme_are_not_shown(small: Path) -> None:
    """The theme's notice about its own future stays out of the output; CONTRIBUTING has it."""
    code = f"from pathlib import Path; from guidebook.render import render; print(render(Path({str(small)!r}), Path({str(small / 'out')!r})))"
    environment = {name: value for name, value in os.environ.items() if name != "NO_MKDOCS_2_WARNING"}
    done = subprocess.run([sys.executable, "-c", code], env={**environment, "PYTHONPATH": str(BUILD.parent)}, capture_output=True, encoding="utf-8", check=True)

    assert done.stdout == "[]\n"
    assert "Zensical" not in done.stdout + done.stderr and "end of life" not in done.stdout + done.stderr


def test_serve_says_when_its_port_is_taken(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A port in use is a message with what to do, and exit code 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code = preview.serve(small, "127.0.0.1", port, lambda findings, pages: None)

    assert code == 2
    assert f"port {port} of 127.0.0.1 is in use" in capsys.readouterr().err


def test_serve_reloads_a_saved_page(small: Path) -> None:
    """A saved page is served anew."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, BUILD, "--root", small, "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None and f"http://127.0.0.1:{port}/" in server.stdout.readline()
        assert "400 orders" in fetched_with(port, "400 orders")
        write(small, Guide=GUIDE.replace("of 400", "of 500"))
        assert "500 orders" in fetched_with(port, "500 orders")
    finally:
        stop(server)


def fetched_with(port: int, words: str) -> str:
    """The guide as it is served, once it has the words; gives up after 30 seconds."""
    text = ""
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/Guide/", timeout=5) as answer:
                text = answer.read().decode("utf-8")
        except (urllib.error.URLError, ConnectionError):
            text = ""
        if words in text:
            return text
        time.sleep(0.2)
    return text


def stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait(timeout=10)


def test_repository_can_be_edited_and_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an address of the repository, a page leads to its editor and to a form for a problem, and asks nobody for it."""
    monkeypatch.setenv("REPO_URL", "https://github.com/owner/name")
    html = rendered(small)

    assert 'href="https://github.com/owner/name/edit/main/docs/Guide.md"' in html
    assert "https://github.com/owner/name/issues/new?title=Guide" in html
