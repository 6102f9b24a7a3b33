"""What stands around a guide's text, as a reader meets it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

PageAt = Callable[..., Page]


def test_facts_need_no_javascript(page_at: PageAt) -> None:
    """Time, prerequisites, date and versions are in the HTML, and the prerequisites are links that work."""
    page = page_at("EventDrivenArchitecture/", javascript=False)
    facts = page.locator(".facts")

    expect(facts).to_contain_text("Advanced Backend")
    expect(facts).to_contain_text("min to read")
    expect(facts.locator("time")).to_have_attribute("datetime", "2026-11-23")
    facts.get_by_role("link", name="Distributed Systems").click()
    expect(page.locator("h1")).to_contain_text("Distributed Systems")


def test_linked_from_leads_to_the_section(page_at: PageAt) -> None:
    """The list opens without JavaScript; its links lead to the sections that point here."""
    page = page_at("GitOps/", javascript=False)
    page.locator(".linked-from summary").click()
    link = page.locator(".linked-from li a[href*='#']").first
    expect(link).to_be_visible()
    fragment = (link.get_attribute("href") or "").partition("#")[2]
    link.click()

    assert page.locator(f"[id='{fragment}']").count() == 1


def test_neighbours_follow_the_index(page_at: PageAt) -> None:
    """Previous and next are the guides before and after in the index."""
    page = page_at("GitOps/", javascript=False)

    expect(page.locator(".neighbours [rel=prev]")).to_contain_text("Performance Engineering")
    expect(page.locator(".neighbours [rel=next]")).to_contain_text("Service Mesh")


def test_no_repository_no_form(page_at: PageAt) -> None:
    """Where no repository is configured, nothing offers to edit or to report."""
    page = page_at("GitOps/")

    assert page.get_by_text("Edit this page").count() == page.get_by_text("Report a problem").count() == 0


def test_page_is_copied_as_markdown(page_at: PageAt, site_url: str) -> None:
    """The button puts the page's source into the clipboard and says so; the link beside it opens the same."""
    page = page_at("GitOps/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as Markdown").press("Enter")
    expect(page.locator(".said")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    address = urljoin(page.url, page.get_by_role("link", name="Page as Markdown").get_attribute("href"))

    assert copied.startswith("---\ntitle: GitOps\n") and "](../AdvancedMonitoring/index.md" in copied
    assert page.request.get(address).text() == copied
