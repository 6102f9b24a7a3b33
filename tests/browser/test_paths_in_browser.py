"""Learning paths as a reader meets them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from test_reading import violations

PageAt = Callable[..., Page]


def test_index_leads_to_a_path_and_on_to_a_guide(page_at: PageAt) -> None:
    """Without JavaScript, too."""
    page = page_at(javascript=False)
    page.get_by_role("link", name="go on call").click()
    expect(page.locator("h1")).to_contain_text("Go on call")
    page.locator("article ol a").first.click()

    expect(page.locator("h1")).to_contain_text("Advanced Monitoring")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["paths/", "paths/go-on-call/"])
def test_pages_of_paths_are_accessible(page_at: PageAt, path: str, width: int, scheme: str) -> None:
    """axe has nothing to say, and nothing scrolls sideways."""
    page = page_at(path, width=width, scheme=scheme)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
