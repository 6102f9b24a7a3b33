"""Progress without an account: kept in the browser, exported, imported, erased; and no worse where storage is blocked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

PageAt = Callable[..., Page]
BLOCKED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('denied', 'SecurityError'); }})"


def mark_gitops(page: Page) -> None:
    """One section and the guide itself, by keyboard."""
    page.get_by_label("Section read: In one minute").press("Space")
    page.get_by_label("I have read this guide").press("Space")


def test_marks_are_kept(page_at: PageAt, site_url: str) -> None:
    """What was ticked is ticked after a reload, and the first page shows it."""
    page = page_at("GitOps/")
    mark_gitops(page)
    page.reload()
    expect(page.get_by_label("I have read this guide")).to_be_checked()
    expect(page.get_by_label("Section read: In one minute")).to_be_checked()
    page.goto(site_url)

    expect(page.locator("[data-guide=GitOps] .card-state")).to_have_text("Read")
    expect(page.locator("[data-summary]")).to_contain_text(re.compile(r"1 of \d+ guides read, 1 sections"))


def test_reading_goes_on_where_it_stopped(page_at: PageAt, site_url: str) -> None:
    """The first page leads to the section that was on the screen last."""
    page = page_at("GitOps/")
    page.locator("#lab").scroll_into_view_if_needed()
    page.goto(site_url)
    link = page.locator("[data-resume] a")
    expect(link).to_contain_text("Continue: GitOps")
    link.click()

    assert page.url.startswith(site_url + "GitOps/#")


def test_answers_are_counted(page_at: PageAt) -> None:
    """A question answered right stays so after a reload."""
    page = page_at("GitOps/")
    quiz = page.locator(".quiz").first
    for box in quiz.locator("input[data-right]").all():
        box.check()
    quiz.locator("button.quiz-check").click()
    expect(page.locator("[data-quiz-count]")).to_have_text("1 answered right so far.")
    page.reload()

    expect(page.locator("[data-quiz-count]")).to_have_text("1 answered right so far.")


def test_progress_moves_to_another_browser(page_at: PageAt, site_url: str, tmp_path: Path) -> None:
    """An exported file, imported in a fresh profile, shows the same; erasing it asks and leaves nothing."""
    page = page_at("GitOps/")
    mark_gitops(page)
    page.goto(site_url)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / "progress.json"
    download.value.save_as(file)
    assert json.loads(file.read_text(encoding="utf-8"))["guides"] == {"GitOps": True}

    other = page_at()
    other.locator("input[type=file]").set_input_files(file)
    expect(other.locator("[data-guide=GitOps] .card-state")).to_have_text("Read")
    other.on("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="Erase").click()
    expect(other.locator("[data-guide=GitOps] .card-state")).to_have_text("")
    assert other.evaluate("Object.keys(localStorage).filter((key) => key.includes('progress'))") == []


def test_foreign_file_changes_nothing(page_at: PageAt, tmp_path: Path) -> None:
    """A file that is no progress is refused in words."""
    file = tmp_path / "other.json"
    file.write_text('{"version": 1, "guides": ["GitOps"]}', encoding="utf-8")
    page = page_at()
    page.locator("input[type=file]").set_input_files(file)

    expect(page.locator("[data-progress] [role=status]")).to_have_text("That file holds no progress of this site.")


def test_blocked_storage_stops_nothing(page_at: PageAt, site_url: str) -> None:
    """Without storage the boxes work for the page, and no error reaches the console from our modules."""
    page = page_at("404.html")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(f"{error.stack}"))
    page.add_init_script(BLOCKED)
    page.goto(site_url + "GitOps/")
    mark_gitops(page)
    expect(page.get_by_label("I have read this guide")).to_be_checked()

    assert not [error for error in errors if "progress.js" in error]


def test_nothing_to_tick_without_javascript(page_at: PageAt) -> None:
    """What only a script can keep is not shown without it."""
    page = page_at("GitOps/", javascript=False)

    expect(page.get_by_text("I have read this guide")).to_be_hidden()
    expect(page.get_by_text("Section read").first).to_be_hidden()
