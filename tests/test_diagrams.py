"""Diagrams: one golden drawing for each family, and what the page makes of a drawing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from markdown import Markdown

from guidebook import checks, diagrams, engine, metrics, palette
from guidebook.checks.diagrams import diagram_broken
from guidebook.diagrams import FAMILIES, Drawing, Fault, draw
from guidebook.load import load_site
from guidebook.parts import Parts

GOLDEN = Path(__file__).parent / "diagrams"
SMALL = "flowchart TD\n    accTitle: A call\n    accDescr: A calls B.\n    A --> B\n"
_LITERAL = re.compile(r"""#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl)a?\(|[:"](?:white|black|red|navy|gr[ae]y|lightgr[ae]y)\b""")


def source(family: str) -> str:
    return (GOLDEN / f"{family}.mmd").read_text(encoding="utf-8")


def drawing(family: str) -> Drawing:
    drawn = draw(source(family), "golden")
    assert isinstance(drawn, Drawing), drawn
    return drawn


def rendered(text: str) -> str:
    """The text as the site's Markdown turns it into HTML."""
    fences = [{"name": "mermaid", "class": "mermaid", "format": diagrams.fence}]
    options = {"pymdownx.superfences": {"custom_fences": fences}}
    return Markdown(extensions=["pymdownx.superfences", "md_in_html", "attr_list", Parts()], extension_configs=options).convert(text)


def page(*sources: str, after: str = "*Figure: what to see.*") -> str:
    return "\n\n".join(f"```mermaid\n{one}```\n\n{after}" for one in sources)


@pytest.mark.parametrize("family", FAMILIES)
def test_drawing_is_the_golden_one(family: str, record: bool) -> None:
    """A drawing of each family is the recorded one, byte for byte, on every platform."""
    golden = GOLDEN / f"{family}.svg"
    svg = drawing(family).svg + "\n"
    if record:
        golden.write_text(svg, encoding="utf-8", newline="\n")

    assert golden.read_text(encoding="utf-8") == svg


def test_golden_drawings_are_the_allowed_families() -> None:
    """There is a golden drawing for each allowed family and for no other."""
    assert {file.stem for file in GOLDEN.glob("*.mmd")} == {file.stem for file in GOLDEN.glob("*.svg")} == set(FAMILIES)


def test_drawing_has_the_same_bytes_in_another_process() -> None:
    """Nothing in a drawing depends on the process that made it."""
    code = "import sys; from guidebook.diagrams import draw; sys.stdout.write(draw(sys.stdin.read(), 'golden').svg)"
    scripts = str(Path(diagrams.__file__).parents[1])
    command = [sys.executable, "-X", "utf8", "-c", f"import sys; sys.path.insert(0, {scripts!r}); {code}"]
    done = subprocess.run(command, input=source("flowchart"), capture_output=True, encoding="utf-8", check=True)

    assert drawing("flowchart").svg == done.stdout


@pytest.mark.parametrize("family", FAMILIES)
def test_drawing_has_no_colour_of_its_own(family: str) -> None:
    """Every colour is a variable of the palette, so that light and dark need one drawing."""
    svg = re.sub(r"url\(#[^)]*\)|#golden\b", "", drawing(family).svg)

    assert _LITERAL.findall(svg) == []


def test_palette_has_every_colour_in_both_schemes(root: Path) -> None:
    """The style sheet gives each role of the palette a light and a dark value."""
    css = (root / "overrides" / "assets" / "site.css").read_text(encoding="utf-8")

    assert {role: css.count(f"--dg-{role}: light-dark(") for role in palette.ROLES} == dict.fromkeys(palette.ROLES, 1)


@pytest.mark.parametrize("family", FAMILIES)
def test_drawing_is_an_image_with_a_name(family: str) -> None:
    """Screen readers get one image, named by its title and description."""
    drawn = drawing(family)
    title, description = diagrams.description(source(family))

    assert 'role="img" aria-labelledby="golden-title golden-desc"' in drawn.svg
    assert f'<title id="golden-title">{title}</title><desc id="golden-desc">{description}</desc>' in drawn.svg
    assert title and description


def test_description_may_have_several_lines() -> None:
    """`accDescr { ... }` is joined into one line."""
    assert diagrams.description("flowchart TD\naccTitle: T\naccDescr {\n  Two\n  lines.\n}\n") == ("T", "Two lines.")


def test_description_may_hold_a_semicolon() -> None:
    """A semicolon in a description is prose, as it is for Mermaid, and does not end a statement."""
    assert isinstance(draw("sequenceDiagram\naccTitle: T\naccDescr: One; two.\nA->>B: x\n", "x"), Drawing)


def test_fault_is_at_the_line_of_the_mistake() -> None:
    """What cannot be drawn is a fault with line and column within the source; characters count, not bytes."""
    fault = draw("sequenceDiagram\n    é->>B: ok\n    é-->>: x\n", "x")

    assert isinstance(fault, Fault)
    assert (fault.line, fault.column) == (3, 10)


def test_family_is_the_first_word_outside_comments() -> None:
    """Comments and blank lines do not name the family."""
    assert diagrams.family("%% why\n\n  flowchart TD\n  A --> B") == "flowchart"


def test_figure_has_the_paragraph_behind_it_as_caption() -> None:
    """The emphasised paragraph becomes the caption, with the links and the code in it."""
    html = rendered(page(SMALL, after="*Figure: `WAIT` and a [link](A.md).*"))

    assert html.startswith('<figure class="diagram">')
    assert '<figcaption>Figure: <code>WAIT</code> and a <a href="A.md">link</a>.</figcaption>' in html


def test_figure_inside_a_div_has_its_caption() -> None:
    """The place of an interactive figure keeps its drawing and caption together as well."""
    html = rendered(f'<div data-figure="x" markdown>\n\n{page(SMALL)}\n\n</div>')

    assert html.count("<figure") == html.count("<figcaption>Figure: what to see.</figcaption>") == 1


def test_figure_leaves_other_paragraphs_alone() -> None:
    """A paragraph that is no caption stays one."""
    html = rendered(page(SMALL, after="*Not a caption.*"))

    assert "<p><em>Not a caption.</em></p>" in html
    assert "<figcaption>" not in html


def test_figures_of_one_source_have_ids_of_their_own() -> None:
    """The same diagram twice on a page gives no id twice."""
    ids = re.findall(r'\bid="([^"]+)"', rendered(page(SMALL, SMALL)))

    assert len(ids) == len(set(ids)) > 0


@pytest.mark.parametrize("family", FAMILIES)
def test_drawing_has_only_ids_that_start_with_its_name(family: str) -> None:
    """Two drawings of one kind can stand on a page: no id of one is an id of the other."""
    drawn = draw(source(family), "mine")

    assert [found for found in re.findall(r' id="([^"]+)"', drawn.svg) if not found.startswith("mine")] == []


def test_wide_figure_scrolls_by_keyboard() -> None:
    """What is wider than a phone keeps its text readable, scrolls in its box, and the box takes the focus."""
    html = rendered(page(source("gantt")))

    assert re.search(r'<div class="diagram-scroll" [^>]*tabindex="0" role="group" aria-label="Timeline of an incident', html)
    assert 'style="min-width:510px"' in html


def test_narrow_figure_takes_no_focus() -> None:
    """What fits on a phone is no stop on the way through the page."""
    assert "tabindex" not in rendered(page(SMALL))


def test_broken_figure_shows_its_source() -> None:
    """A preview of a page with a mistake in a diagram shows the mistake, not a traceback."""
    html = rendered(page("flowchart TD\n    A --> B[open\n"))

    assert "Unterminated node label" in html and "B[open" in html


def test_figure_without_renderer_shows_its_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a platform without the renderer readers get the source and the reason."""
    monkeypatch.setattr(engine, "merman", None)
    draw.cache_clear()
    html = rendered(page(SMALL))
    draw.cache_clear()

    assert "no wheel for this platform" in html and "A --&gt; B" in html


def test_missing_renderer_is_an_error_in_ci(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CI does not publish sources in place of drawings; at a desk they do."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "A.md").write_text("# A\n\n" + page(SMALL), encoding="utf-8")
    site = load_site(tmp_path)
    monkeypatch.setattr(engine, "merman", None)
    monkeypatch.setenv("CI", "true")
    in_ci = checks.run(site, [diagram_broken])
    monkeypatch.delenv("CI")

    assert [finding.rule for finding in in_ci] == ["diagram-broken"]
    assert checks.run(site, [diagram_broken]) == []


def test_width_of_text_is_that_of_arial() -> None:
    """Text is as wide as in Arial: 10 digits of 0.556 em at 16 pixels."""
    assert metrics.width("0123456789", 16) == pytest.approx(88.96)


def test_text_wraps_between_words() -> None:
    """A text that has no room for its words in one line takes as many as it needs; `<br>` always breaks."""
    assert metrics.wrapped("0000 0000 0000", 10, room=50)[1] == 2
    assert metrics.wrapped("a<br>b", 10)[1] == 2
