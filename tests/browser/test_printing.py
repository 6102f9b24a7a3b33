"""A guide on paper: a browser shrinks the whole text if one thing is wider than the sheet, so nothing may be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from guidebook.load import load_site

ROOT = Path(__file__).resolve().parents[2]
PAPER = 658  # CSS pixels between the margins of A4


@pytest.mark.parametrize("guide", [guide.name for guide in load_site(ROOT).guides])
def test_guide_fits_the_paper(page_at: Callable[..., Page], guide: str) -> None:
    """No table, drawing or line of code is cut off or shrinks the rest."""
    page = page_at(f"{guide}/", width=PAPER)
    page.emulate_media(media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
