"""Learning paths: each row of the index's table becomes a page, and the prerequisites of all guides a picture.

The table is the data, so GitHub shows it too: who you are, what to read in which order, what to practise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guidebook import statistics
from guidebook.furniture import PACE, Facts, Place
from guidebook.model import INDEX, Link, Site

HEADING = "Learning paths"
OVERVIEW = "paths/README.md"  # below docs/, where the other pages of this module are as well
_CELL = re.compile(r"(?<!\\)\|")
_ADDRESS = re.compile(r"\]\((?:\./)?([^)#:]+\.md)")


@dataclass(frozen=True, slots=True)
class Path:
    """A row: its first cell as a title, the links of the second in order, the third as it is written."""

    title: str
    steps: tuple[Link, ...]
    reading: str
    practice: str

    @property
    def name(self) -> str:
        """`go-on-call` for `go on call`."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    @property
    def source(self) -> str:
        """Its page below docs/."""
        return f"paths/{self.name}.md"

    @property
    def heading(self) -> str:
        return _capital(self.title)


@dataclass(frozen=True, slots=True)
class Stop:
    """A page as a step of a path, counted from one. Before the first step and behind the last is the page of the path."""

    path: Path
    number: int
    before: Place
    after: Place


def paths(site: Site) -> tuple[Path, ...]:
    """The rows of the table below the index's heading, top to bottom; none without such a table."""
    index = site.pages.get(INDEX)
    heading = next((one for one in index.headings if one.text == HEADING), None) if index else None
    return tuple(_rows(site, heading.location.line)) if heading else ()


def _rows(site: Site, first: int) -> Iterator[Path]:
    index, inside = site.pages[INDEX], 0
    for number, line in enumerate(index.text.split("\n")[first:], first + 1):
        if not line.startswith("|"):
            if inside or line.startswith("#"):
                return
            continue
        inside += 1
        cells = [cell.strip() for cell in _CELL.split(line.strip().strip("|"))]
        if inside > 2 and len(cells) == 3:
            steps = tuple(link for link in index.links if link.location.line == number and f"]({link.target})" in cells[1])
            yield Path(cells[0], steps, cells[1], cells[2])


def stops(site: Site) -> dict[str, tuple[Stop, ...]]:
    """Path below docs/ → the page as a step of each path that has it, where it comes first."""
    found: dict[str, dict[str, Stop]] = {}
    for path in paths(site):
        places = [Place(path.source, path.heading), *(Place(_file(link), _capital(link.text), link.target.partition("#")[2]) for link in path.steps)]
        places.append(Place(path.source, "Practise"))
        for number in range(1, len(places) - 1):
            found.setdefault(places[number].path, {}).setdefault(path.name, Stop(path, number, places[number - 1], places[number + 1]))
    return {page: tuple(steps.values()) for page, steps in found.items()}


def pages(site: Site, facts: Mapping[str, Facts]) -> dict[str, str]:
    """Path below docs/ → Markdown, for the overview and each path; nothing without paths."""
    found = paths(site)
    return {OVERVIEW: _overview(site, found, facts), **{one.source: _page(site, one, facts) for one in found}} if found else {}


def _page(site: Site, path: Path, facts: Mapping[str, Facts]) -> str:
    title = path.heading
    minutes = _reading(site, path)
    practice = sum(facts[_file(link)].lab_minutes + facts[_file(link)].card_minutes for link in path.steps if "#" not in link.target and _file(link) in facts)
    lines = [
        f"---\ntitle: {title}\ndescription: A learning path through the guides, in order, for those who {path.title}.\n---\n",
        f"# {title}\n",
        f"{_hours(minutes)} of reading, {_hours(minutes + practice)} with every lab run and every quiz answered.\n" if minutes else "",
        *(f"{at}. {_step(site, link)}" for at, link in enumerate(path.steps, 1)),
        _rest(path),
        f"\nThen practise: {_moved(path.practice)}.\n",
        "[All paths, and which guide needs which](README.md)\n",
    ]
    return "\n".join(line for line in lines if line)


def _step(site: Site, link: Link) -> str:
    """A guide with its description, a section with the title of its guide; both with the time that they take."""
    page = site.pages.get(f"docs/{_file(link)}")
    what = f"a section of {page.title}" if page and "#" in link.target else str(page.front_matter.values.get("description", "")) if page else ""
    return f"[{_capital(link.text)}]({_moved_target(link.target)}): {what.rstrip('.')}. {_minutes(site, link)} minutes."


def _reading(site: Site, path: Path) -> int:
    return sum(_minutes(site, link) for link in path.steps)


def _minutes(site: Site, link: Link) -> int:
    """To read what a step leads to: a page or one section of it."""
    page = site.pages.get(f"docs/{_file(link)}")
    return math.ceil(statistics.words(page, link.target.partition("#")[2]) / PACE) if page else 0


def _rest(path: Path) -> str:
    """What the second cell says behind its last link."""
    rest = path.reading.rpartition(")")[2].lstrip(", ")
    return f"\n{rest[0].upper()}{rest[1:]}.\n" if rest else ""


def _overview(site: Site, found: tuple[Path, ...], facts: Mapping[str, Facts]) -> str:
    guides = [about for about in sorted(facts.values(), key=lambda one: one.order) if about.section]
    needs = "\n".join(f"- [{one.title}](../{one.path})" + (" needs " + " and ".join(f"[{p.text}](../{p.path})" for p in one.prerequisites) if one.prerequisites else " needs no other") for one in guides)
    return "\n".join(
        [
            "---\ntitle: Learning paths\ndescription: In which order to read the guides, by what you are about to do, and which guide needs which.\n---\n",
            "# Learning paths\n",
            *(f"- [{path.heading}]({path.source.removeprefix('paths/')}): {len(path.steps)} steps, {_hours(_reading(site, path))} of reading" for path in found),
            "\n## Which guide needs which\n",
            f"```mermaid\n{diagram(guides)}\n```\n",
            "*Figure: an arrow leads from a guide to those that use its words; what has no arrow to it can be read first.*\n",
            needs,
            "",
        ]
    )


def diagram(guides: list[Facts]) -> str:
    """The Mermaid source of the prerequisites, left to right."""
    edges = [(place.path.removesuffix(".md"), one.name) for one in guides for place in one.prerequisites]
    used = {name for edge in edges for name in edge}
    words = "; ".join(f"{one.title} after {' and '.join(place.text for place in one.prerequisites)}" for one in guides if one.prerequisites)
    return "\n".join(
        [
            "flowchart LR",
            "    accTitle: Which guide needs which",
            f"    accDescr: {words}. The others need none.",
            *(f'    {one.name}["{one.title}"]' for one in guides if one.name in used),
            *(f"    {before} --> {after}" for before, after in edges),
        ]
    )


def linked(html: str, site: Site) -> str:
    """The rendered index with each path's first cell as a link to its page, and one to the overview behind the heading.

    Its row says which path it is: whoever follows a link in it has chosen that path.
    """
    for path in paths(site):
        cell = f'<tr data-path="{path.name}">\n<td><a href="{path.source.removesuffix(".md")}/">{path.title}</a></td>'
        html = re.sub(rf"<tr>\s*<td>{re.escape(path.title)}</td>", lambda _, cell=cell: cell, html, count=1)
    heading = next((one.anchor for one in site.pages[INDEX].headings if one.text == HEADING), "")
    link = '<p>Each path has <a href="paths/">a page of its own</a>, beside a picture of which guide needs which.</p>'
    return re.sub(rf'(<h3 id="{re.escape(heading)}">.*?</h3>)', rf"\1\n{link}", html, count=1, flags=re.DOTALL) if heading and paths(site) else html


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _file(link: Link) -> str:
    return link.target.partition("#")[0].removeprefix("./")


def _moved_target(target: str) -> str:
    return "../" + target.removeprefix("./")


def _moved(text: str) -> str:
    """Markdown of the index as it is right one directory below."""
    return _ADDRESS.sub(r"](../\1", text)


def _hours(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
