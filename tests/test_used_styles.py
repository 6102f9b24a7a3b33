"""Style sheets without the rules that nothing on the site can match."""

from __future__ import annotations

from pathlib import Path

import pytest

from guidebook.used_styles import used

NAMES = frozenset({"card", "md-nav", "open"})


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".card{a:b}.tabbed{a:b}", ".card{a:b}"),
        (".tabbed,.card .open{a:b}", ".card .open{a:b}"),
        ("p,a:hover{a:b}", "p,a:hover{a:b}"),
        (".card:not(.tabbed){a:b}", ".card:not(.tabbed){a:b}"),
        (".card:is(.tabbed,.open){a:b}", ".card:is(.tabbed,.open){a:b}"),
        ("@media print{.tabbed{a:b}}", ""),
        ("@media print{.tabbed{a:b}.card{a:b}}", "@media print{.card{a:b}}"),
        ("@keyframes turn{0%{a:b}to{a:c}}", "@keyframes turn{0%{a:b}to{a:c}}"),
        ('@charset "utf-8";.card:before{content:"}"}', '@charset "utf-8";.card:before{content:"}"}'),
        (".card{--i:url('a;b');--j:1;a:var(--j)}", ".card{--j:1;a:var(--j)}"),
        (".card{a:b;--i:1}", ".card{a:b;}"),
        (".card{a:b}/*# sourceMappingURL=x.map */", ".card{a:b}"),
    ],
)
def test_rule_is_left_if_it_can_match(css: str, left: str) -> None:
    """All classes that a selector demands have to be known; the others in its list go alone."""
    assert used(css, NAMES) == left


def test_the_theme_gets_lighter_and_keeps_what_pages_have(built_site: Path) -> None:
    """What the pages are made of is still styled, and what they lack is not."""
    css = "".join(file.read_text(encoding="utf-8") for file in (built_site / "assets/stylesheets").glob("main.*.css"))

    assert ".md-header" in css and ".md-nav" in css and ".md-typeset .admonition" in css
    assert ".md-post" not in css and ".task-list-item" not in css
