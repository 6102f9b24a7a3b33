"""The sitemap: every page by its address, with the day of its last review where that is known, and no other date.

Source: https://www.sitemaps.org/protocol.html. An address has to be absolute, so without `site_url` the list is empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from guidebook.model import Site
from guidebook.trace import page_path

FILE = "sitemap.xml"


def sitemap(site: Site, address: str, places: Iterable[str]) -> str:
    """The sitemap of a site that is published at `address`; `places`: its pages, `GitOps/index.html`."""
    reviewed = {page_path(path): str(page.front_matter.values.get("reviewed") or "") for path, page in site.pages.items()}
    entries = [_entry(address, place, reviewed.get(place, "")) for place in places] if address else []
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', *entries, "</urlset>", ""])


def _entry(address: str, place: str, reviewed: str) -> str:
    here = address.rstrip("/") + "/" + quote(place.removesuffix("index.html"))
    return f"<url><loc>{escape(here)}</loc>{f'<lastmod>{reviewed}</lastmod>' if reviewed else ''}</url>"
