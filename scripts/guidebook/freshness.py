"""Where an editor starts: for each guide its age, what stands behind its claims, and its weakest section."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from guidebook import checks, labs, prose, statistics
from guidebook.checks import summary
from guidebook.checks.prose import prose_unsourced
from guidebook.model import Diagnostic, Heading, Page, Site
from guidebook.resolve import links_to, resolve
from guidebook.runner import blocks

DUE = 180  # days after which somebody reads a guide against its sources again
ASKED = (prose_unsourced, summary.prose_unexplained, summary.prose_long_sentence, summary.prose_long_paragraph)
# Specifications, papers, laws, makers' own documentation and code, post-mortems; the rest is somebody's account of them.
_PRIMARY = re.compile(
    r"(?:^|\.)(?:docs?|developers?|learn|datatracker|www\.rfc-editor|spec|specs|engineering)\.|readthedocs\.|"
    r"(?:^|\.)(?:rfc-editor|ietf|w3|iso|nist|cisa|europa|acm|ieee|usenix|arxiv|doi|apache|cncf|kubernetes|openid|owasp|iana|unicode|postgresql|sqlite|python|"
    r"opentelemetry|prometheus|istio|linkerd|envoyproxy|cilium|spiffe|etcd|jepsen|vldb|cidrdb|openpolicyagent|cedarpolicy|opentofu|debezium|duckdb|delta|grpc|"
    r"git-scm|helm|fluxcd|sigstore|slsa|kernel|man7|principlesofchaos|opengitops|justice|hhs|sec|fedramp|gov|openbao|openjdk|nginx|rabbitmq|chaos-mesh|cve|protobuf|go|ecfr)\.[a-z.]+$|\.(?:gov|edu|io)$|^github\.com$"
)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one guide. `age` in days, None if it does not say when it was reviewed; `primary` is per 1,000 words."""

    name: str
    age: int | None
    words: int
    sources: int
    primary: float
    diagrams: int
    tested: int
    questions: int
    links_in: int
    links_out: int
    unsourced: int
    unexplained: int
    long_sentences: int
    long_paragraphs: int
    weakest: str


def rows(site: Site, today: datetime.date) -> list[Row]:
    """One row a guide that has landed, in the order of the index."""
    asked = Counter((finding.location.path, finding.rule) for finding in checks.run(site, ASKED))
    counted = {path: [asked[path, checks.rule_id(rule)] for rule in ASKED] for path, _ in asked}
    return [_row(site, page, today, counted.get(page.path, [0] * len(ASKED))) for guide in site.guides if (page := site.page(guide.name))]


def places(site: Site, page: Page) -> list[Diagnostic]:
    """What the columns about its prose count in a guide, each at its place."""
    return [finding for finding in checks.run(site, ASKED) if finding.location.path == page.path]


def due(site: Site, today: datetime.date) -> Iterator[Diagnostic]:
    """Every guide that nobody has read against its sources for `DUE` days: asked on schedule, never for a commit."""
    for guide in site.guides:
        page = site.page(guide.name)
        age = _age(page, today) if page else None
        if page and age is not None and age > DUE:
            place = page.front_matter.locations["reviewed"]
            cure = "read it against its sources and its `covers`, then set the day"
            yield Diagnostic(place, f"reviewed {age} days ago, more than {DUE}", cure, rule="review-due")


def _age(page: Page, today: datetime.date) -> int | None:
    reviewed = page.front_matter.values.get("reviewed")
    return (today - reviewed).days if isinstance(reviewed, datetime.date) and not isinstance(reviewed, datetime.datetime) else None


def _row(site: Site, page: Page, today: datetime.date, asked: Sequence[int]) -> Row:
    count = statistics.words(page)
    sources = {link.target for link in page.links if resolve(site, page, link.target).kind == "external"}
    return Row(
        page.name,
        _age(page, today),
        count,
        len(sources),
        1000 * sum(map(is_primary, sources)) / max(count, 1),
        sum(fence.language == "mermaid" for fence in page.fences),
        sum(1 for _ in blocks(page)) + sum(labs.is_mirror(fence) for fence in page.fences),
        statistics.questions(page),
        len(links_to(site).get(page.path, ())),
        sum(resolve(site, page, link.target).kind == "page" and resolve(site, page, link.target).path != page.path for link in page.links),
        *asked,
        weakest(page),
    )


def is_primary(address: str) -> bool:
    """Whether an address is, by its host, the specification, paper, law, maker's documentation or code itself. A rule of thumb."""
    try:
        return bool(_PRIMARY.search(urlsplit(address).hostname or ""))
    except ValueError:
        return False


def weakest(page: Page) -> str:
    """The section of level two with the fewest sources, drawings and tested blocks to its words; sections of under 200 words are not asked."""
    second = [heading for heading in page.headings if heading.level == 2]
    ends = [heading.location.line for heading in second[1:]] + [page.text.count("\n") + 2]
    scored = [(_score(page, heading, end), at, heading.text) for at, (heading, end) in enumerate(zip(second, ends, strict=True))]
    return min(((score, at, text) for score, at, text in scored if score is not None), default=(0, 0, ""))[2]


def _score(page: Page, heading: Heading, end: int) -> float | None:
    inside = range(heading.location.line, end)
    count = sum(len(own.split()) for number, own in prose.lines(page) if number in inside)
    if count < 200:
        return None
    sources = {link.target for link in page.links if link.location.line in inside and link.target.startswith("http")}
    shown = [fence for fence in page.fences if fence.location.line in inside and fence.language in ("mermaid", "python", "sql", "yaml")]
    calculated = [number for number in page.numbers if number.location.line in inside]
    return 1000 * (len(sources) + 2 * len(shown) + len(calculated) / 2) / count


HEADS = ("guide", "days", "words", "sources", "primary/1,000", "drawings", "tested", "questions", "in", "out", "no source", "unexplained", "long sentences", "long paragraphs", "weakest section")


def as_text(found: Sequence[Row]) -> str:
    """The rows in columns, for a terminal."""
    cells = [HEADS, *map(_cells, found)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    last = len(widths) - 1
    return "\n".join("  ".join(cell.ljust(width) if at in (0, last) else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip() for row in cells)


def as_markdown(found: Sequence[Row]) -> str:
    """The rows as a table, for an issue or a job's summary."""
    lines = [" | ".join(row) for row in (HEADS, ["---", *["---:"] * (len(HEADS) - 2), "---"], *map(_cells, found))]
    return "\n".join(f"| {line} |" for line in lines)


def _cells(row: Row) -> list[str]:
    age = "?" if row.age is None else str(row.age)
    figures = (row.diagrams, row.tested, row.questions, row.links_in, row.links_out, row.unsourced, row.unexplained, row.long_sentences, row.long_paragraphs)
    return [row.name, age, f"{row.words:,}", str(row.sources), f"{row.primary:.1f}", *map(str, figures), row.weakest]
