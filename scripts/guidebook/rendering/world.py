"""What a page may ask for beside its own text, and what it did ask for.

A finished page is remembered together with its questions; it is used again where all of them have the same answers.
So nobody has to list what a template shows of other pages: it is noted when it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from guidebook import furniture, glossary, paths
from guidebook.model import Site, Term
from guidebook.rendering.store import digest

ALL = "*"


class Asked:
    """The questions of one page: (kind, name), and the words in which a term of the glossary could stand."""

    def __init__(self) -> None:
        self.questions: dict[tuple[str, str], None] = {}
        self.words: set[str] = set()


@dataclass
class World:
    """The site as pages see it. `files`: path below docs/ (or in the theme) → its address; `navigation`: a digest."""

    site: Site
    files: Mapping[str, str] = field(default_factory=dict)
    navigation: str = ""
    asked: Asked = field(default_factory=Asked)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def facts(self) -> dict[str, furniture.Facts]:
        return furniture.facts(self.site)

    @cached_property
    def generated(self) -> dict[str, str]:
        """Path below docs/ → Markdown of the pages that are made from data."""
        return paths.pages(self.site, self.facts)

    @cached_property
    def stops(self) -> dict[str, tuple[paths.Stop, ...]]:
        return paths.stops(self.site)

    def text(self, path: str) -> str:
        """The Markdown of a page below docs/, written or generated."""
        page = self.site.pages.get(f"docs/{path}")
        return self.generated[path] if page is None else page.text

    def ask(self, kind: str, name: str = "") -> None:
        """Note that the page under way depends on this."""
        self.asked.questions[kind, name] = None

    def answer(self, kind: str, name: str) -> str:
        """Short for what the page would see now."""
        key = kind, name
        if key not in self.answers:
            self.answers[key] = self._answer(kind, name)
        return self.answers[key]

    def _answer(self, kind: str, name: str) -> str:
        if kind == "file":
            return self.files.get(name, "") if name != ALL else digest(sorted(self.files.items()))
        if kind == "facts" and name != ALL:
            path, _, part = name.partition("#")
            return digest(repr(getattr(self.facts[path], part) if part else None)) if path in self.facts else ""
        if kind in ("facts", "stops"):
            values = self.facts if kind == "facts" else self.stops
            return digest(repr(values.get(name))) if name != ALL else digest(repr(sorted(values.items())))
        if kind == "site":
            value = getattr(self.site, name)
            return digest(repr(sorted(value) if isinstance(value, (set, frozenset)) else value))
        return self.navigation

    def terms(self, words: Iterable[str]) -> str:
        """Short for the terms that could stand in a text of these words, all that a tooltip shows of them included."""
        known = words if isinstance(words, (set, frozenset)) else frozenset(words)
        return digest([one for one, spellings in self._spelt if any(_there(spelling, known) for spelling in spellings)])

    @cached_property
    def glossary(self) -> str:
        """Short for all terms."""
        return digest([one for one, _ in self._spelt])

    @cached_property
    def _spelt(self) -> list[tuple[list[object], list[list[str]]]]:
        return [(_shown(term), [glossary.words(name) for name in (term.name, *term.aliases)]) for term in self.site.terms]

    def trace(self) -> dict[str, Any]:
        """What the page under way asked for, with today's answers."""
        asked = self.asked
        found: dict[str, Any] = {"asked": [[kind, name, self.answer(kind, name)] for kind, name in asked.questions]}
        if asked.words:
            found |= {"words": sorted(asked.words), "terms": self.terms(asked.words), "glossary": self.glossary}
        return found

    def holds(self, trace: Mapping[str, Any]) -> bool:
        """Whether all questions have the answers that they had."""
        if any(self.answer(kind, name) != answer for kind, name, answer in trace["asked"]):
            return False
        return "words" not in trace or trace["glossary"] == self.glossary or trace["terms"] == self.terms(trace["words"])


def _shown(term: Term) -> list[object]:
    return [term.name, term.aliases, term.definition, term.anchor, term.link.target if term.link else ""]


def _there(spelling: list[str], words: frozenset[str] | set[str]) -> bool:
    return all(word in words or f"{word}s" in words for word in spelling)


class Noted(Mapping[str, Any]):
    """A mapping that notes which of its values were asked for."""

    def __init__(self, world: World, kind: str, values: Mapping[str, Any]) -> None:
        self.world, self.kind, self.values_ = world, kind, values

    def __getitem__(self, name: str) -> Any:
        self.world.ask(self.kind, name)
        return self.values_[name]

    def __iter__(self) -> Iterator[str]:
        self.world.ask(self.kind, ALL)
        return iter(self.values_)

    def __len__(self) -> int:
        self.world.ask(self.kind, ALL)
        return len(self.values_)


class NotedFacts(Mapping[str, Any]):
    """The facts by page; of each, what was asked for is noted, since the navigation wants one thing only of many pages."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __getitem__(self, name: str) -> _Parts:
        self.world.ask("facts", f"{name}#")
        return _Parts(self.world, name, self.world.facts[name])

    def __iter__(self) -> Iterator[str]:
        self.world.ask("facts", ALL)
        return iter(self.world.facts)

    def __len__(self) -> int:
        self.world.ask("facts", ALL)
        return len(self.world.facts)


class _Parts:
    def __init__(self, world: World, name: str, value: Any) -> None:
        self._world, self._name, self._value = world, name, value

    def __getattr__(self, part: str) -> Any:
        self._world.ask("facts", f"{self._name}#{part}")
        return getattr(self._value, part)


class NotedSite:
    """The site as templates see it: it notes which of its parts were asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._world.site, name)
        self._world.ask("site", name)
        return value
