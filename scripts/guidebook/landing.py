"""The index as the site's first page: its lists of guides become cards, and the search stands at the top. On GitHub it stays the Markdown that it is."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

from guidebook.furniture import Facts
from guidebook.model import INDEX, Guide, Site

_FIRST_PARAGRAPH = re.compile(r"</h1>\s*<p>.*?</p>", re.DOTALL)


_SEARCH = (
    '<p class="search-field" data-search-exclude><a data-search href="#guides">'
    'Search every section: a term, a setting, an error message <kbd aria-hidden="true">/</kbd></a></p>'
)


def as_landing(text: str, site: Site, facts: Mapping[str, Facts], address: Callable[[str], str]) -> str:
    """The rendered index with the search, a line that says where to begin (or, with the script, to go on), its sections, and cards for lists.

    address: path below docs/ → the link to it from the index.
    """
    sections = []
    for at, section in enumerate(dict.fromkeys(guide.section for guide in site.guides), 1):
        guides = [guide for guide in site.guides if guide.section == section]
        anchor = next((heading.anchor for heading in site.pages[INDEX].headings if heading.text == section), "")
        sections.append(f'<li data-section="{at}"><a href="#{anchor}">{html.escape(section)}</a> {len(guides)} guide{"s" if len(guides) > 1 else ""}</li>')
        cards = f'<ul class="cards" data-section="{at}">\n' + "\n".join(_card(guide, facts, address) for guide in guides) + "\n</ul>"
        text = re.sub(rf'(<h3 id="{re.escape(anchor)}">.*?</h3>\s*)<ul>.*?</ul>', lambda match, cards=cards: match[1] + cards, text, count=1, flags=re.DOTALL)
    first = _first(facts)
    link = f'\n<p class="resume" data-resume data-search-exclude><a href="{address(first.path)}">Begin with {html.escape(first.title)}</a></p>' if first else ""
    places = f'\n<ul class="sections" data-search-exclude>{"".join(sections)}</ul>'
    return _FIRST_PARAGRAPH.sub(lambda match: match[0] + "\n" + _SEARCH + link + places, text, count=1)


def _first(facts: Mapping[str, Facts]) -> Facts | None:
    """The guide that needs nothing and that most others need; the first of them in the index."""
    needed = [place.path for one in facts.values() for place in one.prerequisites]
    free = sorted((one for one in facts.values() if one.section and not one.prerequisites), key=lambda one: one.order)
    return max(free, key=lambda one: needed.count(one.path), default=None)


def _card(guide: Guide, facts: Mapping[str, Facts], address: Callable[[str], str]) -> str:
    about = facts.get(f"{guide.name}.md")
    if about is None:
        return f'<li class="card"><p class="card-title">{html.escape(guide.title)}</p><p>{html.escape(guide.description)}</p><p>In preparation</p></li>'
    size = f"{about.minutes}&nbsp;min" + (f", {about.labs} lab{'s' if about.labs > 1 else ''}" if about.labs else "")
    before = "; after " + ", ".join(html.escape(place.text) for place in about.prerequisites) if about.prerequisites else ""
    return (
        f'<li class="card" data-guide="{guide.name}"><p class="card-title"><a href="{address(about.path)}">{html.escape(guide.title)}</a></p>'
        f"<p>{html.escape(guide.description)}</p>"
        f'<p class="card-facts" data-search-exclude>{size}{before}<span class="card-state"></span></p></li>'
    )
