"""Whatever an author or a disk comes up with: no traceback, no hang, no false finding."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from guidebook import around, checks, html
from guidebook.checks import addresses, allowances, forms, links, reach, references, wording
from guidebook.load import load_site
from guidebook.parse import parse_page

FAMILY = [
    check for check in checks.ALL if check.__module__ in {module.__name__ for module in (addresses, allowances, forms, links, reach, references, wording)}
]
BREAKING = [
    links.link_missing_page,
    links.link_missing_file,
    links.link_missing_directory,
    links.link_missing_anchor,
    links.link_wrong_case,
    forms.link_to_built,
]
QUICK = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])

BITS = some.sampled_from(
    ["[", "]", "(", ")", "![", "](", "][", "]:", "<", ">", "<a href=", "</a>", "<!--", "-->", "`", "```", "~~~", "{", "}", "{#", "{: ", "#", "## ", "> ", "- ", "    ",
     "!!! note", '=== "T"', "??? x", "<div markdown>", "</div>", "<summary>", "|", "| --- |", "\n", "\n\n", "---\n", "[^1]", "[^1]: ", ":   ", "*", "_", "\\", "&amp;", "&#0;",
     "\x00", "\ufeff", "\r", "\t", "\u2028", "é", "𝔘", "http://", "//", "?", "%", "%zz", "a", " ", "B.md", "#b", "```quiz\n", "- [x] ", "srcset=", '"', "'", "title: ", "&a ", "*a"]
)  # fmt: skip


def a_site(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return root


@QUICK
@given(some.lists(BITS, max_size=60).map("".join))
def test_any_markdown_is_read_and_checked(text: str) -> None:
    """Every place that is named exists in the text, and every span holds what it is said to hold."""
    page = parse_page("docs/A.md", text)
    lines = text.split("\n")
    for link in page.links:
        assert 1 <= link.location.line <= len(lines)
        assert 1 <= link.location.column <= len(lines[link.location.line - 1]) + 1
        if link.span:
            assert text[slice(*link.span)] == link.target


@QUICK
@given(some.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """All of Unicode, in every kind of file that points somewhere."""
    parse_page("docs/A.md", text)
    html.tags(text)
    for path in ("mkdocs.yml", "docs/.pages", "docs/a.svg", "overrides/main.html", "README.md", ".github/a.md"):
        around.parse_file(path, text)


@settings(deadline=None, max_examples=40)
@given(
    some.dictionaries(some.sampled_from(["A.md", "b/C.md", "b/.pages", "d.svg", "e.html", "b/f.css"]), some.binary(max_size=200), min_size=1),
    some.binary(max_size=200),
)
def test_any_bytes_are_loaded_and_checked(files: dict[str, bytes], config: bytes) -> None:
    """Files that are no text are findings, not tracebacks."""
    with tempfile.TemporaryDirectory() as folder:
        root = a_site(Path(folder), {f"docs/{name}": content for name, content in files.items()} | {"mkdocs.yml": config, ".github/links.toml": config})
        checks.run(load_site(root), FAMILY)


NAME = (
    some.text(some.sampled_from("abcXYZ -_éß%#&+.()~"), min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda name: name.strip(". ") and not name.startswith((".", "-", " ")))
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(some.data())
def test_links_to_what_is_there_are_silent_and_removal_is_noticed(data: some.DataObject) -> None:
    """A tree whose links are made from its own pages has no findings; without one of its files, exactly the links to that file are found."""
    from urllib.parse import quote

    names = data.draw(some.lists(NAME, min_size=2, max_size=5, unique_by=lambda name: name.casefold()))
    folders = [data.draw(some.sampled_from(["", "sub/", "sub/deep er/"])) for _ in names]
    paths = [f"docs/{folder}{name}.md" for folder, name in zip(folders, names, strict=True)]
    wanted: list[tuple[str, int, str]] = []
    pages: dict[str, str] = {}
    for path in paths:
        lines = ["# Title", "", "## A `code` & more", "", "## A `code` & more", ""]
        for _ in range(data.draw(some.integers(0, 4))):
            there = data.draw(some.sampled_from(paths))
            address = quote(os.path.relpath(there, os.path.dirname(path)).replace(os.sep, "/"), safe="/")
            fragment = data.draw(some.sampled_from(["", "#title", "#a-code--more", "#a-code--more_1", "?q=1#title"]))
            form = data.draw(
                some.sampled_from(["See [it]({}).", "> - see [it](<{}>)", "| a |\n| - |\n| [it]({}) |", '<a href="{}">it</a>', "[it][r{n}]\n\n[r{n}]: {}"])
            )
            lines += [form.replace("{n}", str(len(lines))).format(address + fragment), ""]
            wanted.append((path, len("\n".join(lines).split("\n")) - 1, there))
        pages[path] = "\n".join(lines)
    gone = data.draw(some.sampled_from(paths))
    with tempfile.TemporaryDirectory() as folder:
        root = a_site(Path(folder), pages)
        whole = load_site(root)
        if whole.files != frozenset(paths):  # a file system that writes names its own way
            return
        assert checks.run(whole, BREAKING) == []

        (root / gone).unlink()
        found = sorted((finding.location.path, finding.location.line) for finding in checks.run(load_site(root), BREAKING))
        assert found == sorted((path, line) for path, line, there in wanted if there == gone and path != gone)


ODD = {
    "unterminated fence": "# A\n\n```python\n[x](Gone.md)\n",
    "unterminated comment": "# A\n\n<!-- [x](Gone.md)\n\n[y](Gone.md)\n",
    "fence in a list in a quote": "# A\n\n> - ```text\n>   [x](Gone.md)\n>   ```\n",
    "quotes in quotes": "# A\n\n" + ">" * 3000 + " text\n",
    "lists in lists": "# A\n\n" + "".join("  " * depth + "- x\n" for depth in range(400)),
    "opening brackets": "# A\n\n" + "[" * 20_000,
    "links that do not close": "# A\n\n" + "[a](" * 8_000,
    "emphasis": "# A\n\n" + "*a_" * 20_000,
    "braces": "# A\n\n" + "{" * 20_000 + "{#" * 5_000 + "{" + "#" * 20_000,
    "braces and words": "# A\n\n" + "{a=b *c* " * 20_000,
    "spaces in a heading": "# A" + " " * 100_000 + "b {",
    "backticks": "# A\n\n" + "".join("`" * count + " " for count in range(1, 600)),
    "entities": "# A\n\n" + "&amp;&#x26;&" * 8_000,
    "one line of a megabyte": "# A\n\n" + "word " * 200_000,
    "many definitions": "# A\n\n" + "".join(f"[a{number}]\n\n[a{number}]: #a\n" for number in range(2_000)),
    "labels that do not close": "# A\n\n[a]: #a\n\n[a]\n\n" + "[b\n" * 8_000,
    "tags that do not close": "# A\n\n<p " + "<a " * 8_000,
    "tags in a tag": "# A\n\n<p " + "<a " * 8_000 + ">",
    "comments that do not close": "# A\n\n<p>" + "<!-- " * 20_000 + ">",
    "attributes that do not close": '# A\n\n<a title="' + "x" * 50_000,
    "declarations": "# A\n\n<![if x]>\n\n<!x>\n\n<?php\n\n<![CDATA[\n",
    "markdown in tags": "# A\n\n" + "<div markdown>\n" * 300 + "x\n" + "</div>\n" * 300,
    "tag full of markdown": "# A\n\n<div " + "markdown " * 5_000,
    "callouts in callouts": "# A\n\n" + "".join("    " * depth + "!!! note\n" for depth in range(120)),
    "byte order mark": "\ufeff# A\n\n## B\n\n[b](#b)\n",
    "carriage returns": "# A\r\n\r\n## B\r\n\r\n[b](#b)\r\n",
    "old carriage returns": "# A\r\r## B\r\r[b](#b)\r",
    "separators": "# A\n\n## B\n\nx\u2028[b](#b)\x0b\x0c\x85\n",
    "table of one column": "# A\n\n" + "| a |\n" * 5_000,
    "deep front matter": "---\na: " + "[" * 20_000 + "\n---\n\n# A\n",
    "indented front matter": "---\n" + "".join(" " * depth + "a:\n" for depth in range(1_000)) + "---\n\n# A\n",
    "front matter that laughs": "---\na0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)) + "---\n\n# A\n",
    "front matter that goes round": "---\na: &a [*a]\nb: &b {c: *b}\n---\n\n# A\n",
    "front matter of odd keys": "---\n? [a, b]\n: c\n1: 2\nnull: x\n2026-13-45: y\n---\n\n# A\n",
    "quiz without end": "# A\n\n```quiz\n- [x] [a](#a)\n",
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_odd_page_is_quick_and_has_no_broken_link(tmp_path: Path, name: str) -> None:
    """Seconds at most, and nothing invented."""
    root = a_site(tmp_path, {"docs/A.md": ODD[name]})
    start = time.process_time()
    found = checks.run(load_site(root), BREAKING)

    assert time.process_time() - start < 4
    assert [finding for finding in found if "Gone.md" not in finding.message or "comment" not in name] == []


@pytest.mark.parametrize(
    "content",
    [
        "a: &a [*a]",
        "nav: &a [*a]",
        "[" * 20_000,
        "nav:\n" + "- " * 2_000,
        "nav: {A: {B: [C.md, ...]}}",
        "plugins: {redirects: 3}",
        "plugins: [redirects: {redirect_maps: 3}]",
        "exclude_docs: ['[']",
        "\x00",
        "- a\n- b",
        "a: !!python/object:os.system {}",
        "extra: !ENV",
        "site_url: !ENV []",
        "theme: !!binary x",
    ],
)
def test_odd_configuration_is_no_traceback(tmp_path: Path, content: str) -> None:
    """MkDocs may have something to say about it; the checks go on."""
    root = a_site(tmp_path, {"docs/A.md": "# A\n", "mkdocs.yml": content, "docs/.pages": content, ".github/links.toml": content})

    assert checks.run(load_site(root), BREAKING[:1]) is not None
    checks.run(load_site(root), FAMILY)


def test_directory_with_the_name_of_a_page_is_a_directory(tmp_path: Path) -> None:
    """`docs/B.md/` is no page."""
    root = a_site(tmp_path, {"docs/A.md": "# A\n\n[b](B.md)\n", "docs/B.md/x.txt": "x"})

    assert [finding.rule for finding in checks.run(load_site(root), FAMILY) if finding.rule != "asset-unused"] == ["link-to-directory"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_between_directories_may_go_round(tmp_path: Path) -> None:
    """A link to the directory above, two that point to each other, one to nowhere: all end, and what a good link holds is there."""
    root = a_site(tmp_path, {"docs/A.md": "# A\n\n[c](more/C.md)\n", "elsewhere/C.md": "# C\n", "docs/b/x.txt": "x", "docs/c/y.txt": "y"})
    for name, target in {
        "docs/round": "..",
        "docs/more": "../elsewhere",
        "docs/b/c": "../c",
        "docs/c/b": "../b",
        "docs/nowhere.md": "gone.md",
        "docs/itself": "itself",
    }.items():
        (root / name).symlink_to(target)
    site = load_site(root)

    assert "docs/more/C.md" in site.pages
    assert checks.run(site, BREAKING) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes there")
def test_pipe_is_not_read(tmp_path: Path) -> None:
    """It would never end."""
    root = a_site(tmp_path, {"docs/A.md": "# A\n"})
    os.mkfifo(root / "docs/B.md")

    assert load_site(root).pages["docs/B.md"].unreadable == "this is not a file"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep names of bytes that are no text away")
def test_name_of_bytes_that_are_no_text(tmp_path: Path) -> None:
    """It is a file like any other."""
    root = a_site(tmp_path, {"docs/A.md": "# A\n"})
    Path(os.fsdecode(os.fsencode(root) + b"/docs/\xff.md")).write_text("# B\n", encoding="utf-8")

    checks.run(load_site(root), FAMILY)
    assert len(load_site(root).pages) == 2


def test_page_that_is_no_text_makes_no_finding_elsewhere(tmp_path: Path) -> None:
    """Whether it has a heading cannot be known."""
    root = a_site(tmp_path, {"docs/A.md": "# A\n\n[b](B.md#there)\n", "docs/B.md": b"# B\n\n## There \xff\n"})

    assert checks.run(load_site(root), BREAKING) == []


def test_growth_is_linear(tmp_path: Path) -> None:
    """Four times the links of a page cost about four times the time, broken ones included."""
    times = []
    for count in (1_000, 4_000):
        text = "# A\n\n" + "".join(f"## Part {number}\n\nSee [it](#part-{number}) and [gone](Gone{number}.md#x) `code` *word*.\n\n" for number in range(count))
        root = a_site(tmp_path / str(count), {"docs/A.md": text, **{f"docs/P{number}.md": "# P\n" for number in range(count // 20)}})
        start = time.process_time()
        assert len(checks.run(load_site(root), BREAKING)) == count
        times.append(time.process_time() - start)

    assert times[1] < 9 * times[0] + 0.5
