"""What is judged on the rendered site, and where a finding is traced to."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook import built, search
from guidebook.load import load_site

DOCS = {
    "docs/README.md": "# Home\n\n[A](A.md)\n",
    "docs/A.md": "# A\n\n## Part\n\nSee [home](README.md), [part](#part) and ![d](d.svg).\n",
    "docs/d.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "overrides/main.html": '<a href="{{ \'gone/\' | url }}">\n<script type="module" src="{{ \'assets/a.js\' | url }}">',
    "overrides/assets/a.js": 'import { b } from "./b.js";\n',
    "overrides/assets/site.css": "body { background: url(../d.svg) }\n",
}
HOME = '<html><head>{head}</head><body><article><h1 id="home">Home</h1><a href="A/">A</a>{body}</article></body></html>'
PAGE = '<html><head>{head}</head><body><article><h1 id="a">A</h1><h2 id="part">P</h2><a href="..">home</a><a href="#part">p</a><img src="../d.svg" alt="d">{body}</article></body></html>'


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def judged(tmp_path: Path, body: str = "", head: str = "", home_head: str = "", docs: dict[str, str] | None = None, **more: str) -> list[str]:
    """The findings for a site of two pages, the second of which has `head` and `body`; `more` are further files, `__` for `/`, `_` for `.`."""
    write(tmp_path / "src", DOCS | (docs or {}))
    site = {
        "index.html": HOME.format(head=home_head, body=""),
        "A/index.html": PAGE.format(head=head, body=body),
        "d.svg": "<svg/>",
    }
    write(tmp_path / "out", site | {name.replace("__", "/").replace("_", "."): text for name, text in more.items()})
    source = load_site(tmp_path / "src")
    search.write(tmp_path / "out", search.files(source, tmp_path / "out"))
    return [f"{finding.location} {finding.rule} {finding.message}" for finding in built.judge(source, tmp_path / "out")]


def test_site_that_is_right_has_no_findings(tmp_path: Path) -> None:
    """Relative addresses, fragments, pictures, the search."""
    assert judged(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ('<a href="../B/">b</a>', "built-missing-target `../B/` on"),
        ('<a href="B.md">b</a>', "built-missing-target `B.md` on"),
        ('<img src="../e.svg" alt="">', "built-missing-target `../e.svg` on"),
        ('<img srcset="../d.svg 1x, ../e.svg 2x" alt="">', "built-missing-target `../e.svg` on"),
        ('<div style="background: url(../e.svg)">', "built-missing-target `../e.svg` on"),
        ('<a href="/B/">b</a>', "built-missing-target `/B/` on"),
        ('<a href="#parts">p</a>', "built-missing-fragment `#parts` on"),
        ('<a href="../#homes">p</a>', "built-missing-fragment `../#homes` on"),
        ('<p id="part">twice</p>', "built-duplicate-id the id `part` stands 2 times"),
        ('<script src="https://cdn.example.org/x.js"></script>', "built-third-party the page fetches `https://cdn.example.org/x.js`"),
        ('<link rel="preconnect" href="https://fonts.example.org">', "built-third-party the page fetches"),
        ('<video poster="//example.org/x.png"></video>', "built-third-party the page fetches"),
    ],
)
def test_page_is_judged(tmp_path: Path, body: str, finding: str) -> None:
    """One finding for one mistake."""
    [found] = judged(tmp_path, body)

    assert finding in found


@pytest.mark.parametrize(
    "body",
    [
        '<a href="https://example.org/x">x</a>',
        '<a href="../?q=1#home">x</a>',
        '<a href="../index.html#top">x</a>',
        '<a href="mailto:a@example.org">x</a>',
        '<a name="here"></a><a href="#here">x</a>',
        '<p id="für"></p><a href="#f%C3%BCr">x</a>',
        '<a href="#:~:text=x">x</a>',
        '<img src="data:image/gif;base64,AAAA" alt="">',
        '<!-- <a href="gone">x</a> -->',
        '<script>var a = "<a href=gone>"</script>',
        '<a href="/A/#part">x</a>',
        "<a href=../>unquoted</a>",
        '<a id="one" href=".." name="one" style="color: red">x</a>',
    ],
)
def test_page_that_is_right_is_left_alone(tmp_path: Path, body: str) -> None:
    """What a browser follows is not a finding."""
    assert judged(tmp_path, body) == []


def test_link_is_traced_to_its_source_line(tmp_path: Path) -> None:
    """The author sees the line to edit."""
    [found] = judged(tmp_path, '<a href="../B/">b</a>', docs={"docs/A.md": "# A\n\n## Part\n\nSee\n[b](B.md).\n"})

    assert found.startswith("docs/A.md:6:1 ")


def test_fragment_is_traced_to_its_source_line(tmp_path: Path) -> None:
    """By file and fragment."""
    [found] = judged(tmp_path, '<a href="../#homes">b</a>', docs={"docs/A.md": "# A\n\n## Part\n\nSee [home](README.md), [b](README.md#homes).\n"})

    assert found.startswith("docs/A.md:5:24 ")


def test_repeated_id_is_traced_to_its_second_place(tmp_path: Path) -> None:
    """The first is what links find."""
    [found] = judged(tmp_path, '<p id="part"></p>', docs={"docs/A.md": '# A\n\n## Part\n\n<a id="part"></a>\n'})

    assert found.startswith("docs/A.md:5:1 ")


def test_address_of_the_theme_is_traced_to_the_template(tmp_path: Path) -> None:
    """No page has it, so the template does."""
    found = judged(tmp_path, '<a href="../gone/">x</a>')

    assert [line.split(" ")[0] for line in found] == ["overrides/main.html:1:14"]


BASE = '<link rel="canonical" href="https://guides.example.org/book/">'
OWN = '<link rel="canonical" href="https://guides.example.org/book/A/">'


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ('<a href="/book/A/">x</a>', 0),
        ('<a href="https://guides.example.org/book/A/#part">x</a>', 0),
        ('<a href="/A/">x</a>', 1),
        ('<a href="../../">x</a>', 1),
        ('<a href="https://guides.example.org/book/B/">x</a>', 1),
        ('<script src="https://guides.example.org/book/d.svg"></script>', 0),
    ],
)
def test_base_path_is_where_the_site_is_published(tmp_path: Path, body: str, count: int) -> None:
    """An absolute address has to stay below it, and is then judged like any other."""
    assert len(judged(tmp_path, body, head=OWN, home_head=BASE)) == count


def test_page_that_does_not_exist_is_judged_too(tmp_path: Path) -> None:
    """404.html has absolute addresses, since it is sent for any path."""
    found = judged(tmp_path, head=OWN, home_head=BASE, **{"404_html": '<a href="/book/">home</a><img src="/book/e.svg" alt=""><link href="/d.svg" rel="icon">'})

    assert [line.split(" ", 1)[1][:45] for line in found] == ["built-missing-target `/book/e.svg` on the ren", "built-missing-target `/d.svg` on the rendered"]


def test_canonical_address_is_the_page_s_own(tmp_path: Path) -> None:
    """A copy of another page's address hides this one from search engines."""
    [found] = judged(tmp_path, head=BASE, home_head=BASE)

    assert "built-wrong-canonical" in found


def test_preview_picture_is_there(tmp_path: Path) -> None:
    """`og:image` is an absolute address."""
    [found] = judged(tmp_path, head=OWN + '<meta property="og:image" content="https://guides.example.org/book/e.png">', home_head=BASE)

    assert "built-missing-target" in found


def test_sitemap_names_the_pages_and_no_others(tmp_path: Path) -> None:
    """One page is missing in it, and one is not there."""
    sitemap = "<urlset><url><loc>https://guides.example.org/book/</loc></url><url><loc>https://guides.example.org/book/C/</loc></url></urlset>"
    found = judged(tmp_path, head=OWN, home_head=BASE, sitemap_xml=sitemap)

    assert [line.split(" ", 1)[1] for line in found] == [
        "built-not-searchable the page is not in the sitemap",
        "built-missing-target the sitemap names `https://guides.example.org/book/C/`, where there is no page",
    ]


def test_site_without_search_index_is_a_finding(tmp_path: Path) -> None:
    """Its files were not written."""
    judged(tmp_path)
    (tmp_path / "out/search/index.js").unlink()

    assert [finding.rule for finding in built.judge(load_site(tmp_path / "src"), tmp_path / "out")] == ["built-not-searchable"]


@pytest.mark.parametrize(
    ("css", "rules"),
    [
        ("body { background: url(../d.svg) }", []),
        ("body { background: url('../e.svg') } /* url(f.svg) */", ["built-missing-target"]),
        ('@import "more.css"; a { b: url(data:image/png;base64,AA) } c { filter: url(#x) }', ["built-missing-target"]),
        ("@font-face { src: url(https://fonts.example.org/a.woff2) }", ["built-third-party"]),
    ],
)
def test_style_sheet_is_judged(tmp_path: Path, css: str, rules: list[str]) -> None:
    """Addresses are relative to the style sheet."""
    found = judged(tmp_path, assets__site_css=css)

    assert [line.split(" ")[1] for line in found] == rules
    assert all(line.startswith("overrides/assets/site.css:1:") for line in found)


@pytest.mark.parametrize(
    ("script", "rules"),
    [
        ('import { b } from "./b.js";\nconst c = await import("./b.js");', []),
        ('import "./c.js";', ["built-missing-target"]),
        ('import {\n  b,\n  c\n} from "../c.js";', ["built-missing-target"]),
        ('export * from "./c.js";', ["built-missing-target"]),
        ('const m = import("./c.js");', ["built-missing-target"]),
        ('const u = new URL("./c.json", import.meta.url);', ["built-missing-target"]),
        ('import { b } from "lit";', ["built-missing-target"]),
        ('import { b } from "https://cdn.example.org/b.js";', ["built-third-party"]),
        ('// import "./c.js";\n/* import "./d.js"; */', []),
    ],
)
def test_module_is_judged(tmp_path: Path, script: str, rules: list[str]) -> None:
    """From the modules that a page loads on, through what they import."""
    found = judged(tmp_path, '<script type="module" src="../assets/a.js"></script>', assets__a_js=script, assets__b_js="")

    assert [line.split(" ")[1] for line in found] == rules


def test_module_of_a_module_is_judged(tmp_path: Path) -> None:
    """Two steps away from the page."""
    [found] = judged(tmp_path, '<script type="module" src="../assets/a.js"></script>', assets__a_js='import "./b.js"', assets__b_js='import "./gone.js"')

    assert "`./gone.js` leads to no file" in found
