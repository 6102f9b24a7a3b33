"""What the text of a page says, and where."""

from __future__ import annotations

import pytest

from guidebook.model import Location, Page
from guidebook.parse import parse_page


def page(text: str) -> Page:
    return parse_page("docs/A.md", text)


def places(text: str) -> list[tuple[str, int, int]]:
    return [(link.target, link.location.line, link.location.column) for link in page(text).links]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [b](B.md).", ("B.md", 1, 5)),
        ("See ![b](b.png).", ("b.png", 1, 5)),
        ("See <https://example.org>.", ("https://example.org", 1, 5)),
        ("héé [b](B.md)", ("B.md", 1, 5)),
        ("a\nb [c\nd](B.md) e", ("B.md", 2, 3)),
        ("- a\n\n    b [c](B.md)", ("B.md", 3, 7)),
        ("> [!NOTE]\n> b [c](B.md)", ("B.md", 2, 5)),
        ("> > - [c](B.md)", ("B.md", 1, 7)),
        ("| a | b |\n| --- | --- |\n| c | d [e](B.md) |", ("B.md", 3, 9)),
        ("| a |\n| --- |\n| x\\|y [e](B.md) |", ("B.md", 3, 8)),
        ("## A [b](B.md)", ("B.md", 1, 6)),
        ("Term\n:   about [b](B.md)", ("B.md", 2, 11)),
        ("Note[^1].\n\n[^1]: see [b](B.md)", ("B.md", 3, 11)),
        ("!!! note\n    see [b](B.md)", ("B.md", 2, 9)),
        ('??? note "More"\n\n    see [b](B.md)', ("B.md", 3, 9)),
        ('=== "One"\n\n    - see\n\n        [b](B.md)', ("B.md", 5, 9)),
        ('<a\n  href="B.md">b</a>', ("B.md", 1, 1)),
        ('text <a href="B.md">b</a>', ("B.md", 1, 6)),
        ('<div markdown>\n\nsee [b](B.md)\n\n</div>', ("B.md", 3, 5)),
        ("---\ntitle: x\n---\n\nsee [b](B.md)", ("B.md", 5, 5)),
        ('[b](<B c.md> "title")', ("B c.md", 1, 1)),
        ("[b](B.md 'x')", ("B.md", 1, 1)),
        ("[b](B\\_c.md)", ("B_c.md", 1, 1)),
        ("[b](B.md?a=1&amp;b=2)", ("B.md?a=1&b=2", 1, 1)),
    ],
)
def test_link_has_its_place(text: str, expected: tuple[str, int, int]) -> None:
    """Address, line and column (of the opening bracket or tag, in characters), whatever stands around the link."""
    assert places(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ["`[b](B.md)`", "```text\n[b](B.md)\n```", "~~~\n[b](B.md)\n~~~", "    [b](B.md)", "<!-- [b](B.md) -->", "<!--\n<a href='B.md'>\n\n[b](B.md) -->", "\\[b](B.md)", "````text\n```\n[b](B.md)\n````"],
)
def test_link_in_code_or_comment_is_none(text: str) -> None:
    """What a reader sees as text is not a link."""
    assert places(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<area href="B.md">', ["B.md"]),
        ('<iframe src="B.html"></iframe>', ["B.html"]),
        ('<video src="a.mp4" poster="a.png"><source src="b.mp4"><track src="c.vtt"></video>', ["a.mp4", "a.png", "b.mp4", "c.vtt"]),
        ('<picture><source srcset="a.avif 1x,\n b.avif 2x"><img src="a.png"></picture>', ["a.avif", "b.avif", "a.png"]),
        ('<object data="a.svg"></object><embed src="b.svg">', ["a.svg", "b.svg"]),
        ('<link rel="icon" href="a.ico"><script src="a.js"></script>', ["a.ico", "a.js"]),
        ('<div style="background: url(a.png)"></div>', ["a.png"]),
        ('<blockquote cite="B.md"></blockquote><form action="B.md"></form>', ["B.md", "B.md"]),
        ("<A HREF=B.md>b</A>", ["B.md"]),
        ('a <img src="a.png" alt="x > y"> b', ["a.png"]),
        ("[![alt](a.png)](B.md)", ["a.png", "B.md"]),
        ("![alt][r]\n\n[r]: <a b.png>", ["a b.png", "a b.png"]),
        ("[a](B.md){ .button } [b](C.md){ href='D.md' }", ["B.md", "C.md", "D.md"]),
        ("```quiz\nSee [a](B.md)?\n\n- [x] [b](C.md)\n    Why [c](D.md).\n```", ["B.md", "C.md", "D.md"]),
        ("[one](b c.md)", ["b c.md"]),
    ],
)
def test_every_way_to_point_somewhere_is_a_link(text: str, expected: list[str]) -> None:
    """HTML in each of its attributes, pictures in links, references, attribute lists, quizzes."""
    assert sorted(link.target for link in page(text).links) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("text\n\n```quiz\nWhich [a](B.md)?\n\n- [x] yes\n    Why.\n```", (4, 7)),
        ("> ```quiz\n> Which?\n>\n> - [x] yes, [a](B.md)\n>     Why.\n> ```", (4, 14)),
        ("<div markdown>\nsee [a](B.md)\n</div>", (2, 5)),
        ("<details markdown><summary>x</summary>\n[a](B.md)\n</details>", (2, 1)),
        ("---\ntitle: x\nimage: B.md\n---\n", (3, 8)),
        ("---\nlinks:\n  - title: x\n    url: B.md\n---\n", (4, 10)),
        ('!!! note "T"\n\n    !!! tip\n        é [a](B.md)', (4, 11)),
        ("word\n{: #x }\n\n| a |\n| - |\n| [a](B.md) |", (6, 3)),
        ("para\n\n[r]: B.md\n", (3, 1)),
    ],
)
def test_link_has_its_place_in_special_pieces(text: str, place: tuple[int, int]) -> None:
    """Quizzes, HTML, front matter and definitions: where the author edits."""
    assert [(link.location.line, link.location.column) for link in page(text).links if link.target == "B.md"] == [place]


def test_srcset_is_one_link_for_each_address() -> None:
    """Widths and densities are left out."""
    links = page('<img src="a.png" srcset="a.png 1x, b.png 2x">').links

    assert [(link.attribute, link.target) for link in links] == [("src", "a.png"), ("srcset", "a.png"), ("srcset", "b.png")]


def test_reference_is_resolved_and_its_definition_is_a_link() -> None:
    """`kind` tells the use from the definition, which is where an author edits the address."""
    links = page("See [the paper][raft].\n\n[raft]: paper.pdf").links

    assert [(link.kind, link.target, link.location.line) for link in links] == [("reference", "paper.pdf", 1), ("definition", "paper.pdf", 3)]


def test_reference_without_definition_is_known() -> None:
    """It renders as brackets, so it must be reported."""
    assert [(link.kind, link.label) for link in page("See [the paper][raft].").links] == [("undefined", "raft")]


def test_definition_of_a_label_that_has_one_is_known() -> None:
    """Only the first counts, in any case of letters."""
    links = page("[a][raft]\n\n[raft]: 1.md\n[Raft]: 2.md").links

    assert [(link.kind, link.text, link.location.line) for link in links if link.kind == "definition"] == [("definition", "", 3), ("definition", "again", 4)]


def test_span_covers_the_address_in_the_file() -> None:
    """Fixes replace exactly the address, front matter and multi-byte characters before it or not."""
    text = "---\ntitle: é\n---\n\né [b](B.md#x) ![c](c.png)\n"

    assert [text[slice(*link.span)] for link in page(text).links if link.span] == ["B.md#x", "c.png"]


def test_span_is_missing_where_the_address_is_written_differently() -> None:
    """An escaped address is not replaced blindly."""
    assert page("[b](B\\_c.md)").links[0].span is None


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("## Raft: leader election", "raft-leader-election"),
        ("## The `WAIT` command", "the-wait-command"),
        ("## R+W>N", "rwn"),
        ("## Two & three", "two--three"),
        ("## Überblick", "überblick"),
        ("## *Not* **bold** ~~gone~~", "not-bold-gone"),
        ("## A [link](B.md)", "a-link"),
        ("## Own {#mine}", "mine"),
        ("## Own { #mine .big }", "mine"),
        ("## ![alt](a.png) picture", "picture"),
        ("Setext\n======", "setext"),
        ("## Trailing ##", "trailing"),
        ("## A   lot\u00a0of\tspace", "a-lot-of-space"),
        ("## a <b>bold</b> word", "a-bold-word"),
        ("## __init__ and snake_case", "init-and-snake_case"),
        ("> ## In a quote", "in-a-quote"),
        ("!!! note\n    ## In a callout", "in-a-callout"),
        ("<div markdown>\n## In HTML\n</div>", "in-html"),
    ],
)
def test_heading_has_the_id_of_the_site(heading: str, anchor: str) -> None:
    """The slug that MkDocs gives, explicit ids first."""
    assert [found.anchor for found in page(heading).headings] == [anchor]


def test_headings_alike_are_numbered() -> None:
    """The second gets `_1`, as Python-Markdown does it."""
    assert [heading.anchor for heading in page("# A\n\n## B\n\n## B\n\n## B").headings] == ["a", "b", "b_1", "b_2"]


def test_anchors_are_ids_and_names() -> None:
    """Raw HTML and attribute lists give places to link to."""
    text = '<a name="one"></a>\n\n<div id="two">x</div>\n\nparagraph\n{: #three }\n\n[x](B.md){#four}'

    assert page(text).ids == {"one", "two", "three", "four"}


def test_fence_knows_language_title_and_lines() -> None:
    """Inside a list, too; the code has no indentation left."""
    fence = page('1. run\n\n    ```python title="not run: why"\n    a = 1\n      b\n    ```\n').fences[0]

    assert (fence.language, fence.title, fence.code) == ("python", "not run: why", "a = 1\n  b\n")
    assert (fence.location, fence.code_line, fence.last_line) == (Location("docs/A.md", 3, 5), 4, 6)
    assert fence.closed


def test_fence_without_end_is_data() -> None:
    """It swallows the rest of the page; a check reports it."""
    assert [fence.closed for fence in page("```python\na = 1\n\n# not a heading").fences] == [False]


def test_number_has_its_formula() -> None:
    """The comment stands directly behind the number, in a table as well."""
    numbers = page("| 1,600<!-- = 4 * 400 --> | 38.4<!--= 0.384 * 100 --> % |\n| --- | --- |\n").numbers

    assert [(number.text, number.formula, number.location.column) for number in numbers if number.text == "38.4"] == [("38.4", "0.384 * 100", 29)]


def test_section_of_a_link_is_the_heading_above() -> None:
    """Nothing above, then the nearest."""
    assert [link.section for link in page("[a](B.md)\n\n## One\n\n[b](B.md)\n").links] == ["", "one"]
