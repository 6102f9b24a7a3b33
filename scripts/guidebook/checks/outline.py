"""Is the book in order: headings, front matter, the index and the sidebar?"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator

from guidebook.model import INDEX, Diagnostic, Guide, Location, Page, Site
from guidebook.resolve import nearest

KEYS = {"title": str, "description": str, "prerequisites": list, "reviewed": datetime.date, "covers": list}
SECTIONS = (
    "In one minute",
    "The mental model",
    "Choosing",
    "Lab",
    "In production",
    "When it breaks",
    "What is current",
    "Discussion questions and answers",
    "Check yourself",
    "Further reading",
    "Related guides",
)


def landed(site: Site) -> Iterator[tuple[Guide, Page]]:
    """The guides of the index whose page is there."""
    for guide in site.guides:
        if page := site.page(guide.name):
            yield guide, page


def page_unreadable(site: Site) -> Iterator[Diagnostic]:
    """A page is UTF-8 text.

    Bad:  a file saved as Latin-1
    Good: the same file saved as UTF-8
    """
    for page in site.pages.values():
        if page.unreadable:
            yield Diagnostic(Location(page.path, page.unreadable_line), page.unreadable, "save the file as UTF-8 text")


def heading_skips_level(site: Site) -> Iterator[Diagnostic]:
    """A heading is at most one level below the one before it.

    Bad:  `## Consensus`, then `#### Raft`
    Good: `## Consensus`, then `### Raft`
    """
    for page in site.pages.values():
        before = 0
        for heading in page.headings:
            if heading.level > before + 1:
                above = f"after level {before}" if before else "at the top of the page"
                yield Diagnostic(heading.location, f"`{heading.text}` is a heading of level {heading.level} {above}", f"write it with {'#' * (before + 1)}")
            before = heading.level


def heading_not_one_title(site: Site) -> Iterator[Diagnostic]:
    """A page has exactly one heading of level 1.

    Bad:  `# Raft` ... `# Paxos`
    Good: `# Consensus`, `## Raft`, `## Paxos`
    """
    for page in site.pages.values():
        titles = [heading for heading in page.headings if heading.level == 1]
        if not titles and not page.unreadable:
            yield Diagnostic(Location(page.path), "the page has no title", "begin it with `# Title`")
        for heading in titles[1:]:
            yield Diagnostic(heading.location, f"`{heading.text}` is a second title", "write it with ##")


def front_matter_broken(site: Site) -> Iterator[Diagnostic]:
    """The block between the first two `---` lines is YAML.

    Bad:  `title: GitOps: the loop`
    Good: `title: "GitOps: the loop"`
    """
    for page in site.pages.values():
        if page.front_matter.error:
            yield page.front_matter.error


def front_matter_incomplete(site: Site) -> Iterator[Diagnostic]:
    """A guide's front matter has title, description, prerequisites, reviewed and covers, each of its kind.

    Bad:  `reviewed: last week`
    Good: `reviewed: 2026-11-23`
    """
    for _, page in landed(site):
        values, places = page.front_matter.values, page.front_matter.locations
        for key, kind in KEYS.items():
            if page.front_matter.error:
                continue
            if key not in values:
                yield Diagnostic(Location(page.path), f"the front matter has no `{key}`", f"add `{key}: {_example(key)}`")
            elif not isinstance(values[key], kind) or (kind is str and not values[key].strip()):
                yield Diagnostic(places[key], f"`{key}` is not {_kind(kind)}", f"write `{key}: {_example(key)}`")
        for key in values.keys() - KEYS:
            guess = nearest(key, tuple(KEYS))
            yield Diagnostic(places[key], f"`{key}` is not a key of a guide's front matter", f"did you mean `{guess}`?" if guess else "remove it")


def _example(key: str) -> str:
    return {"title": "GitOps", "description": "One sentence.", "prerequisites": "[]", "reviewed": "YYYY-MM-DD"}.get(key, "[Kafka 4.1]")


def _kind(kind: type) -> str:
    return {str: "a text", list: "a list", datetime.date: "a date (YYYY-MM-DD)"}[kind]


def front_matter_in_future(site: Site) -> Iterator[Diagnostic]:
    """`reviewed` is a day on which somebody can have read the page.

    Bad:  `reviewed: 2062-11-23`
    Good: `reviewed: 2026-11-23`
    """
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    for _, page in landed(site):
        reviewed = page.front_matter.values.get("reviewed")
        if isinstance(reviewed, datetime.date) and reviewed > tomorrow:
            yield Diagnostic(page.front_matter.locations["reviewed"], f"`reviewed` is {reviewed}, in the future")


def prerequisite_unknown(site: Site) -> Iterator[Diagnostic]:
    """Prerequisites are names of guides in the index.

    Bad:  `prerequisites: [DistributedSystem]`
    Good: `prerequisites: [DistributedSystems]`
    """
    names = tuple(guide.name for guide in site.guides)
    for _, page in landed(site):
        for name in _prerequisites(page):
            if name not in names:
                guess = nearest(str(name), names)
                yield Diagnostic(page.front_matter.locations["prerequisites"], f"`{name}` is not a guide", f"did you mean `{guess}`?" if guess else "")


def prerequisite_cycle(site: Site) -> Iterator[Diagnostic]:
    """No guide is, through others, its own prerequisite.

    Bad:  GitOps needs ServiceMesh, which needs GitOps
    Good: ServiceMesh needs GitOps
    """
    needs = {guide.name: _prerequisites(page) for guide, page in landed(site)}
    for guide, page in landed(site):
        path = _way(guide.name, guide.name, needs, ())
        if path:
            yield Diagnostic(page.front_matter.locations["prerequisites"], f"{guide.name} needs itself: {' → '.join(path)}", "remove one of these prerequisites")


def _prerequisites(page: Page) -> tuple[str, ...]:
    value = page.front_matter.values.get("prerequisites")
    return tuple(str(name) for name in value) if isinstance(value, list) else ()


def _way(start: str, goal: str, needs: dict[str, tuple[str, ...]], seen: tuple[str, ...]) -> tuple[str, ...]:
    for name in needs.get(start, ()):
        if name == goal:
            return (*seen, start, goal)
        if name not in seen and name != start and (way := _way(name, goal, needs, (*seen, start))):
            return way
    return ()


def guide_missing_section(site: Site) -> Iterator[Diagnostic]:
    """A guide has the second-level headings that every guide has, in the same order.

    Bad:  `## Labs`
    Good: `## Lab`
    """
    for _, page in landed(site):
        second = {heading.text: heading for heading in page.headings if heading.level == 2}
        before, before_name = Location(page.path), ""
        for name in SECTIONS:
            heading = second.get(name)
            if heading is None:
                guess = nearest(name, tuple(second))
                yield Diagnostic(before, f"the guide has no section `{name}`", f"is `{guess}` meant to be it?" if guess else f"add `## {name}`")
            elif heading.location < before:
                yield Diagnostic(heading.location, f"`{name}` stands before `{before_name}`", "order the sections as in every guide")
            else:
                before, before_name = heading.location, name


def index_missing_guide(site: Site) -> Iterator[Diagnostic]:
    """Every page with a guide's front matter is in the index.

    Bad:  docs/GitOps.md, and no line for it in docs/README.md
    Good: `- [GitOps](./GitOps.md): Git-based deployment and operations`
    """
    if INDEX not in site.pages:
        return
    names = {guide.name for guide in site.guides}
    for page in site.pages.values():
        if "covers" in page.front_matter.values and page.name not in names:
            yield Diagnostic(Location(page.path), f"the guide {page.name} is not in the index", f"add `- [{page.title}](./{page.name}.md): ...` to {INDEX}")


def index_duplicate_guide(site: Site) -> Iterator[Diagnostic]:
    """The index lists each guide once.

    Bad:  two lines that start with `- [GitOps](./GitOps.md)`
    Good: one
    """
    count: Counter[str] = Counter()
    for guide in site.guides:
        count[guide.name] += 1
        if count[guide.name] > 1:
            first = next(other.location for other in site.guides if other.name == guide.name)
            yield Diagnostic(guide.location, f"{guide.name} is in the index already", f"remove this line or the one at {first}")


def index_stale_preparation(site: Site) -> Iterator[Diagnostic]:
    """A guide that has landed is a link, and one that has not says that it is in preparation.

    Bad:  `- GitOps: Git-based deployment and operations *(in preparation)*` when docs/GitOps.md is there
    Good: `- [GitOps](./GitOps.md): Git-based deployment and operations`
    """
    for guide in site.guides:
        line = site.pages[INDEX].text.split("\n")[guide.location.line - 1]
        there = site.page(guide.name) is not None
        if there and not guide.link:
            yield Diagnostic(guide.location, f"docs/{guide.name}.md has landed", f"write `- [{guide.title}](./{guide.name}.md): {guide.description}`")
        elif guide.link and "*(in preparation)*" in line:
            yield Diagnostic(guide.location, f"{guide.title} is a link and in preparation", "remove the mark or the link")
        elif not guide.link and "*(in preparation)*" not in line:
            yield Diagnostic(guide.location, f"{guide.title} is neither a link nor in preparation", "link it, or end the line with `*(in preparation)*`")


def index_title_differs(site: Site) -> Iterator[Diagnostic]:
    """The index calls a guide by its title.

    Bad:  `- [Git operations](./GitOps.md): ...` for a page titled GitOps
    Good: `- [GitOps](./GitOps.md): ...`
    """
    for guide, page in landed(site):
        if guide.title != page.title:
            yield Diagnostic(guide.location, f"the index says `{guide.title}`, the page is titled `{page.title}`", "make them the same")


def navigation_order(site: Site) -> Iterator[Diagnostic]:
    """docs/.pages lists the guides that have landed in the order of the index.

    Bad:  index: GitOps, Service Mesh; .pages: ServiceMesh.md, GitOps.md
    Good: the same order in both
    """
    if "docs/.pages" not in site.texts or INDEX not in site.pages:
        return
    wanted = [page.path for _, page in landed(site)]
    names = set(wanted)
    listed = [(path, place) for path, place in site.navigation if path in names]
    for path in wanted:
        if path not in {listed_path for listed_path, _ in listed}:
            yield Diagnostic(Location("docs/.pages"), f"`{path.removeprefix('docs/')}` is not in the sidebar", "add it in the order of the index")
    present = [path for path in wanted if path in {listed_path for listed_path, _ in listed}]
    for (path, place), right in zip(listed, present, strict=False):
        if path != right:
            yield Diagnostic(place, f"`{path.removeprefix('docs/')}` stands where the index has `{right.removeprefix('docs/')}`", "put both in the same order")
            break
