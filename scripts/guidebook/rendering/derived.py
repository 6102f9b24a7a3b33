"""What follows from one finished page alone, worked out once, where pages are rendered: on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple
from typing import Any

from guidebook import budget, policy
from guidebook.rendered import Address, Rendered, read_html
from guidebook.rendering.store import digest
from guidebook.search.passages import Passage, passages

Read = Callable[[str, str], Rendered]


def derived(html: str, preview: bool = False) -> dict[str, Any]:
    """The page with its policy, the hashes of its scripts, a name for its content; and what the judges and the search read in it, which a preview does not ask."""
    scripts, _ = policy.inline(html)
    page = {"html": policy.with_policy(html), "scripts": scripts, "digest": digest(html), "shown": html.strip() != ""}
    return page if preview else page | {"rendered": _rendered(page["html"]), "passages": [astuple(passage)[:6] for passage in passages(page["html"])], "weight": budget.compressed(page["html"])}


def _rendered(html: str) -> list[Any]:
    found = read_html("", html)
    return [found.addresses, sorted(found.ids), found.repeated]


def passages_of(entries: Iterable[Mapping[str, Any]]) -> Callable[[str], list[Passage]]:
    """`search.passages.passages`, which knows these pages already."""
    known = {entry["html"]: entry["passages"] for entry in entries}
    return lambda html: [Passage(*one) for one in known[html]] if html in known else passages(html)


def read_of(entries: Iterable[Mapping[str, Any]]) -> Read:
    """`rendered.read_html`, which knows these pages already."""
    known = {entry["html"]: entry["rendered"] for entry in entries}

    def read(path: str, html: str) -> Rendered:
        if html not in known:
            return read_html(path, html)
        addresses, ids, repeated = known[html]
        return Rendered(path, tuple(Address(*one) for one in addresses), frozenset(ids), tuple((name, times) for name, times in repeated))

    return read


def measure_of(entries: Iterable[Mapping[str, Any]]) -> budget.Measure:
    """`budget.compressed`, which knows these pages already."""
    known = {entry["html"]: entry["weight"] for entry in entries}
    return lambda html: tuple(known[html]) if html in known else budget.compressed(html)  # type: ignore[return-value]
