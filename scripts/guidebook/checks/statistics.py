"""Is what the index says about the book true?"""

from __future__ import annotations

from collections.abc import Iterator

from guidebook import statistics
from guidebook.model import INDEX, Diagnostic, Location, Site


def statistics_stale(site: Site) -> Iterator[Diagnostic]:
    """The index's statistics are those that `sync` counts.

    Bad:  `| Guides | 12 |` above a list of fourteen
    Good: what `build.py sync` writes
    """
    index = site.pages.get(INDEX)
    if not index or not site.guides:
        return
    if statistics.START not in index.text or statistics.END not in index.text:
        yield Diagnostic(Location(INDEX), "the index has no statistics", f"add the lines `{statistics.START.strip()}` and `{statistics.END}`")
    for edit in statistics.sync_edits(site):
        line = index.text.count("\n", 0, edit.start) + 1
        yield Diagnostic(Location(INDEX, line), "the statistics are not what the guides hold", "run `python3 scripts/run.py sync`", edit)

