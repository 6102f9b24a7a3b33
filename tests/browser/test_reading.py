"""What a reader meets: every page in both palettes, on phone and desktop, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import Page, Request, expect

from guidebook.built import page_path
from guidebook.load import load_site

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(page_path(path).removesuffix("index.html") for path in load_site(ROOT).pages)
PageAt = Callable[..., Page]


def violations(page: Page) -> list[str]:
    """What axe finds, by WCAG 2.2 A and AA and its best practices."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # as the browser's own tools do it; the page's policy lets nobody add a script
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible(page_at: PageAt, path: str, width: int, scheme: str) -> None:
    """axe has nothing to say about any page, in either palette, at either width."""
    assert violations(page_at(path, width=width, scheme=scheme)) == []


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_a_phone(page_at: PageAt, path: str) -> None:
    """Nothing makes the page itself scroll sideways at 390 pixels; wide tables and drawings scroll by themselves."""
    page = page_at(path, width=390)

    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("path", PAGES)
def test_page_asks_no_third_party(page_at: PageAt, site_url: str, path: str) -> None:
    """Every request goes to the site's own host."""
    page = page_at("404.html")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(site_url + path, wait_until="networkidle")

    assert {urlsplit(request.url).netloc for request in asked if not request.url.startswith("data:")} == {urlsplit(site_url).netloc}


def test_page_without_javascript_teaches_all_it_says(page_at: PageAt) -> None:
    """Drawings, code and the answers of the quizzes are in the HTML."""
    page = page_at("DistributedSystems/", javascript=False)
    quizzes = page.locator(".quiz")

    assert page.locator("figure.diagram svg").count() >= 4
    assert page.locator("pre code").count() >= 4
    assert quizzes.count() >= 10
    assert quizzes.locator("details .quiz-right").count() >= quizzes.count()


def test_answer_of_a_quiz_opens_by_keyboard_without_javascript(page_at: PageAt) -> None:
    """The disclosure of a quiz is the browser's own, so Enter opens it."""
    page = page_at("DistributedSystems/", javascript=False)
    disclosure = page.locator(".quiz details").first
    disclosure.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(disclosure).to_have_attribute("open", "")


def test_quiz_marks_the_answer(page_at: PageAt) -> None:
    """With the script, choosing by keyboard and pressing the button says in a live region whether the answer is right."""
    page = page_at("DistributedSystems/")
    quiz = page.locator(".quiz").first
    quiz.locator("input").first.focus()
    page.keyboard.press("Space")
    quiz.locator("button.quiz-check").press("Enter")

    expect(quiz.locator("[aria-live], [role=status]")).to_have_text(re.compile("right|wrong", re.IGNORECASE))


def test_diagram_has_a_name_and_a_caption(page_at: PageAt) -> None:
    """A screen reader announces each drawing by its title; everybody reads the caption."""
    page = page_at("DistributedSystems/")
    figures = page.locator("figure.diagram")

    assert figures.count() == page.locator("figure.diagram figcaption").count()
    assert page.locator("figure.diagram svg[role=img] > title").count() == figures.count()


def test_term_explains_itself(page_at: PageAt, site_url: str) -> None:
    """A dotted word holds its definition and leads to the glossary."""
    page = page_at("DistributedSystems/")
    term = page.locator("a.term").first
    term.click()

    assert page.url.startswith(site_url + "Glossary/#")


def test_unknown_address_has_a_page_that_works(page_at: PageAt) -> None:
    """The 404 page has its styles, the navigation and the search."""
    page = page_at("no/such/page/")

    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.header')).position") == "sticky"
