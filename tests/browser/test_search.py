"""The search as a reader uses it: by keyboard, with typos, on every kind of page; and what it may not do before."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from test_reading import violations

PageAt = Callable[..., Page]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"


def ask(page: Page, words: str) -> None:
    """Open the search by `/`, type, and wait for what is found."""
    page.keyboard.press("/")
    page.keyboard.type(words, delay=15)
    expect(page.locator("#search-results")).to_have_attribute("data-query", words)


def wait_until(page: Page, truth: str) -> None:
    """Ask the page until it says so, for ten seconds at most; Playwright's own waiting evaluates a text, which the policy forbids."""
    for _ in range(200):
        if page.evaluate(f"Boolean({truth})"):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {truth}")


def options(page: Page) -> list[str]:
    """Where the sections lead that are found, in the order of the list."""
    return [urlsplit(one)._replace(scheme="", netloc="").geturl() for one in page.locator("[role=option]").evaluate_all("all => all.map(one => one.href)")]


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("raft leader election", "DistributedSystems/#raft-leader-election"),
        ("raft leder election", "DistributedSystems/#raft-leader-election"),
        ("fencing tok", "DistributedSystems/#leases-and-fencing-tokens"),
        ("2PC", "DistributedSystems/#two-phase-commit-2pc-and-why-it-blocks"),
        ("R+W>N", "DistributedSystems/#leaderless-quorums-why-rwn-is-not-linearizability"),
        ("acks=all", "EventDrivenArchitecture/#durability-acksall-mininsyncreplicas-and-fsync"),
        ("circuit braker", "MicroservicesPatterns/#circuit-breaker-states"),
    ],
)
def test_search_opens_the_section(page_at: PageAt, site_url: str, words: str, path: str) -> None:
    """`/`, the words as typed, the arrow down, Enter: the section is open."""
    page = page_at("GitOps/")
    ask(page, words)
    found = options(page)
    assert any(target.endswith("/" + path) for target in found[:3]), found[:3]
    for _ in range(next(at for at, target in enumerate(found, 1) if target.endswith("/" + path))):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(site_url + path)
    expect(page.locator("#" + path.partition("#")[2])).to_be_in_viewport()


def test_enter_opens_the_first_section_without_waiting(page_at: PageAt, site_url: str) -> None:
    """Whoever types fast and presses Enter at once gets the best section."""
    page = page_at("GitOps/")
    page.keyboard.press("/")
    page.keyboard.type("raft leader election")
    page.keyboard.press("Enter")

    page.wait_for_url(site_url + "DistributedSystems/#raft-leader-election")


def test_nothing_of_the_search_is_fetched_before_a_reader_reaches_for_it(page_at: PageAt, site_url: str) -> None:
    """A page fetches the script that opens the dialog, under 4 KiB, and nothing else; the focus fetches the index."""
    page = page_at("404.html")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(site_url)))
    page.goto(site_url + "GitOps/", wait_until="networkidle")
    before = [url for url in asked if "search" in url]
    page.locator("[data-search]").focus()
    wait_until(page, "globalThis.guidebookSearch")

    assert before == ["assets/search/open.js"]
    assert not re.search(r"search.*\.json|lunr|workers/search", " ".join(asked))


def test_first_result_costs_little(page_at: PageAt, built_site: Path, site_url: str) -> None:
    """150 KiB at most, compressed, are fetched until the first section is there."""
    page = page_at("GitOps/")
    page.evaluate(
        """() => {
          performance.clearResourceTimings();
          new MutationObserver((_, observer) => {
            if (!document.querySelector("[role=option]")) return;
            observer.disconnect();
            window.fetched = performance.getEntriesByType("resource").map((one) => one.name);
          }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    page.keyboard.press("/")
    page.keyboard.insert_text("circuit braker half open")
    wait_until(page, "window.fetched")
    files = {urlsplit(name).path.removeprefix("/guides/") for name in page.evaluate("window.fetched")}
    sizes = {file: len(zlib.compress((built_site / file).read_bytes(), 6)) for file in files}

    assert "search/index.js" in sizes and sum(sizes.values()) <= 150 * 1024, sizes


def test_passage_marks_the_words(page_at: PageAt) -> None:
    """The words found stand out in heading and passage, in the spelling of the section."""
    page = page_at()
    ask(page, "fencing tokens")

    expect(page.locator("[role=option] .search-passage mark").first).to_be_visible()
    expect(page.locator("[role=option]").first.locator(".search-heading")).to_contain_text("encing token")


def test_results_are_grouped_by_guide(page_at: PageAt) -> None:
    """Each guide stands once, with its section of the index, and is the name of its group."""
    page = page_at()
    ask(page, "kafka")
    names = page.locator(".search-guide").all_inner_texts()

    assert len(names) == len(set(names)) > 1
    expect(page.get_by_role("group", name="Event-Driven Architecture")).to_be_visible()


def test_search_says_what_was_meant(page_at: PageAt) -> None:
    """A typo is answered and named; choosing the better spelling searches for it."""
    page = page_at()
    ask(page, "raft leder election")
    page.get_by_role("button", name="raft leader election").click()

    expect(page.get_by_role("combobox")).to_have_value("raft leader election")
    expect(page.get_by_role("combobox")).to_be_focused()
    expect(page.locator(".search-help")).not_to_contain_text("Did you mean")


def test_search_defines_a_term(page_at: PageAt) -> None:
    """A query that is a glossary term, by any of its names, shows the definition."""
    page = page_at()
    ask(page, "2PC")

    expect(page.locator(".search-term a")).to_have_attribute("href", re.compile(r"/Glossary/#two-phase-commit"))


def test_filter_keeps_one_section_of_the_index(page_at: PageAt) -> None:
    """Choosing a section of the index leaves its guides only."""
    page = page_at()
    ask(page, "certificate rotation")
    page.get_by_role("radio", name="Security and Compliance").check(force=True)
    expect(page.locator(".search-guide span").first).to_be_visible()
    wait_until(page, "[...document.querySelectorAll('.search-guide span')].every(one => one.textContent === 'Security and Compliance')")

    assert options(page)


def test_query_is_in_the_address(page_at: PageAt, site_url: str) -> None:
    """`?q=` opens the search with the query; typing changes it; Escape takes it away and gives the focus back."""
    page = page_at("GitOps/?q=raft+leader+election")
    expect(page.locator("[role=option]").first).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_value("raft leader election")
    page.get_by_role("combobox").fill("fencing token")
    page.wait_for_url(re.compile(r"q=fencing\+token"))
    page.keyboard.press("Escape")

    expect(page.locator("dialog.search")).to_be_hidden()
    page.wait_for_url(site_url + "GitOps/")


def test_back_returns_to_the_results(page_at: PageAt, site_url: str) -> None:
    """Back from a section shows what was found before."""
    page = page_at("GitOps/")
    ask(page, "raft leader election")
    page.keyboard.press("Enter")
    page.wait_for_url(site_url + "DistributedSystems/#raft-leader-election")
    page.go_back()

    expect(page.get_by_role("combobox")).to_have_value("raft leader election")
    expect(page.locator("[role=option]").first).to_be_visible()


def test_section_of_the_same_page_closes_the_dialog(page_at: PageAt, site_url: str) -> None:
    """No page is loaded again for a section that it has."""
    page = page_at("DistributedSystems/")
    page.evaluate("window.stayed = true")
    ask(page, "raft leader election")
    page.keyboard.press("Enter")
    page.wait_for_url(site_url + "DistributedSystems/#raft-leader-election")

    expect(page.locator("dialog.search")).to_be_hidden()
    assert page.evaluate("window.stayed")


def test_recent_searches_are_kept(page_at: PageAt, site_url: str) -> None:
    """What led to a section is offered when the search opens again."""
    page = page_at("GitOps/")
    ask(page, "fencing token")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("DistributedSystems"))
    page.keyboard.press("/")

    expect(page.locator(".search-recent").get_by_role("button", name="fencing token")).to_be_visible()


def test_search_works_where_storage_is_blocked(page_at: PageAt, site_url: str) -> None:
    """Without localStorage there are no recent searches, and all else is there."""
    page = page_at("404.html")
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked', 'SecurityError'); } })")
    page.goto(site_url + "GitOps/")
    ask(page, "fencing token")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile("DistributedSystems/#leases"))


def test_nothing_found_helps(page_at: PageAt) -> None:
    """Where nothing is near, the list of guides is."""
    page = page_at("GitOps/")
    page.keyboard.press("/")
    page.keyboard.type("zzqxvwkk")

    expect(page.locator(".search-count")).to_have_text("Nothing found")
    expect(page.locator(".search-help").get_by_role("link", name="list of all guides")).to_have_attribute("href", re.compile(r"/guides/#guides$"))


def test_nothing_in_a_section_of_the_index_helps(page_at: PageAt) -> None:
    """Where the chosen section has nothing, the glossary has the nearest term, with the guide that explains it, and one click searches all."""
    page = page_at("GitOps/")
    ask(page, "flamegraf")
    page.get_by_role("radio", name="Security and Compliance").check(force=True)
    expect(page.locator(".search-count")).to_have_text("Nothing found")
    expect(page.locator(".search-term a").first).to_have_attribute("href", re.compile(r"/Glossary/#flame-graph$"))
    expect(page.locator(".search-term a").last).to_have_attribute("href", re.compile(r"/PerformanceEngineering/#how-to-read-a-flame-graph$"))
    page.get_by_role("button", name="Search all sections").click()

    expect(page.locator("[role=option]").first).to_be_visible()


def test_count_is_announced(page_at: PageAt) -> None:
    """A screen reader hears how many sections there are, and which one is active."""
    page = page_at()
    ask(page, "raft")
    expect(page.get_by_role("status").filter(has_text="sections found")).to_be_visible()
    page.keyboard.press("ArrowDown")
    box = page.get_by_role("combobox", name="Search the guides")

    expect(box).to_have_attribute("aria-expanded", "true")
    assert page.locator("[role=option][aria-selected=true]").get_attribute("id") == box.get_attribute("aria-activedescendant")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("words", ["", "circuit braker"])
def test_search_is_accessible(page_at: PageAt, words: str, width: int, scheme: str) -> None:
    """axe has nothing to say about the open dialog, empty or full, and it fits a phone."""
    page = page_at("Shop/", width=width, scheme=scheme)
    page.keyboard.press("/")
    page.keyboard.type(words)
    expect(page.locator("[role=option]").first if words else page.locator(".search-keys")).to_be_visible()

    assert violations(page) == []
    assert page.evaluate("document.querySelector('dialog.search').scrollWidth") <= width


def test_search_works_on_the_404_page(page_at: PageAt, site_url: str) -> None:
    """A reader who followed a dead link finds the section from there."""
    page = page_at("no/such/page/")
    ask(page, "raft leader election")
    page.keyboard.press("Enter")
    page.wait_for_url(site_url + "DistributedSystems/#raft-leader-election")


def test_search_works_under_a_strict_policy(page_at: PageAt, site_url: str) -> None:
    """No inline script, no inline style, no eval, no other host: the search needs none of them."""
    page = page_at("404.html")

    def strict(route) -> None:  # type: ignore[no-untyped-def]
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": POLICY})

    page.route(site_url + "GitOps/", strict)
    page.goto(site_url + "GitOps/")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    ask(page, "fencing token")
    page.keyboard.press("ArrowDown")

    assert complaints == [] and options(page)[0].endswith("DistributedSystems/#leases-and-fencing-tokens")


def test_search_works_from_the_disk(browser: Browser, built_site: Path) -> None:
    """Opened as a file, without any server, the site is searchable, and results lead to files."""
    page = browser.new_page()
    page.goto((built_site / "GitOps" / "index.html").as_uri())
    ask(page, "raft leder election")
    page.keyboard.press("Enter")
    page.wait_for_url((built_site / "DistributedSystems" / "index.html").as_uri() + "#raft-leader-election")
    page.close()


def test_broken_connection_is_said(page_at: PageAt) -> None:
    """If the index cannot be fetched, the dialog says so and offers to try again, which works."""
    page = page_at("GitOps/")
    page.route("**/search/index.js", lambda route: route.abort())
    page.keyboard.press("/")
    page.keyboard.type("raft")
    expect(page.locator(".search-count")).to_have_text("The search could not be loaded.")
    page.unroute("**/search/index.js")
    page.get_by_role("button", name="Try again").click()

    expect(page.locator("[role=option]").first).to_be_visible()


def test_guides_are_listed_without_javascript(page_at: PageAt, site_url: str) -> None:
    """The field of the search is a link to the plain list."""
    page = page_at("GitOps/", javascript=False)
    page.get_by_role("link", name="All guides").click()

    assert page.url == site_url + "#guides"
    expect(page.get_by_role("link", name="Distributed Systems").first).to_be_visible()


def test_first_page_has_the_search_at_its_top(page_at: PageAt) -> None:
    """A field that opens the dialog, by pointer and by keyboard."""
    page = page_at(width=390)
    field = page.get_by_role("button", name="Search every section")
    expect(field).to_be_in_viewport()
    field.press("Enter")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    field.click()

    expect(page.get_by_role("combobox")).to_be_focused()
