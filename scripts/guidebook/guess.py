"""What a name that is not there may have meant: the nearest of those that are."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from heapq import nsmallest


def nearest(wanted: str, known: Iterable[str]) -> str:
    """The known name most like the wanted one, or nothing if none is close."""
    names = known if isinstance(known, frozenset) else frozenset(known)
    return _nearest(wanted.casefold(), names)


@lru_cache(maxsize=4096)
def _nearest(wanted: str, known: frozenset[str]) -> str:
    spelled = {name.casefold(): name for name in _likely(wanted, known)}
    found = get_close_matches(wanted, spelled, n=1, cutoff=0.6)
    return spelled[found[0]] if found else ""


def _likely(wanted: str, known: frozenset[str]) -> list[str]:
    """The names worth a comparison: of many, the dozen that share most pairs of letters, so that a thousand mistakes stay cheap."""
    if len(known) <= 40:
        return sorted(known)
    index, shared = _pairs(known), Counter[str]()
    for pair in _letters(wanted):
        shared.update(index.get(pair, ()))
    # Long names share pairs with everything: what counts is the share.
    best = nsmallest(12, shared, key=lambda name: (-shared[name] / (len(name) + len(wanted)), name))
    return sorted(best)


@lru_cache(maxsize=64)
def _pairs(known: frozenset[str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = defaultdict(list)
    for name in sorted(known):
        for pair in _letters(name.casefold()):
            index[pair].append(name)
    return index


def _letters(name: str) -> set[str]:
    return {name[at : at + 2] for at in range(len(name) - 1)}


def nearest_file(wanted: str, known: frozenset[str]) -> str:
    """The known path most like the wanted one: the same file name elsewhere before a similar name of the same kind."""
    names = _by_name(known)
    name, suffix = posixpath.basename(wanted).casefold(), posixpath.splitext(wanted)[1].lower()
    if name not in names:
        stem = nearest(name.removesuffix(suffix), _stems(known, suffix))
        name = next((other for other in (f"{stem}{suffix}", f"{stem}.md", stem) if stem and other in names), "")
    return max(names.get(name, [""]), key=lambda path: SequenceMatcher(None, wanted, path).ratio())


@lru_cache(maxsize=8)
def _by_name(known: frozenset[str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = defaultdict(list)
    for path in sorted(known):
        index[posixpath.basename(path).casefold()].append(path)
    return index


@lru_cache(maxsize=32)
def _stems(known: frozenset[str], suffix: str) -> frozenset[str]:
    """The names of the files of a kind, without their suffix; for a name without suffix, those of all."""
    names = (posixpath.splitext(name) for name in _by_name(known) if name.endswith(suffix))
    return frozenset(stem for stem, _ in names if not stem.startswith("."))
