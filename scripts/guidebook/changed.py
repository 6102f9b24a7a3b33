"""Which findings a change of some files can have caused, and what a pull request is told about them."""

from __future__ import annotations

import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from guidebook import checks
from guidebook.checks import addresses, diagrams, fences, numbers, prose, quizzes, references, wording
from guidebook.labs import source
from guidebook.misuse import Misuse
from guidebook.model import Diagnostic, Page, Site
from guidebook.resolve import nearest, resolve, target_of
from guidebook.statistics import words

# What these say of a page depends on nothing but that page (and on mkdocs.yml), so that other pages need not be asked.
_LOCAL = {module.__name__ for module in (addresses, diagrams, fences, numbers, prose, quizzes, references, wording)}
# What these find may be caused far away: by the last link, or the last use, that went.
_FAR = {"allowance-unused", "asset-unused", "glossary-duplicate", "glossary-order", "glossary-unused", "lab-unused", "page-orphan", "statistics-stale"}
# A change of these concerns all pages: what pages mean, and what is asked of them.
_EVERYWHERE = ("mkdocs.yml", "pyproject.toml", "docs/.pages", "docs/README.md", "docs/shop.toml", ".github/links.toml", "overrides/", "scripts/guidebook/")


def named(site: Site, words: Iterable[str], here: Path) -> list[str]:
    """The paths, from the root, of files as somebody types them: from where they stand, from the root, or as a page's name. Raises Misuse."""
    found = []
    for word in words:
        places = [Path(here, word), site.root / word, site.root / "docs" / word, site.root / "docs" / f"{word}.md"]
        file = next((place.resolve() for place in places if place.is_file()), None)
        if not file or not file.is_relative_to(site.root):
            guess = nearest(word, [*site.files, *site.pages.keys(), *(page.name for page in site.pages.values())])
            raise Misuse(f"there is no file `{word}` in this checkout", f"did you mean `{guess}`?" if guess else "name a file of docs/")
        found.append(file.relative_to(site.root).as_posix())
    return found


def since(root: Path, base: str = "") -> list[str]:
    """The files that differ from the commit where this branch left `base`, those not committed and those not added included.

    Without a base: origin/main, else main, else the last commit. Raises Misuse.
    """
    bases = [base] if base else ["origin/main", "main", "HEAD"]
    start = next((commit for name in bases if (commit := git(root, "merge-base", name, "HEAD"))), "")
    if not start:
        raise Misuse(f"git knows no revision `{bases[-1]}` here", "fetch it, or name another: `--changed BASE`")
    differing = git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", start)
    new = git(root, "ls-files", "--others", "--exclude-standard", "-z")
    return sorted({path for path in (differing + "\0" + new).split("\0") if path})


def git(root: Path, *command: str) -> str:
    """What git prints; nothing if it fails."""
    try:
        done = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    except OSError:
        raise Misuse("there is no git", "install it, or name the files: `check FILE ...`") from None
    return done.stdout.strip("\n") if done.returncode == 0 else ""


def check(site: Site, paths: Collection[str], rules: Sequence[checks.Check] = checks.ALL) -> list[Diagnostic]:
    """Every finding that a change of these files can have caused: in them, in what points to them, and of rules about the whole book."""
    if any(path.startswith(_EVERYWHERE) for path in paths):
        return checks.run(site, rules)
    near = around(site, paths)
    few = replace(site, pages=_only(site.pages, paths), around=_only(site.around, paths))
    local = [rule for rule in rules if rule.__module__ in _LOCAL]
    found = checks.run(site, [rule for rule in rules if rule not in local])
    kept = [finding for finding in found if finding.rule in _FAR or finding.location.path in near]
    own = [finding for finding in checks.run(few, local) if finding.location.path in near]
    return sorted(own + kept, key=lambda finding: finding.location)


def _only(pages: Mapping[str, Page], paths: Collection[str]) -> dict[str, Page]:
    return {path: page for path, page in pages.items() if path in paths}


def around(site: Site, paths: Collection[str]) -> set[str]:
    """The files themselves, the pages and other sources that link to one, show its code, or need it as a prerequisite."""
    wanted = set(paths)
    names = {path.rpartition("/")[2].removesuffix(".md") for path in wanted}
    pages = [*site.pages.values(), *site.around.values()]
    return wanted | {page.path for page in pages if _points(site, page, wanted, names)}


def _points(site: Site, page: Page, wanted: set[str], names: set[str]) -> bool:
    needed = page.front_matter.values.get("prerequisites")
    return (
        any(target_of(site, page, link).path in wanted for link in page.links)
        or any(source(fence)[0] in wanted for fence in page.fences)
        or (isinstance(needed, list) and not names.isdisjoint(map(str, needed)))
    )


def table(site: Site, paths: Sequence[str], findings: Sequence[Diagnostic]) -> str:
    """Markdown for a pull request's summary: each page that changed, its words, its links out, its errors."""
    rows = ["| page | words | links out | errors |", "| --- | ---: | ---: | ---: |"]
    for path in paths:
        if page := site.pages.get(path):
            outward = {link.target for link in page.links if resolve(site, page, link.target).kind == "external"}
            wrong = sum(finding.location.path == path for finding in findings)
            rows.append(f"| `{path}` | {words(page):,} | {len(outward)} | {wrong} |")
    others = sum(path not in site.pages for path in paths)
    elsewhere = sum(finding.location.path not in paths for finding in findings)
    rest = [f"{others} other file{'s' * (others != 1)} changed."] * bool(others)
    rest += [f"{elsewhere} error{'s' * (elsewhere != 1)} in pages that point here."] * bool(elsewhere)
    return "\n".join([*(rows if len(rows) > 2 else ["No page changed."]), "", *rest, ""])
