"""An Atom feed of the guides, newest first: an entry for each review, since that is when a guide has changed.

Source: https://www.rfc-editor.org/rfc/rfc4287. An entry needs an address of its own, so there is no feed without `site_url`.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from guidebook.furniture import Facts
from guidebook.model import INDEX, Site

FILE = "feed.xml"


def atom(site: Site, facts: Mapping[str, Facts], address: str) -> str:
    """The feed of a site that is published at `address` (with its slash)."""
    guides = sorted((one for one in facts.values() if one.section and one.reviewed), key=lambda one: (one.reviewed, -one.order), reverse=True)
    newest = guides[0].reviewed if guides else "1970-01-01"
    index = site.pages[INDEX]
    head = (
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"<title>{escape(index.title)}</title>",
        f"<id>{escape(address)}</id>",
        f'<link href="{escape(address)}"/><link rel="self" href="{escape(address + FILE)}"/>',
        f"<updated>{newest}T00:00:00Z</updated>",
        f"<author><name>{escape(index.title)}</name></author>",
    )
    return "\n".join([*head, *(_entry(site, one, address) for one in guides), "</feed>", ""])


def _entry(site: Site, about: Facts, address: str) -> str:
    here = f"{address}{about.name}/"
    page = site.pages[f"docs/{about.path}"]
    covers = f" Covers {', '.join(about.covers)}." if about.covers else ""
    summary = f"{page.front_matter.values.get('description', '')}{covers}"
    return (
        f'<entry><title>{escape(about.title)}, reviewed {about.reviewed}</title><id>{escape(here)}#{about.reviewed}</id><link href="{escape(here)}"/>'
        f"<updated>{about.reviewed}T00:00:00Z</updated><summary>{escape(summary)}</summary></entry>"
    )


def text(site: Site, facts: Mapping[str, Facts], address: str) -> str:
    """The feed; nothing for a site without an address."""
    return atom(site, facts, address) if address and INDEX in site.pages else ""
