"""Paper, large text, no motion, the reader's own colours, and an address that leads nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from test_reading import violations

PageAt = Callable[..., Page]
HEIGHT = "element => element.getBoundingClientRect().height"


def test_paper_shows_answers_and_where_links_lead(page_at: PageAt) -> None:
    """The answers of quizzes are open, addresses of other sites are printed, what can only be clicked is not."""
    page = page_at("GitOps/")
    page.emulate_media(media="print")

    assert page.locator(".quiz details:not([open]) .quiz-verdict").first.evaluate(HEIGHT) > 0
    assert "https://" in page.locator(".text a[href^=http]").first.evaluate("link => getComputedStyle(link, '::after').content")
    for what in (".quiz-check", ".section-mark", ".after"):
        expect(page.locator(what).first).to_be_hidden()


def test_paper_is_light(page_at: PageAt) -> None:
    """Whoever reads in the dark palette prints dark text."""
    page = page_at("GitOps/", scheme="dark")
    page.emulate_media(media="print")

    assert page.locator("article p").nth(2).evaluate("p => getComputedStyle(p).color") == "rgb(28, 33, 38)"


def test_code_fits_paper(page_at: PageAt) -> None:
    """Long lines wrap instead of being cut."""
    page = page_at("GitOps/")
    page.emulate_media(media="print")

    assert page.locator("pre > code").first.evaluate("code => getComputedStyle(code).whiteSpace") == "pre-wrap"


@pytest.mark.parametrize("path", ["", "GitOps/", "DistributedSystems/", "Glossary/", "paths/", "no/such/page/"])
def test_text_fits_at_400_percent(page_at: PageAt, path: str) -> None:
    """1280 pixels at 400 % are 320: nothing scrolls sideways but tables, code and drawings (WCAG 1.4.10)."""
    assert page_at(path, width=320).evaluate("document.documentElement.scrollWidth") == 320


def test_nothing_moves_for_those_who_ask(page_at: PageAt) -> None:
    """Reduced motion: no transition anywhere."""
    page = page_at("GitOps/")
    page.emulate_media(reduced_motion="reduce")

    assert page.evaluate("[...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length") == 0


def test_forced_colours_keep_outlines(page_at: PageAt) -> None:
    """Cards have edges in the reader's colours; drawings keep their own."""
    page = page_at("")
    page.emulate_media(forced_colors="active")

    assert page.locator(".card").first.evaluate("card => parseFloat(getComputedStyle(card).borderTopWidth)") > 0
    page.goto(page.url + "GitOps/")
    assert page.locator(".diagram-scroll").first.evaluate("box => getComputedStyle(box).forcedColorAdjust") == "none"


def test_forced_colours_mark_the_open_page(page_at: PageAt) -> None:
    """By a line, where everybody else sees a colour; and the focus keeps its outline."""
    page = page_at("GitOps/")
    page.emulate_media(forced_colors="active")
    link = page.locator(".site-nav [aria-current=page]")
    assert link.evaluate("link => getComputedStyle(link).textDecorationLine") == "underline"
    page.keyboard.press("Tab")

    assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2


@pytest.mark.parametrize("name", ["Guides", "On this page"])
def test_drawers_fit_at_400_percent(page_at: PageAt, name: str) -> None:
    """They open, their last link can be reached, and the page behind does not get wider."""
    page = page_at("GitOps/", width=320)
    page.get_by_role("button", name=name, exact=True).click()
    drawer = page.get_by_role("navigation", name=name)
    drawer.get_by_role("link").last.scroll_into_view_if_needed()

    expect(drawer.get_by_role("link").last).to_be_in_viewport()
    assert drawer.evaluate("drawer => drawer.scrollWidth <= drawer.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_unknown_address_helps(page_at: PageAt, width: int, scheme: str) -> None:
    """It names every guide, its links work, and axe has nothing to say."""
    page = page_at("no/such/page/", width=width, scheme=scheme)

    assert violations(page) == []
    page.locator("article").get_by_role("link", name="Stream Processing").click()
    expect(page.locator("h1")).to_contain_text("Stream Processing")
