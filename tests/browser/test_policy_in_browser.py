"""The pages under their own Content-Security-Policy: nothing is refused, everything works."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

PageAt = Callable[..., Page]


@pytest.mark.parametrize("path", ["", "GitOps/", "DistributedSystems/", "AdvancedMonitoring/", "Glossary/", "Shop/", "no/such/page/"])
def test_nothing_is_refused(browser: Browser, site_url: str, path: str) -> None:
    """The console of every type of page has no complaint."""
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site_url + path, wait_until="networkidle")
    found = [text for text in said if "404 (Not Found)" not in text]
    context.close()

    assert found == []


def test_injected_script_does_not_run(page_at: PageAt) -> None:
    """The policy is in force: a script that is put into the page is refused."""
    page = page_at("GitOps/")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.broken = true'}))")

    assert page.evaluate("window.broken") is None


def test_code_is_copied(page_at: PageAt) -> None:
    """The copy button of a code block puts its text into the clipboard."""
    page = page_at("DistributedSystems/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block = page.locator(".highlight").first
    block.get_by_role("button", name="Copy this code").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()

    assert page.evaluate("navigator.clipboard.readText()").split() == block.locator("pre code").inner_text().split()
