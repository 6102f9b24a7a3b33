"""Quizzes: a question, options of which at least one is right, and for each option why."""

from __future__ import annotations

from collections.abc import Iterator

from guidebook.model import Card, Diagnostic, Site
from guidebook.quiz import parse_card


def quiz_malformed(site: Site) -> Iterator[Diagnostic]:
    """A quiz can be asked, answered and explained.

    Bad:  - [x] Yes
    Good: - [x] Yes, and below it, indented, the reason
    """
    for page in site.pages.values():
        for fence in page.fences:
            card = parse_card(fence) if fence.language == "quiz" else None
            if card is not None and not isinstance(card, Card):
                yield from card
