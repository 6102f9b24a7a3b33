"""Labs and the guides that show them: nothing missing, nothing stale, nothing that a reader cannot install."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from guidebook.labs import distribution, drifted, header, imported, is_mirror, mirror, programs, regions, source
from guidebook.model import Diagnostic, Fence, Location, Site


def lab_missing(site: Site) -> Iterator[Diagnostic]:
    """A fence that mirrors a lab names a file, and a region in it, that are there.

    Bad:  ```python title="labs/git-ops/dirft.py#loop"
    Good: ```python title="labs/git-ops/drift.py#loop"
    """
    yield from (found for fence in _mirrors(site) if isinstance(found := mirror(site, fence), Diagnostic))


def lab_drift(site: Site) -> Iterator[Diagnostic]:
    """A fence that mirrors a lab holds what the lab holds.

    Bad:  the lab was changed, the guide still shows the old code.
    Good: `sync` has copied the new code into the guide.
    """
    for fence in _mirrors(site):
        if drifted(site, fence) is not None:
            path, region = source(fence)
            what = f"region `{region}` of `{path}`" if region else f"`{path}`"
            yield Diagnostic(fence.location, f"the fence differs from {what}", "change the lab, then run `python3 scripts/run.py sync`")


def lab_unused(site: Site) -> Iterator[Diagnostic]:
    """Every lab program is shown by a page, in whole or in part, or at least linked.

    Bad:  docs/labs/git-ops/drift.py, of which no page shows a region.
    Good: a fence titled `labs/git-ops/drift.py#loop`, or a link to the file; a module that such a program imports.
    """
    shown = {source(fence)[0] for fence in _mirrors(site)}
    linked = {link.target.partition("#")[0].removeprefix("./") for page in site.pages.values() for link in page.links}
    for path in sorted(site.texts):
        if not path.startswith("docs/labs/") or not path.endswith(".py"):
            continue
        if path not in shown and path.removeprefix("docs/") not in linked and not imported(site, path):
            title = path.removeprefix("docs/")
            yield Diagnostic(Location(path), "no page shows this program", f'mirror it in its guide: a fence with `title="{title}#region"`')


def lab_no_header(site: Site) -> Iterator[Diagnostic]:
    """A lab program says in the standard header (PEP 723) what it needs, and needs only what the lock installs.

    Bad:  import duckdb, and nothing that says where it comes from.
    Good: # /// script
          # requires-python = ">=3.11"
          # dependencies = ["duckdb>=2"]
          # ///
    """
    locked = _locked(site)
    for path in programs(site):
        text = site.texts[path]
        declared = header(text)
        if isinstance(declared, str):
            yield Diagnostic(Location(path), f"the program has {declared}", "CONTRIBUTING shows the header of a lab")
            continue
        if "requires-python" not in declared:
            yield Diagnostic(Location(path), "the header has no `requires-python`", '`# requires-python = ">=3.11"`')
        for requirement in declared["dependencies"]:
            if distribution(requirement) not in locked:
                help_ = f"use one of those, or add it there and run `python3 scripts/run.py lock`: {', '.join(sorted(locked)) or 'none yet'}"
                yield Diagnostic(_place(path, text, requirement), f"`{requirement}` is not in the group `labs` of pyproject.toml", help_)


def lab_region_broken(site: Site) -> Iterator[Diagnostic]:
    """Regions of a lab are closed, named once, and do not overlap.

    Bad:  # region: loop, and no # endregion.
    Good: # region: loop … # endregion
    """
    for path, text in sorted(site.texts.items()):
        if path.startswith("docs/labs/"):
            yield from regions(path, text).problems


def _mirrors(site: Site) -> Iterator[Fence]:
    return (fence for page in site.pages.values() for fence in page.fences if is_mirror(fence))


def _locked(site: Site) -> set[str]:
    """The distributions of pyproject's group `labs`."""
    try:
        groups = tomllib.loads(site.texts.get("pyproject.toml", "")).get("dependency-groups", {})
    except tomllib.TOMLDecodeError:
        return set()
    return {distribution(entry) for entry in groups.get("labs", ()) if isinstance(entry, str)}


def _place(path: str, text: str, needle: str) -> Location:
    lines = text.split("\n")
    row = next((at for at, line in enumerate(lines) if needle in line), 0)
    return Location(path, row + 1, lines[row].find(needle) + 1 or 1)
