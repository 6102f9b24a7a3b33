"""What a page costs to open: requests, and text that stays where it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Request

from guidebook.budget import REQUESTS

PageAt = Callable[..., Page]
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 600);
})"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["", "GitOps/", "paths/"])
def test_nothing_jumps(page_at: PageAt, path: str, width: int) -> None:
    """The layout does not shift while a page loads, not even when there is progress to show."""
    page = page_at("GitOps/", width=width)
    page.get_by_label("I have read this guide").press("Space")
    page.goto(page.url.removesuffix("GitOps/") + path, wait_until="networkidle")

    assert page.evaluate(SHIFT) < 0.01


@pytest.mark.parametrize("path", ["", "DistributedSystems/"])
def test_page_asks_for_little(browser: Browser, site_url: str, path: str) -> None:
    """A first visit takes no more requests than its budget."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(site_url + path, wait_until="networkidle")
    urls = [request.url for request in asked if not request.url.startswith("data:")]
    context.close()

    assert len(urls) <= REQUESTS, urls
