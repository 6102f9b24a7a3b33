"""What a page does for its reader: palette, drawers, the table of contents, the way back up, definitions, code by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from test_reading import violations

PageAt = Callable[..., Page]
GROUND = "getComputedStyle(document.documentElement).backgroundColor"
DARK, LIGHT = "rgb(22, 25, 29)", "rgb(255, 255, 255)"


@pytest.mark.parametrize(("scheme", "ground"), [("light", LIGHT), ("dark", DARK)])
@pytest.mark.parametrize("javascript", [True, False])
def test_palette_is_the_systems(page_at: PageAt, scheme: str, ground: str, javascript: bool) -> None:
    """As long as none is chosen; no script is needed for that."""
    assert page_at("GitOps/", scheme=scheme, javascript=javascript).evaluate(GROUND) == ground


def test_palette_is_kept(page_at: PageAt, site_url: str) -> None:
    """The button goes from the system's to light to dark and round again, and the next page has the choice."""
    page = page_at("GitOps/", scheme="light")
    button = page.locator(".palette")
    expect(button).to_have_accessible_name("Colours: as the system has them")
    button.press("Enter")
    expect(button).to_have_accessible_name("Colours: light")
    button.press("Enter")
    expect(button).to_have_accessible_name("Colours: dark")
    page.goto(site_url + "Glossary/")

    assert page.evaluate(GROUND) == DARK
    page.locator(".palette").press("Enter")
    assert page.evaluate(GROUND) == LIGHT


def test_chosen_palette_is_there_before_anything_is_painted(page_at: PageAt, site_url: str) -> None:
    """It is set by a script in the head, which stands before the first style sheet."""
    page = page_at("GitOps/", scheme="light")
    page.locator(".palette").press("Enter")
    page.locator(".palette").press("Enter")
    page.route("**/*.js", lambda route: route.abort())
    page.goto(site_url + "Glossary/")

    assert page.evaluate(GROUND) == DARK


def test_scripts_run_where_the_site_is_the_whole_host(page_at: PageAt, site_url: str) -> None:
    """There the page for unknown addresses says that the site begins at `/`."""
    page = page_at("404.html")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def at_the_root(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'data-site="[^"]*"', 'data-site="/"', answer.text()))

    page.route("**/nowhere/", at_the_root)
    page.goto(site_url + "nowhere/")

    assert page.locator("html").get_attribute("data-site") == "/"
    expect(page.locator(".palette")).to_have_accessible_name("Colours: as the system has them")
    assert errors == []


def test_palette_changes_where_storage_is_blocked(page_at: PageAt, site_url: str) -> None:
    """It lasts as long as the page, and nothing throws."""
    page = page_at("404.html")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('denied', 'SecurityError'); }})")
    page.goto(site_url + "GitOps/")
    page.locator(".palette").press("Enter")
    page.locator(".palette").press("Enter")

    assert page.evaluate(GROUND) == DARK and errors == []


def test_palette_needs_a_script(page_at: PageAt) -> None:
    """Without one there is no button that does nothing."""
    expect(page_at("GitOps/", javascript=False).locator(".palette")).to_be_hidden()


def test_guides_open_in_a_drawer_by_keyboard(page_at: PageAt) -> None:
    """Enter opens it and says so, Tab goes into it, Escape closes it and gives the focus back."""
    page = page_at("GitOps/", width=390)
    button = page.get_by_role("button", name="Guides", exact=True)
    drawer = page.get_by_role("navigation", name="Guides")
    expect(drawer).to_be_hidden()
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(drawer.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Tab")
    expect(drawer.get_by_role("link", name="Index")).to_be_focused()
    page.keyboard.press("Escape")

    expect(drawer).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("javascript", [True, False])
def test_drawer_leads_to_a_guide(page_at: PageAt, javascript: bool) -> None:
    """With and without the script; it marks the page that is open."""
    page = page_at("GitOps/", width=390, javascript=javascript)
    page.get_by_role("button", name="Guides", exact=True).click()
    drawer = page.get_by_role("navigation", name="Guides")
    expect(drawer.get_by_role("link", name="GitOps")).to_have_attribute("aria-current", "page")
    drawer.get_by_role("link", name="Service Mesh").click()

    expect(page.locator("h1")).to_contain_text("Service Mesh")


@pytest.mark.parametrize("name", ["Guides", "On this page"])
def test_drawer_has_a_button_that_closes_it(page_at: PageAt, name: str) -> None:
    """For those who have no Escape, and without the script."""
    page = page_at("GitOps/", width=390, javascript=False)
    page.get_by_role("button", name=name, exact=True).click()
    drawer = page.get_by_role("navigation", name=name)
    drawer.get_by_role("button", name="Close").click()

    expect(drawer).to_be_hidden()


def test_drawer_closes_when_the_focus_leaves_it(page_at: PageAt) -> None:
    """What has the focus is never covered."""
    page = page_at("GitOps/", width=390)
    page.get_by_role("button", name="Guides", exact=True).press("Enter")
    page.get_by_role("navigation", name="Guides").get_by_role("link", name="The shop").focus()
    page.keyboard.press("Tab")

    expect(page.get_by_role("navigation", name="Guides")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["Guides", "On this page"])
def test_open_drawer_is_accessible(page_at: PageAt, name: str, scheme: str) -> None:
    """axe has nothing to say about it."""
    page = page_at("GitOps/", width=390, scheme=scheme)
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("navigation", name=name)).to_be_visible()

    assert violations(page) == []


def test_contents_open_on_a_phone_and_close_behind_a_choice(page_at: PageAt, site_url: str) -> None:
    """The section that was chosen is on the screen."""
    page = page_at("GitOps/", width=390)
    page.get_by_role("button", name="On this page").click()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Pull or push").click()

    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    expect(page.get_by_role("heading", name="Pull or push")).to_be_in_viewport()


def test_contents_follow_the_reader(page_at: PageAt) -> None:
    """The section on the screen is marked, its entry is in sight, and the address names it."""
    page = page_at("GitOps/")
    last = page.locator("article h3").nth(30)
    anchor = last.get_attribute("id")
    last.evaluate("heading => heading.scrollIntoView()")
    entry = page.locator(f".toc a[href='#{anchor}']")

    expect(entry).to_have_attribute("aria-current", "true")
    expect(entry).to_be_in_viewport()
    page.wait_for_url(f"**/GitOps/#{anchor}")
    assert page.locator(".toc [aria-current]").count() == 1


def test_section_that_an_address_asks_for_stays_in_it(page_at: PageAt) -> None:
    """Even at the page's end, where another heading may stand above it."""
    page = page_at("GitOps/")
    anchor = page.locator(".toc a").last.get_attribute("href")
    page.locator(".toc a").last.click()
    page.mouse.wheel(0, 5000)

    expect(page.locator(f".toc a[href='{anchor}']")).to_have_attribute("aria-current", "true")


def test_header_names_the_page_below_its_title(page_at: PageAt) -> None:
    """Its name takes the place of the site's, which stays the name of the way home, and leads back up."""
    page = page_at("GitOps/")
    expect(page.locator(".here")).to_be_hidden()
    page.locator("#lab").scroll_into_view_if_needed()
    expect(page.locator(".here")).to_have_text("GitOps")
    expect(page.locator(".brand")).to_have_accessible_name("Advanced Backend and DevOps")
    page.locator(".here").press("Enter")

    expect(page.locator("h1")).to_be_in_viewport()


def test_way_back_up_appears_when_it_is_looked_for(page_at: PageAt) -> None:
    """On scrolling up, far from the top; it leads there and goes away."""
    page = page_at("GitOps/")
    button = page.get_by_role("link", name="Back to top", exact=True)
    expect(button).to_be_hidden()
    page.mouse.move(600, 400)
    page.mouse.wheel(0, 6000)
    page.mouse.wheel(0, -600)
    expect(button).to_be_visible()
    button.click()

    expect(page.locator("h1")).to_be_in_viewport()
    expect(button).to_be_hidden()


def test_definition_shows_on_focus(page_at: PageAt) -> None:
    """The word is described by it, and Escape closes it without leaving the word."""
    page = page_at("DistributedSystems/")
    term = page.locator("a.term").first
    meaning = term.get_attribute("title")
    page.locator("article a:not(.headerlink)").first.focus()
    while not term.evaluate("term => term === document.activeElement"):
        page.keyboard.press("Tab")

    expect(page.get_by_role("tooltip")).to_have_text(meaning)
    expect(term).to_have_accessible_description(meaning)
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    expect(term).to_be_focused()


def test_definition_stays_while_it_is_read(page_at: PageAt) -> None:
    """The pointer may move from the word onto its definition; leaving both closes it."""
    page = page_at("DistributedSystems/")
    page.locator("a.term").first.hover()
    box = page.get_by_role("tooltip")
    box.hover()
    page.wait_for_timeout(400)
    expect(box).to_be_visible()
    page.mouse.move(5, 5)

    expect(box).to_be_hidden()


def test_every_use_of_a_term_has_the_definition(page_at: PageAt) -> None:
    """It stands in the page once, at the first use."""
    page = page_at("DistributedSystems/")
    first = page.locator("a.term").first
    address, meaning = first.get_attribute("href"), first.get_attribute("title")
    uses = page.locator(f"a.term[href='{address}']")
    assert uses.count() > 1
    uses.filter(visible=True).last.hover()

    expect(page.get_by_role("tooltip")).to_have_text(meaning)


@pytest.mark.parametrize("width", [320, 1280])
def test_definition_fits_the_screen(page_at: PageAt, width: int) -> None:
    """Wherever the word stands."""
    page = page_at("GitOps/", width=width)
    for at in range(6):
        page.locator("a.term").nth(at).hover()
        box = page.get_by_role("tooltip").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_code_that_scrolls_is_reached_by_keyboard(page_at: PageAt) -> None:
    """And only that: what fits takes no stop."""
    page = page_at("GitOps/", width=390)
    expect(page.locator("pre[tabindex='0']").first).to_be_attached()
    wrong = """[...document.querySelectorAll('pre')].filter(code => (code.scrollWidth > code.clientWidth) !== (code.tabIndex === 0)).length"""

    assert page.evaluate(wrong) == 0


def test_code_is_copied_as_it_is_written(page_at: PageAt) -> None:
    """With its own indentation, without an empty line behind it."""
    page = page_at("GitOps/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    block = page.locator(".highlight").nth(2)
    block.get_by_role("button", name="Copy this code").click()
    expect(page.locator(".said")).to_have_text("Copied.")

    assert page.evaluate("navigator.clipboard.readText()") == block.locator("code").text_content().rstrip()


def test_refused_clipboard_is_said(page_at: PageAt) -> None:
    """A browser that does not let a page write there leaves the reader not in doubt."""
    page = page_at("GitOps/")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    page.locator(".highlight").first.get_by_role("button", name="Copy this code").press("Enter")

    expect(page.locator(".said")).to_contain_text("does not let the page copy")


def test_first_stop_of_the_keyboard_skips_to_the_text(page_at: PageAt) -> None:
    """It shows when it has the focus."""
    page = page_at("GitOps/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_be_in_viewport()
    assert page.url.endswith("#gitops")


@pytest.mark.parametrize("path", ["", "GitOps/"])
def test_focus_is_visible(page_at: PageAt, path: str) -> None:
    """Each stop of the keyboard on the first screens has an outline that is no thinner than two pixels."""
    page = page_at(path)
    for _ in range(40):
        page.keyboard.press("Tab")
        widths = page.evaluate("""() => {
          const outline = (element) => getComputedStyle(element).outlineStyle === "none" ? 0 : parseFloat(getComputedStyle(element).outlineWidth);
          const one = document.activeElement;
          return [one.outerHTML.slice(0, 120), Math.max(outline(one), one.closest(".card") ? outline(one.closest(".card")) : 0)];
        }""")
        assert widths[1] >= 2, widths[0]
