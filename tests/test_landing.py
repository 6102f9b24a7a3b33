"""The index as the first page of the site."""

from __future__ import annotations

from guidebook import furniture, landing
from guidebook.model import INDEX, Site

LIST = '<h1 id="t">T</h1>\n<p>One.</p>\n<p>Two.</p>\n<h3 id="advanced-devops">Advanced DevOps</h3>\n<ul>\n<li><a href="GitOps/">GitOps</a>: x</li>\n</ul>\n<ul><li>other</li></ul>'


def made(site: Site, text: str = LIST) -> str:
    return landing.as_landing(text, site, furniture.facts(site), lambda path: path.removesuffix(".md") + "/")


def test_list_of_a_section_becomes_cards(site: Site) -> None:
    """With the accent of the section; another list stays as it is."""
    html = made(site)

    assert '<ul class="cards" data-section="2">' in html and html.count('<li class="card"') == 4
    assert "<ul><li>other</li></ul>" in html


def test_card_says_what_the_index_says(site: Site) -> None:
    """Title, the index's own one-liner, time, labs and what to read before."""
    html = made(site)
    mesh = html[html.index('data-guide="ServiceMesh"') :].partition("</li>")[0]

    assert '<a href="ServiceMesh/">Service Mesh</a>' in mesh
    assert "<p>Istio, Linkerd, and service mesh patterns</p>" in mesh
    assert "&nbsp;min, 3 labs; after Microservices Patterns" in mesh


def test_search_stands_behind_the_first_paragraph(site: Site) -> None:
    """Before anything else; without a script it leads to the list of guides."""
    assert '<p>One.</p>\n<p class="search-field" data-search-exclude><a data-search href="#guides">' in made(site)


def test_sections_stand_at_the_top(site: Site) -> None:
    """Each with its accent, a link to its heading and the number of its guides."""
    assert '<li data-section="3"><a href="#security-and-compliance">Security and Compliance</a> 3 guides</li>' in made(site)


def test_landing_says_where_to_begin(site: Site) -> None:
    """A guide that needs no other and that others need."""
    html = made(site)

    assert 'Begin with Microservices Patterns</a>' in html


def test_index_stays_markdown(site: Site) -> None:
    """No HTML of ours in the source: GitHub shows lists."""
    assert "<ul" not in site.pages[INDEX].text and "<li" not in site.pages[INDEX].text
