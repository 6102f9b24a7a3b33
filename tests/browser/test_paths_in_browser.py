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

    expect(page.locator("h1")).to_contain_text("Microservices Patterns")


def test_neighbours_follow_the_path_that_was_chosen(page_at: PageAt, site_url: str) -> None:
    """From the page of a path on, previous and next are its steps, a section among them, until the reader leaves it."""
    page = page_at("paths/go-on-call/")
    page.locator("article ol a").first.click()
    neighbours = page.get_by_role("navigation", name="Previous and next")
    expect(neighbours).to_contain_text("Step 1 of 4 of a learning path: Go on call")
    neighbours.get_by_role("link", name="Next Advanced Monitoring").click()
    neighbours.get_by_role("link", name="Previous Resilience patterns").click()
    assert page.url == site_url + "MicroservicesPatterns/#resilience-patterns"
    neighbours.get_by_role("link", name="Next Advanced Monitoring").click()
    expect(neighbours.locator("[rel=next]")).to_contain_text("Chaos Engineering")
    assert violations(page) == []
    neighbours.get_by_role("button", name="Leave this path").press("Enter")

    expect(neighbours.locator("[rel=next]")).to_contain_text("Zero Trust Architecture")
    expect(neighbours).not_to_contain_text("learning path")


def test_row_of_the_index_chooses_its_path(page_at: PageAt) -> None:
    """A guide that is opened from the table of paths is a step."""
    page = page_at()
    page.locator("tr[data-path=lead-a-platform]").get_by_role("link", name="Service Mesh").click()
    expect(page.locator(".neighbours [rel=prev]")).to_contain_text("Resilience patterns")
    expect(page.locator(".neighbours [rel=next]")).to_contain_text("Secrets Management")


def test_guide_outside_the_path_keeps_the_order_of_the_index(page_at: PageAt, site_url: str) -> None:
    """As do all of them without storage."""
    page = page_at("paths/go-on-call/")
    page.locator("article ol a").first.click()
    page.goto(site_url + "GitOps/")

    expect(page.locator(".neighbours [rel=next]")).to_contain_text("Service Mesh")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["paths/", "paths/go-on-call/"])
def test_pages_of_paths_are_accessible(page_at: PageAt, path: str, width: int, scheme: str) -> None:
    """axe has nothing to say, and nothing scrolls sideways."""
    page = page_at(path, width=width, scheme=scheme)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
