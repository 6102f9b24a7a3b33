"""Learning paths: pages from the index's table, and the picture of the prerequisites."""

from __future__ import annotations

from guidebook import diagrams, furniture, paths
from guidebook.model import Site
from guidebook.parse import parse_page


def test_each_row_is_a_path(site: Site) -> None:
    """Its title, its links in order, and what to practise."""
    found = {path.source: path for path in paths.paths(site)}

    assert list(found)[:2] == ["paths/prepare-a-staff-interview-in-two-weeks.md", "paths/go-on-call.md"]
    assert [link.text for link in found["paths/go-on-call.md"].steps] == ["Advanced Monitoring", "resilience patterns", "Chaos Engineering"]
    assert "thirty days of incidents" in found["paths/go-on-call.md"].practice


def test_page_of_a_path_leads_one_directory_up(site: Site) -> None:
    """Steps and practice are links from `paths/` to the guides."""
    text = paths.pages(site, furniture.facts(site))["paths/go-on-call.md"]

    assert "1. [Advanced Monitoring](../AdvancedMonitoring.md): " in text
    assert "2. [resilience patterns](../MicroservicesPatterns.md#resilience-patterns): one section." in text
    assert "](./" not in text and "](../AdvancedMonitoring.md#thirty-days-of-incidents-against-alert-rules)" in text


def test_what_follows_the_last_link_is_kept(site: Site) -> None:
    """The words behind it are advice, too."""
    assert 'Then "When it breaks" of every guide' in paths.pages(site, furniture.facts(site))["paths/go-on-call.md"]


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
    stops = {stop.path.name: stop for stop in paths.stops(site)["MicroservicesPatterns.md"]}
    call = stops["go-on-call"]

    assert (call.number, call.before.text, call.after.text) == (2, "Advanced Monitoring", "Chaos Engineering")
    assert stops["prepare-a-staff-interview-in-two-weeks"].after.path == "EventDrivenArchitecture.md"


def test_path_begins_and_ends_with_its_page(site: Site) -> None:
    """There is what to practise."""
    (first,) = (stop for stop in paths.stops(site)["AdvancedMonitoring.md"] if stop.path.name == "go-on-call")
    (last,) = (stop for stop in paths.stops(site)["ChaosEngineering.md"] if stop.path.name == "go-on-call")

    assert (first.before.path, last.after.path, last.after.text) == ("paths/go-on-call.md", "paths/go-on-call.md", "Practise")


def test_step_may_be_a_section(site: Site) -> None:
    """Then it is that section which comes before or after."""
    (first,) = (stop for stop in paths.stops(site)["AdvancedMonitoring.md"] if stop.path.name == "go-on-call")

    assert (first.after.text, first.after.path, first.after.anchor) == ("Resilience patterns", "MicroservicesPatterns.md", "resilience-patterns")
