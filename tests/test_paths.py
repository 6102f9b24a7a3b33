"""Learning paths: pages from the index's table, and the picture of the prerequisites."""

from __future__ import annotations

import re
from pathlib import Path

from guidebook import diagrams, furniture, paths
from guidebook.model import INDEX, Site
from guidebook.parse import parse_page


def test_each_row_is_a_path(site: Site) -> None:
    """Its title, its links in order, and what to practise."""
    found = {path.source: path for path in paths.paths(site)}

    assert list(found)[:2] == ["paths/prepare-a-staff-interview-in-two-weeks.md", "paths/go-on-call.md"]
    assert [link.text for link in found["paths/go-on-call.md"].steps] == ["resilience patterns", "Advanced Monitoring", "Chaos Engineering", "a 503 by its cause"]
    assert "thirty days of incidents" in found["paths/go-on-call.md"].practice


def test_page_of_a_path_leads_one_directory_up(site: Site) -> None:
    """Steps and practice are links from `paths/` to the guides."""
    text = paths.pages(site, furniture.facts(site))["paths/go-on-call.md"]

    assert "1. [Resilience patterns](../MicroservicesPatterns.md#resilience-patterns): a section of Microservices Patterns. " in text
    assert "2. [Advanced Monitoring](../AdvancedMonitoring.md): " in text
    assert "](./" not in text and "](../AdvancedMonitoring.md#thirty-days-of-incidents-against-alert-rules)" in text


def test_what_follows_the_last_link_is_kept() -> None:
    """The words behind it are advice, too."""
    table = "### Learning paths\n\n| If you | read | and practise |\n| --- | --- | --- |\n| read | [A](./A.md), then the rest | [a lab](./A.md#lab) |\n"
    index = parse_page(INDEX, f"# T\n\n{table}")

    assert "\nThen the rest.\n" in paths.pages(Site(Path(), {INDEX: index}), {})["paths/read.md"]


def test_sections_count_in_the_time(site: Site) -> None:
    """A path that begins with three sections takes longer than its four guides."""
    facts = furniture.facts(site)
    (path,) = (one for one in paths.paths(site) if one.name == "build-a-data-platform")
    hours, minutes = re.search(r"(\d+) h (\d+) min of reading", paths.pages(site, facts)[path.source]).groups()

    assert int(hours) * 60 + int(minutes) > sum(facts[link.target.removeprefix("./")].minutes for link in path.steps if "#" not in link.target)


def test_overview_says_how_long_each_path_is(site: Site) -> None:
    """Steps and time, so that the reader can choose."""
    text = paths.pages(site, furniture.facts(site))[paths.OVERVIEW]

    assert re.search(r"\[Go on call\]\(go-on-call\.md\): 4 steps, 1 h \d+ min of reading\n", text)


def test_step_comes_after_what_it_needs(site: Site) -> None:
    """Each prerequisite of a guide, or a section of it, stands before the guide in the path."""
    facts = furniture.facts(site)
    for path in paths.paths(site):
        seen: set[str] = set()
        for link in path.steps:
            file, _, anchor = link.target.removeprefix("./").partition("#")
            assert anchor or seen >= {place.path for place in facts[file].prerequisites}, f"{path.title}: {file}"
            seen.add(file)


def test_prerequisites_are_drawn(site: Site) -> None:
    """The picture has an arrow for each, and the renderer takes it."""
    text = paths.pages(site, furniture.facts(site))[paths.OVERVIEW]
    (fence,) = parse_page("docs/paths/README.md", text).fences

    assert "MicroservicesPatterns --> ServiceMesh" in fence.code
    assert isinstance(diagrams.draw(fence.code, "dg-paths"), diagrams.Drawing)


def test_no_table_no_pages(site: Site) -> None:
    """A site without the table has none of it."""
    assert paths.pages(Site(site.root, {}), {}) == {}


def test_guide_knows_its_steps(site: Site) -> None:
    """In each path that has it: the number, what comes before and after."""
    call = {stop.path.name: stop for stop in paths.stops(site)["AdvancedMonitoring.md"]}["go-on-call"]
    interview = {stop.path.name: stop for stop in paths.stops(site)["MicroservicesPatterns.md"]}["prepare-a-staff-interview-in-two-weeks"]

    assert (call.number, call.before.text, call.after.text) == (2, "Resilience patterns", "Chaos Engineering")
    assert interview.after.path == "EventDrivenArchitecture.md"


def test_path_begins_and_ends_with_its_page(site: Site) -> None:
    """There is what to practise."""
    (first,) = (stop for stop in paths.stops(site)["MicroservicesPatterns.md"] if stop.path.name == "go-on-call")
    (last,) = (stop for stop in paths.stops(site)["ServiceMesh.md"] if stop.path.name == "go-on-call")

    assert (first.before.path, last.after.path, last.after.text) == ("paths/go-on-call.md", "paths/go-on-call.md", "Practise")


def test_step_may_be_a_section(site: Site) -> None:
    """Then it is that section which comes before or after."""
    (second,) = (stop for stop in paths.stops(site)["AdvancedMonitoring.md"] if stop.path.name == "go-on-call")

    assert (second.before.text, second.before.path, second.before.anchor) == ("Resilience patterns", "MicroservicesPatterns.md", "resilience-patterns")
