"""Is there a newer release of what a guide covers? Asked on schedule, never for a commit."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from guidebook.fetch import Unreachable, Unsafe
from guidebook.load import RELEASES as FILE
from guidebook.model import Diagnostic, Location, Page, Site
from guidebook.verdict import Asker

BY_HAND = "by-hand"
# Sources: https://endoflife.date/docs/api/v1/ , https://docs.github.com/en/repositories/releasing-projects-on-github/linking-to-releases ,
# https://docs.pypi.org/api/json/
ADDRESSES: Mapping[str, str] = {
    "eol": "https://endoflife.date/api/v1/products/{}/releases/latest",
    "github": "https://github.com/{}/releases/latest",
    "pypi": "https://pypi.org/pypi/{}/json",
}
PAUSE = 0.5  # seconds between two requests
_VERSION = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)*)(?:\.x)?(?![\w])")
_IN_TAG = re.compile(r"(?<![A-Za-z\d.])v?(\d+(?:\.\d+)*)")
_UNFINISHED = re.compile(r"\d[.-]?(?:a|b|rc|alpha|beta|cr|m|dev|pre|preview|snapshot)[.-]?\d*\b", re.IGNORECASE)


class Unknown(Exception):
    """Nobody could say what the newest release is; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry of a guide's `covers`: the highest version in it, if it names one, and whom to ask about it."""

    text: str
    location: Location
    version: tuple[int, ...] = ()
    kind: str = ""  # a table of the data file; empty if the product has no line there
    name: str = ""  # its value


def covered(site: Site) -> Iterator[Covered]:
    """Every entry of every guide, in their order."""
    try:
        table = {product: (kind, str(name)) for kind, lines in tomllib.loads(site.texts.get(FILE, "")).items() if isinstance(lines, dict) for product, name in lines.items()}
    except tomllib.TOMLDecodeError:
        table = {}
    for page in filter(None, (site.page(guide.name) for guide in site.guides)):
        entries = page.front_matter.values.get("covers")
        for entry in entries if isinstance(entries, list) else []:
            yield _covered(page, str(entry), table)


def _covered(page: Page, entry: str, table: Mapping[str, tuple[str, str]]) -> Covered:
    fitting = [product for product in table if re.match(rf"{re.escape(product)}(?!\w)", entry)]
    product = max(fitting, key=len, default="")
    versions = [_numbers(match[1]) for match in _VERSION.finditer(entry.removeprefix(product).partition("(")[0])]
    return Covered(entry, _place(page, entry), max(versions, default=()), *table.get(product, ()))


def _place(page: Page, entry: str) -> Location:
    start = page.front_matter.locations["covers"]
    lines = page.text.split("\n")
    for number in range(start.line, page.front_matter.last_line + 1):
        at = lines[number - 1].find(entry, start.column - 1 if number == start.line else 0)
        if at >= 0:
            return Location(page.path, number, at + 1)
    return start


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part[:9]) for part in version.split("."))


def check(entries: Iterable[Covered], asker: Asker, progress: Callable[[str], None], addresses: Mapping[str, str] = ADDRESSES) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What has a newer release, and what could not be asked, with the reason. Each product is asked once.

    A guide that covers several versions of a product is behind if the highest of them is.
    """
    entries = list(entries)
    highest = {(entry.location.path, entry.kind, entry.name): entry.version for entry in sorted(entries, key=lambda entry: entry.version)}
    answers: dict[tuple[str, str], str | Unknown] = {}
    newer, silent = [], []
    for entry in entries:
        key = entry.kind, entry.name
        if key not in answers:
            progress(f"asking about {entry.text}")
            try:
                answers[key] = newest(entry, asker, addresses)
            except Unknown as reason:
                answers[key] = reason
            if entry.kind in addresses:
                asker.patience.sleep(PAUSE)
        answer = answers[key]
        if isinstance(answer, Unknown):
            silent.append(Diagnostic(entry.location, f"nobody was asked about `{entry.text}`: {answer}", rule="covers-not-asked"))
        elif entry.version == highest[entry.location.path, *key] and _numbers(answer)[: len(entry.version)] > entry.version:
            help_text = f"read what changed since ({addresses[entry.kind].format(entry.name)}), then bring the guide and its `covers` up to date"
            newer.append(Diagnostic(entry.location, f"`{entry.text}` is covered, and {answer} is out", help_text, rule="covers-newer-release"))
    return newer, silent


def unheard(entries: Iterable[Covered], silent: Iterable[Diagnostic], addresses: Mapping[str, str] = ADDRESSES) -> bool:
    """Whether nobody answered of those who should have: then it is the network that is silent, and nothing was found out."""
    asked = {entry.location for entry in entries if entry.kind in addresses and entry.version}
    return bool(asked) and asked <= {finding.location for finding in silent}


def newest(entry: Covered, asker: Asker, addresses: Mapping[str, str] = ADDRESSES) -> str:
    """The newest release of a product. Raises Unknown."""
    if not entry.kind:
        raise Unknown(f"it has no line in {FILE}")
    if entry.kind not in addresses or not entry.version:
        raise Unknown(entry.name if entry.kind == BY_HAND else "it names no version")
    address = addresses[entry.kind].format(entry.name)
    try:
        said = _tag(asker, address) if entry.kind == "github" else _json(asker, address, entry.kind)
    except (Unsafe, Unreachable) as error:
        raise Unknown(f"{address}: {error}") from None
    match = _IN_TAG.search(said)
    if not match or _UNFINISHED.search(said):
        raise Unknown(f"{address}: `{said[:60]}` is no version of a release")
    return match[1]


def _tag(asker: Asker, address: str) -> str:
    """The tag to which GitHub leads; the API would count how often it is asked. A repository that has been renamed leads on first."""
    for _ in range(3):
        reply = asker.patiently(address, body=False)
        place = reply.headers.get("location", "")
        tag = urlsplit(place).path.partition("/releases/tag/")[2]
        if tag:
            return re.sub(r"^.*[/@]", "", unquote(tag))
        if not place.endswith("/releases/latest"):
            break
        address = place
    raise Unknown(f"{address} leads to no release, it answers {reply.status}")


def _json(asker: Asker, address: str, kind: str) -> str:
    reply, _ = asker.follow(address, body=True)
    try:
        data = json.loads(reply.text) if reply.status == 200 else None
        if kind == "pypi":
            return str(data["info"]["version"])
        return str((data["result"]["latest"] or data["result"])["name"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Unknown(f"{address} answers {reply.status}, and not as it is documented") from None
