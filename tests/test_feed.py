"""The Atom feed, and what a link to a page looks like elsewhere."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from pathlib import Path

from guidebook import feed, furniture
from guidebook.model import Site

ATOM = "{http://www.w3.org/2005/Atom}"


def test_feed_has_an_entry_for_each_review(site: Site) -> None:
    """Well-formed, newest first, ids that differ and begin with the site's address."""
    tree = etree.fromstring(feed.atom(site, furniture.facts(site), "https://x.org/g/"))
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in tree.iter(f"{ATOM}entry")]
    dates = [entry.findtext(f"{ATOM}updated") or "" for entry in tree.iter(f"{ATOM}entry")]

    assert len(set(ids)) == len(site.guides) and all(one.startswith("https://x.org/g/") for one in ids)
    assert dates == sorted(dates, reverse=True) and tree.findtext(f"{ATOM}updated") == dates[0]


def test_no_address_no_feed(site: Site) -> None:
    """An entry could not say where it is."""
    assert feed.text(site, furniture.facts(site), "") == ""


def test_every_page_describes_itself(built_site: Path) -> None:
    """One title, a description, and what a preview of a link needs; no title stands twice in itself."""
    for file in sorted(built_site.rglob("index.html")):
        html = file.read_text(encoding="utf-8")
        title = html.partition("<title>")[2].partition("</title>")[0]

        assert html.count('<meta name="description"') == 1, file
        assert html.count('<meta property="og:title"') == html.count('<meta property="og:description"') == 1, file
        assert title.count("Advanced Backend and DevOps") == 1, file


def test_picture_of_previews_is_shipped(built_site: Path) -> None:
    """And small."""
    assert (built_site / "assets/preview.png").stat().st_size < 100_000
