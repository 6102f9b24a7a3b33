"""The unpacked zip, opened from the disk: reading, searching and the small helps work without a server."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from test_search import ask, options

from guidebook import artefacts, offline


@pytest.fixture(scope="module")
def unpacked(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first page of the real site, out of the real zip."""
    into = tmp_path_factory.mktemp("offline")
    assert artefacts.write_offline(built_site, into, lambda _: None) == []
    with zipfile.ZipFile(into / offline.NAME) as archive:
        archive.extractall(into)
    return into / offline.FOLDER / "index.html"


@pytest.fixture
def from_disk(browser: Browser, unpacked: Path) -> Iterator[Page]:
    """The first page, opened by its path; every complaint and every request that leaves the disk fails the test."""
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
    page.goto(unpacked.as_uri())
    yield page
    page.close()
    assert said == []


def test_card_opens_its_guide(from_disk: Page) -> None:
    """A click on the first page leads to a file, not to a listing of a folder."""
    from_disk.locator(".card a").first.click()
    expect(from_disk).to_have_url(re.compile("/MicroservicesPatterns/index.html$"))
    expect(from_disk.locator("h1")).to_contain_text("Microservices Patterns")


def test_search_finds_and_opens_the_section(from_disk: Page) -> None:
    """With a typo, by keyboard."""
    ask(from_disk, "fencng token")
    assert options(from_disk)[0].endswith("/DistributedSystems/index.html#leases-and-fencing-tokens")
    from_disk.keyboard.press("ArrowDown")
    from_disk.keyboard.press("Enter")
    expect(from_disk).to_have_url(re.compile("/DistributedSystems/index.html#leases-and-fencing-tokens$"))


def test_quiz_judges_an_answer(from_disk: Page) -> None:
    """The scripts that are modules on the web run from the disk as well."""
    from_disk.goto(from_disk.url.replace("index.html", "GitOps/index.html"))
    quiz = from_disk.locator(".quiz").first
    for box in quiz.locator("input[data-right]").all():
        box.check()
    quiz.locator("button.quiz-check").click()
    expect(quiz.locator(".quiz-result")).to_have_attribute("data-verdict", "right")
