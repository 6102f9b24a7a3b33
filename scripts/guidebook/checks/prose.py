"""Words: what is still to write, one spelling, no filler."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from guidebook import claims, prose
from guidebook.load import QUERIES
from guidebook.model import INDEX, Diagnostic, Location, Page, Site

_TO_WRITE = re.compile(r"<!--\s*to write:\s*(.*?)\s*-->", re.DOTALL)
_FIELD = re.compile(r"""^\w+:\s*["']?(to write: [^"'\n]*)""", re.MULTILINE)
_IN_CODE = re.compile(r"^[ \t]*(?:#|//|\"\"\")[ \t]*to write[:,][ \t]*(.*?)(?:\"\"\")?$", re.MULTILINE | re.IGNORECASE)
# From the standard for guides: words that would be as true of any other topic. Small letters alone, so that names pass.
FILLER = ("simply", "seamless", "seamlessly", "robust", "robustly", "best-in-class", "world-class", "cutting-edge", "state-of-the-art",
          "game-changer", "game-changing", "needless to say", "it is worth noting", "it should be noted", "it is important to note")  # fmt: skip
_FILLER = re.compile(rf"(?<![\w-])({'|'.join(FILLER)})(?![\w-])")
_FILLER_WORDS = [frozenset(re.findall(r"\w+", filler)) for filler in FILLER]
# Stems, so that inflected words are found; words of the trade's own (catalog, dialog, finalizer, program, size) are not among them.
_STEMS = {"behavior": "behaviour", "color": "colour", "favor": "favour", "flavor": "flavour", "honor": "honour", "labor": "labour", "neighbor": "neighbour",
          "fulfill": "fulfil", "defense": "defence", "offense": "offence", "artifact": "artefact", "analyz": "analys", "paralyz": "paralys", "catalyz": "catalys",
          "modeling": "modelling", "modeled": "modelled", "labeling": "labelling", "labeled": "labelled", "canceling": "cancelling", "canceled": "cancelled",
          "traveling": "travelling", "traveled": "travelled", "center": "centre", "centered": "centred"}  # fmt: skip
_IZE = ("anonym", "apolog", "author", "canonical", "categor", "central", "character", "critic", "custom", "decentral", "emphas", "equal", "external", "final", "general",
        "initial", "internal", "local", "material", "maxim", "memor", "minim", "modern", "normal", "optim", "organ", "parallel", "penal", "prior", "pseudonym",
        "random", "real", "recogn", "reorgan", "sanit", "serial", "special", "stabil", "standard", "summar", "synchron", "token", "unauthor", "util", "virtual", "visual")  # fmt: skip
_AMERICAN = re.compile(
    r"(?<![\w*.-])(?:(?:un)?(?P<stem>behavior|color(?!ado)|favor|flavor|honor(?!ar)|labor(?!at)|neighbor|artifact|analyz|paralyz|catalyz)[a-z]*|"
    r"(?P<whole>fulfills?|defenses?|offenses?|modeling|modeled|labeling|labeled|canceling|canceled|traveling|traveled|centers?|centered)|"
    rf"(?P<ize>{'|'.join(_IZE)})iz(?:e|ed|es|ing|ation|ations))(?![\w-])"
)


def guide_to_write(site: Site) -> Iterator[Diagnostic]:
    """Nothing that a template left to write is published.

    Bad:  `<!-- to write: five questions -->`
    Good: the five questions
    """
    for page in site.pages.values():
        inside = [range(fence.location.line, fence.last_line + 1) for fence in page.fences]
        front = "\n".join(page.text.split("\n")[: page.front_matter.last_line])
        for match in [*_FIELD.finditer(front), *_TO_WRITE.finditer(page.text)]:
            place = _place(page.path, page.text, match.start())
            if not any(place.line in lines for lines in inside):
                yield Diagnostic(place, f"to write: {' '.join(match[1].removeprefix('to write: ').split())}", "write it, and take this mark away")
    for path, text in sorted(site.texts.items()):
        if path.startswith(("docs/labs/", QUERIES)):
            for match in _IN_CODE.finditer(text):
                yield Diagnostic(_place(path, text, match.start()), f"to write: {match[1].strip()}", "write it, and take this mark away")


def _place(path: str, text: str, offset: int) -> Location:
    return Location(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def prose_filler(site: Site) -> Iterator[Diagnostic]:
    """No word that would be as true of any other topic.

    Bad:  The mesh integrates seamlessly.
    Good: The mesh needs no change of the application, apart from its probes.
    """
    for page, number, line in _lines(site, lambda words: any(filler <= words for filler in _FILLER_WORDS)):
        for match in _FILLER.finditer(line):
            yield Diagnostic(Location(page.path, number, match.start() + 1), f"`{match[1]}` says nothing", "drop it, or say what holds and what does not")


def _lines(site: Site, suspect: Callable[[frozenset[str]], bool]) -> Iterator[tuple[Page, int, str]]:
    """The author's own lines, numbered, of the pages whose words are suspect."""
    return ((page, number, line) for page in site.pages.values() if suspect(prose.words(page)) for number, line in prose.lines(page))


def prose_american(site: Site) -> Iterator[Diagnostic]:
    """Spelling is British; names, code, quotations and titles of sources keep theirs.

    Bad:  the behavior of a neighbor
    Good: the behaviour of a neighbour
    """
    given = {guide.location.line for guide in site.guides}  # the index's descriptions are given; headings and aliases hold what readers type
    for page, number, line in _lines(site, lambda words: any(map(_AMERICAN.fullmatch, words))):
        if line.startswith(("#", "*Also:*")) or (page.path == INDEX and number in given):
            continue
        for match in _AMERICAN.finditer(line):
            yield Diagnostic(Location(page.path, number, match.start() + 1), f"`{match[0]}` is American spelling", f"write `{british(match)}`; a name goes into backticks")


def british(match: re.Match[str]) -> str:
    """The word as it is spelt in Britain."""
    word = match[0]
    if match["ize"]:
        return match["ize"] + "is" + word[len(match["ize"]) + 2 :]
    known = match["stem"] or match["whole"]
    singular = known if known in _STEMS else known.removesuffix("s")
    return word.replace(singular, _STEMS[singular], 1)


# Words in small letters, or with a capital where a sentence begins: names are not asked.
_WORD = re.compile(r"(?<![\w./@#*-])[a-z]{3,}(?![\w/@*-])|(?:^|(?<=[.!?] ))[A-Z][a-z]{2,}(?![\w/@*-])")


def prose_misspelt(site: Site) -> Iterator[Diagnostic]:
    """A word is not one of the usual misspellings.

    Bad:  the lease is accross two regions
    Good: the lease is across two regions
    """
    for page, number, line in _lines(site, lambda words: not _misspelt().isdisjoint(map(str.lower, words))):
        for match in _WORD.finditer(line):
            if (word := match[0].lower()) in _misspelt():
                right = re.search(rf"^{word}->(.*)", _misspellings(), re.MULTILINE)[1].strip(" ,").replace(", ", "` or `")
                yield Diagnostic(Location(page.path, number, match.start() + 1), f"`{match[0]}` is misspelt", f"write `{right}`; a name goes into backticks")


_BASES = ", ".join(f"`<!-- basis: {basis} -->`" for basis in claims.BASES)


def prose_unsourced(site: Site) -> Iterator[Diagnostic]:
    """A paragraph of a guide that states a figure or a version has a link, a formula, or a mark that says what the figure rests on.

    Bad:  The cache is refreshed every 3 minutes.
    Good: The cache is refreshed every [3 minutes](https://argo-cd.readthedocs.io/en/stable/faq/).
    Good: Check: no backup is older than 24 hours. <!-- basis: assumption -->
    """
    for page in filter(None, (site.page(guide.name) for guide in site.guides)):
        for _, figures in claims.unsourced(page):
            said = ", ".join(f"`{text}`" for text in dict.fromkeys(text for _, _, text in figures))
            yield Diagnostic(Location(page.path, *figures[0][:2]), f"nothing stands behind {said}", f"link to the source, calculate it, or end the paragraph with one of {_BASES}")
        inside = {number for fence in page.fences for number in range(fence.location.line, fence.last_line + 1)}
        for match in claims.BASIS.finditer(page.text):
            place = _place(page.path, page.text, match.start())
            if match[1] not in claims.BASES and place.line not in inside:
                yield Diagnostic(place, f"`{match[1]}` is no basis" if match[1] else "the mark names no basis", f"write one of {_BASES}")


@cache
def _misspelt() -> frozenset[str]:
    """Every misspelt word of small letters; what it may be is looked up in the text, which a clean site does not need."""
    return frozenset(re.findall(r"^[a-z]{3,}(?=->)", _misspellings(), re.MULTILINE))


def _misspellings() -> str:
    """The lines `misspelt->right` of codespell, whose list holds no word that is right anywhere."""
    from importlib.resources import files  # for pages that are new

    return (files("codespell_lib") / "data" / "dictionary.txt").read_text(encoding="utf-8")
