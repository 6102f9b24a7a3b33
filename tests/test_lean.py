"""Highlighted code without spans that have no colour."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guidebook.lean import PLAIN, lean


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<span class="n">a</span><span class="w"> </span><span class="o">=</span>', "a ="),
        ('<span class="p p-Indicator">:</span>', ":"),
        ('<span class="l l-Scalar l-Scalar-Plain">x</span>', '<span class="l">x</span>'),
        ('<span class="nt">a</span><span class="s2">&quot;b&quot;</span>', '<span class="nt">a</span><span class="s2">&quot;b&quot;</span>'),
        ('<span class="no">a</span><span class="ow">not</span>', '<span class="no">a</span><span class="ow">not</span>'),
        ("<pre><span></span><code>", "<pre><code>"),
        ('<span class="quiz-question">n</span>', '<span class="quiz-question">n</span>'),
    ],
)
def test_span_without_a_colour_goes(html: str, left: str) -> None:
    """Its text stays; a span with a colour keeps it."""
    assert lean(html) == left


def test_plain_classes_have_no_colour(root: Path) -> None:
    """The style sheet says nothing about what is left out."""
    css = (root / "overrides/assets/site.css").read_text(encoding="utf-8")
    coloured = {name for rule in re.findall(r"^\.highlight (.*) \{$", css, re.MULTILINE) for name in re.findall(r"\.([\w-]+)", rule)}

    assert coloured and coloured.isdisjoint(PLAIN)


def test_built_code_keeps_its_colours(built_site: Path) -> None:
    """Keywords and comments are marked, names and blanks are not."""
    html = (built_site / "DistributedSystems/index.html").read_text(encoding="utf-8")

    assert '<span class="k">' in html and '<span class="c1">' in html
    assert '<span class="n">' not in html and '<span class="w">' not in html
