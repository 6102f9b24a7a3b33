"""What an author sees while writing: the saved page where it was scrolled to, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from test_preview import book, save, served  # noqa: F401
from test_search import wait_until

WRONG = "A lease ends by itself, says [nobody](Nowhere.md);"


@pytest.fixture
def author(browser: Browser, served) -> Iterator[Page]:  # noqa: F811
    """The first guide in the preview, on a screen so low that it scrolls."""
    page = browser.new_page(viewport={"width": 800, "height": 240})
    page.goto(f"http://127.0.0.1:{served[1].server_port}/One/")
    yield page
    page.close()


def test_saved_page_is_shown_where_it_was_scrolled_to(author: Page, served) -> None:  # noqa: F811
    """The author does not look for the place again."""
    author.evaluate("scrollTo(0, 300)")
    save(served[0], "docs/One.md", "A lease ends", "A lease really ends")

    expect(author.locator("article")).to_contain_text("really ends")
    wait_until(author, "scrollY === 300")


def test_finding_stands_on_the_page_with_its_line(author: Page, served) -> None:  # noqa: F811
    """And goes when it is mended."""
    save(served[0], "docs/One.md", "A lease ends by itself;", WRONG)
    expect(author.locator("#preview-findings")).to_contain_text("docs/One.md:11:30")
    save(served[0], "docs/One.md", WRONG, "A lease ends by itself;")
    expect(author.locator("#preview-findings")).to_have_count(0)


def test_page_stays_when_the_source_is_broken(author: Page, served) -> None:  # noqa: F811
    """Front matter that is no YAML: the last good page, and why there is no new one."""
    save(served[0], "docs/One.md", "title: One", ": : [One")

    expect(author.locator("#preview-findings")).to_contain_text("front-matter-broken")
    expect(author.locator("article")).to_contain_text("by itself")
