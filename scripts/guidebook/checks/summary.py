"""What an editor wants to know and no page is turned away for: long sentences and paragraphs, abbreviations that nobody explains."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence

from guidebook import prose
from guidebook.load import WORDS
from guidebook.model import Diagnostic, Location, Page, Site
from guidebook.paragraphs import Paragraph, paragraphs

LONG_SENTENCE, LONG_PARAGRAPH = 40, 120  # words
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z])")
_ABBREVIATION = re.compile(r"(?<![\w.&/-])[a-z]?[A-Z]{2,}(?=s?(?![\w&+/]))")
_SMALL = {"a", "an", "and", "as", "at", "by", "for", "in", "is", "of", "on", "or", "the", "to", "with"}


def _words(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())


def _guides(site: Site) -> Iterator[Page]:
    yield from filter(None, (site.page(guide.name) for guide in site.guides))


def prose_long_sentence(site: Site) -> Iterator[Diagnostic]:
    """A sentence has at most 40 words.

    Bad:  a sentence whose beginning its reader has forgotten at its end
    Good: two sentences, or a list
    """
    for page in _guides(site):
        for paragraph in paragraphs(page):
            for place, sentence in _sentences(page, paragraph):
                if (count := _words(sentence)) > LONG_SENTENCE:
                    yield Diagnostic(place, f"a sentence of {count} words", f"make two of it: more than {LONG_SENTENCE} are read twice")


def _sentences(page: Page, paragraph: Paragraph) -> Iterator[tuple[Location, str]]:
    text = "\n".join(own for _, own in paragraph.rows)
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        row = text.count("\n", 0, start)
        column = start - text.rfind("\n", 0, start) + len(text[start:]) - len(text[start:].lstrip())
        yield Location(page.path, paragraph.rows[row][0], column), text[start:end]


def prose_long_paragraph(site: Site) -> Iterator[Diagnostic]:
    """A paragraph has at most 120 words.

    Bad:  a paragraph that fills a telephone's screen
    Good: two paragraphs, or a table
    """
    for page in _guides(site):
        for paragraph in paragraphs(page):
            if (count := _words(paragraph.own)) > LONG_PARAGRAPH:
                yield Diagnostic(Location(page.path, paragraph.line), f"a paragraph of {count} words", f"divide it: more than {LONG_PARAGRAPH} are skipped")


def prose_unexplained(site: Site) -> Iterator[Diagnostic]:
    """An abbreviation is spelt out where a guide first uses it, or is a term of the Glossary, or is known to everybody.

    Bad:  The KEK wraps each data key.
    Good: The key encryption key (KEK) wraps each data key.
    """
    known = _known(site)
    for page in _guides(site):
        seen, lines = set(known), page.text.split("\n")
        end = next((heading.location.line for heading in page.headings if heading.text == "Further reading"), len(lines) + 1)
        for number, own in prose.lines(page):
            if number >= end:
                break
            for match in _ABBREVIATION.finditer(own):
                if match[0] not in seen and not _spelt_out(match[0], lines[page.front_matter.last_line : number + 1]):
                    help_text = f"spell it out here, or put it into the Glossary, a constant into backticks, what everybody knows into `{WORDS}`"
                    yield Diagnostic(Location(page.path, number, match.start() + 1), f"nobody explains `{match[0]}`", help_text)
                seen.add(match[0])


def _known(site: Site) -> set[str]:
    """What everybody knows, and what gets a tooltip; nothing of the former if the file does not parse."""
    try:
        words = str(tomllib.loads(site.texts.get(WORDS, "")).get("abbreviations", "")).split()
    except tomllib.TOMLDecodeError:
        words = []
    return {*words, *(spelling.removesuffix("s") for term in site.terms for spelling in (term.name, *term.aliases))}


def _spelt_out(abbreviation: str, lines: Sequence[str]) -> bool:
    """Anywhere so far `DPIA (data ...)` or `data ... (DPIA)`; or in the last lines words that begin with its letters, one after another."""
    name = re.escape(abbreviation)
    if re.search(rf"\([*_`]*{name}s?[*_`]*[,;)]|(?<!\w){name}s?[*_`]* \([a-z]", "\n".join(lines)):
        return True
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", " ".join(lines[-3:]))]
    letters = "".join(character for character in abbreviation.lower() if character.isalpha())
    initials = ("".join(word[0] for word in chosen) for chosen in (words, [word for word in words if word not in _SMALL]))
    return len(letters) > 2 and any(letters in found for found in initials)
