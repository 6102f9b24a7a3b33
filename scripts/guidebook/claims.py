"""Which digits in prose state something that could be wrong, and what stands behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from http import HTTPStatus

from guidebook.model import Page
from guidebook.paragraphs import Paragraph, paragraphs

BASES = ("arithmetic", "measured here", "assumption")
BASIS = re.compile(r"<!--\s*basis\b\s*:?\s*([^<>]*?)\s*-->", re.IGNORECASE)

_STATUS = "|".join(str(status.value) for status in HTTPStatus if status % 100)
# What holds digits and states nothing: each is blanked out, in this order, so that columns stay.
_NO_CLAIM = re.compile(
    r"(?<![\w.])(?!v\d+\.\d)(?:[A-Z][A-Za-z]*[-/+]|[A-Za-z]+)\d[\w/.+-]*|"  # S3, p99.9, Q1, L4, v2, HTTP/2, SHA-256, CVE-2026-1; not v1.27
    # Names of standards and licences, and the places in them.
    r"\b(?:RFCs?|ISO(?:/IEC)?|NIST|FIPS|SP|PCI DSS|DSS|BOD|EO|COBIT|CIS|OAuth|TLS|SSL|HTTP|SAML|CVSS|SLSA|SPDX|OpenID|WCAG|OWASP|SOC|Apache|Directive|Regulation|Law|Act|"
    r"Part|CFR|U\.S\.C\.|[Aa]rticles?|[Ss]ections?|[Cc]hapters?|[Rr]equirements?|[Rr]ecitals?|[Aa]nnex|[Pp]ages?|§+) ?\(?\d[\w.:/()-]*(?:(?:, | and | to | or |[-–])\d[\w.:/()-]*)*|"
    # One of a row of things: order 1,204, step 3.
    r"\b(?i:order|event|entry|change|customer|worker|record|row|transaction|snapshot|term|step|line|block|port|offset|position|version|epoch)s? \d[\d,]*(?:(?:, | and | to | or |[-–])\d[\d,]*)*(?![\d.])|"
    r"\b(?:HTTP|status|code|an?|of) [1-5]\d\d\b(?! ?%|,\d| \w+s\b)|\b[1-5]xx\b|"
    rf"(?<![\d.,])(?:{_STATUS})s?\b(?![.,]\d| ?%| (?:ms|s|bytes|[a-z]+s)\b)|"
    r"\b\d{1,2}:\d\d\b|\b800-\d+\b|"  # a time of day, a publication of NIST
    r"\b\d+(?:st|nd|rd|th)\b|"
    r"(?<![\d.,])(?:100|0) ?%|"  # all, nothing
    r"\b(?:[Cc]hecked on|[Aa]s of)(?: \d{1,2})?(?: [A-Z][a-z]+)? \d{4}"  # what the author did, and when
)
_UNIT = (
    r"%|‰|percent\b|per cent\b|(?:[mµun]?s|min|h|[kKMGTP]i?B|B|[kMG]?bit/s|[kMG]?Hz|million|billion|thousand|times|fold|points|"
    r"(?:milli|micro|nano)?seconds?|minutes?|hours?|days?|weeks?|months?|years?|bytes?|bits?)\b|[×€$]"
)
_CLAIM = re.compile(
    rf"(?<![\w.,])(?:[$€£] ?\d[\d,]*(?:\.\d+)?|v?\d+(?:\.\d+)+|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{3,}})(?:[ -]?(?:{_UNIT}))?|(?<![\w.,])\d+[ -]?(?:{_UNIT})"
)
_NUMBER = re.compile(r"\d[\d,_]*(?:\.\d+)?")
_CODE = re.compile(r"`[^`\n]+`")
_EXERCISE = re.compile(r"[*_\s]*Change (?:and|one thing and) predict")
_SUMMING_UP = ("In one minute", "Discussion questions and answers")  # these, and the lead, repeat what the body supports
_NOT_ASKED = ("Check yourself", "Further reading", "Related guides")


def unsourced(page: Page) -> Iterator[tuple[Paragraph, list[tuple[int, int, str]]]]:
    """Each paragraph with figures or versions (line, column, text) that nothing stands behind."""
    shown = _Shown(page)
    for paragraph in paragraphs(page):
        if not _NUMBER.search(paragraph.text) or _supported(page, paragraph):
            continue
        named = _values(" ".join(_CODE.findall(paragraph.text)))
        if left := [claim for claim in stated(paragraph) if not (_values(claim[2]) <= named or shown(*claim[::2]))]:
            yield paragraph, left


def stated(paragraph: Paragraph) -> Iterator[tuple[int, int, str]]:
    """The figures and versions in a paragraph's own words: line, column, text."""
    for number, own in paragraph.rows:
        if not _NUMBER.search(own):
            continue
        for match in _CLAIM.finditer(_NO_CLAIM.sub(lambda name: " " * len(name[0]), own)):
            yield number, match.start() + 1, match[0].strip()


def _supported(page: Page, paragraph: Paragraph) -> bool:
    """It, or the sentence that introduces its list, has a source, a formula or a mark; or it is an exercise, which asks."""
    intro = paragraph.intro
    exercise = any(part and _EXERCISE.match(part.own) for part in (paragraph, intro))
    return exercise or _backed(page, paragraph, paragraph.text) or bool(intro and _backed(page, intro, intro.last))


def _backed(page: Page, paragraph: Paragraph, text: str) -> bool:
    end = paragraph.line + paragraph.text.count("\n") + 1
    lines = range(end - text.count("\n") - 1, end)
    return not _linked(page).isdisjoint(lines) or "<!--=" in text or "[^" in text or bool(BASIS.search(paragraph.last))


@lru_cache(maxsize=64)
def _linked(page: Page) -> frozenset[int]:
    return frozenset(link.location.line for link in page.links if link.tag != "img")


class _Shown:
    """What a page shows beside its prose: the numbers in the code, output and drawings of each section, and all that has a source."""

    def __init__(self, page: Page) -> None:
        self._all = page
        second = [heading for heading in page.headings if heading.level == 2]
        self._starts = [(heading.location.line, heading.text) for heading in second]
        self._code: dict[str, set[float]] = {}
        for fence in page.fences:
            if fence.language != "quiz":
                self._code.setdefault(self._section(fence.location.line), set()).update(_values(fence.code))

    @cached_property
    def _page(self) -> set[float]:
        tables = "\n".join(line for line in self._all.text.split("\n") if line.lstrip().startswith("|"))
        body = [part.text for part in paragraphs(self._all) if self._section(part.line) not in ("", *_SUMMING_UP) and _supported(self._all, part)]
        return _values("\n".join([tables, *body])).union(*self._code.values())

    def __call__(self, line: int, claim: str) -> bool:
        """Whether a figure of this line is shown where it needs no source of its own."""
        section = self._section(line)
        known = self._page if section in ("", *_SUMMING_UP) else self._code.get(section, set())
        values = _values(claim)
        return section in _NOT_ASKED or values <= known or ("%" in claim and {value / 100 for value in values} <= known)

    def _section(self, line: int) -> str:
        """The heading of level two above a line, empty in the lead."""
        return next((text for start, text in reversed(self._starts) if start <= line), "")


def _values(text: str) -> set[float]:
    return {float(re.sub("[,_]", "", number)) for number in _NUMBER.findall(text)}
