"""Quiz fences → cards, and cards → the HTML (with Markdown inside) that readers answer.

It works without JavaScript: native inputs, and the answer in a disclosure; `overrides/assets/quiz.js` adds the marking.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from guidebook.model import Card, Diagnostic, Fence, Location, Option

EXAMPLE = "write the question, a blank line, then `- [x] right` or `- [ ] wrong` options, each with an indented line that says why"
_OPTION = re.compile(r"- \[([ xX])\][ \t]*(.*)")


def parse_card(fence: Fence) -> Card | list[Diagnostic]:
    """The card that a quiz fence holds, or everything that is wrong with it."""
    lines = fence.code.splitlines()
    first = next((at for at, line in enumerate(lines) if _OPTION.match(line)), len(lines))
    question = "\n".join(lines[:first]).strip()
    options = tuple(_options(fence, lines, first))
    findings = [*_faults(fence, question, options), *_stray(fence, lines, first)]
    return sorted(findings) or Card(question, options, fence.location, fence.section)


def _place(fence: Fence, line: int) -> Location:
    return Location(fence.location.path, fence.code_line + line, 1 + len(fence.indent))


def _options(fence: Fence, lines: list[str], first: int) -> Iterable[Option]:
    starts = [at for at in range(first, len(lines)) if _OPTION.match(lines[at])]
    for at, following in pairwise([*starts, len(lines)]):
        mark, text = _OPTION.match(lines[at]).groups()
        why = [line.strip() for line in lines[at + 1 : following] if not line.strip() or line.startswith((" ", "\t"))]
        yield Option(text.strip(), mark != " ", "\n".join(why).strip(), _place(fence, at))


def _faults(fence: Fence, question: str, options: tuple[Option, ...]) -> Iterable[Diagnostic]:
    if not question:
        yield Diagnostic(fence.location, "this quiz has no question", EXAMPLE)
    if not options:
        yield Diagnostic(fence.location, "this quiz has no options", EXAMPLE)
    elif not any(option.right for option in options):
        yield Diagnostic(fence.location, "no option of this quiz is right", "mark at least one with `- [x]`")
    elif len(options) < 2:
        yield Diagnostic(fence.location, "this quiz has one option only", "add an option that is tempting and wrong")
    times = Counter(option.text for option in options)
    for option in options:
        if not option.text:
            yield Diagnostic(option.location, "this option is empty", EXAMPLE)
        elif times[option.text] > 1:
            yield Diagnostic(option.location, f"the option `{option.text}` stands here {times[option.text]} times", "each option is different")
        if not option.why:
            yield Diagnostic(option.location, f"the option `{option.text}` does not say why", "add an indented line under it")


def _stray(fence: Fence, lines: list[str], first: int) -> Iterable[Diagnostic]:
    """Lines that belong to nothing; and the blank line before the options, without which GitHub shows one paragraph."""
    if 0 < first < len(lines) and lines[first - 1].strip():
        yield Diagnostic(_place(fence, first), "no blank line between the question and the options", "add one")
    for at, line in enumerate(lines[first:], first):
        if line.strip() and not line.startswith((" ", "\t")) and not _OPTION.match(line):
            yield Diagnostic(_place(fence, at), "neither an option nor the reason of one", EXAMPLE)


def ids(cards: Iterable[Card]) -> list[str]:
    """An id for each card: unique on its page, and the same as long as its question is."""
    seen: Counter[str] = Counter()
    found = []
    for card in cards:
        digest = hashlib.sha256(" ".join(card.question.split()).encode()).hexdigest()[:8]
        seen[digest] += 1
        found.append(f"quiz-{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else ""))
    return found


def render(card: Card, name: str) -> str:
    """HTML for Python-Markdown's `md_in_html`; every id in it starts with `name`."""
    several = sum(option.right for option in card.options) > 1
    hint = '<span class="quiz-hint">More than one is right.</span>' if several else ""
    question = "".join(f'<span class="quiz-question">{_line(part)}</span>' for part in re.split(r"\n\s*\n", card.question))
    return "\n".join(
        (
            f'<section class="quiz" id="{name}" markdown="block">',
            '<fieldset markdown="block">',
            f'<legend markdown="span">{question}{hint}</legend>',
            *(_choice(option, name, at, "checkbox" if several else "radio") for at, option in enumerate(card.options, 1)),
            "</fieldset>",
            '<details markdown="block">',
            "<summary>Answer</summary>",
            *(_reason(option) for option in card.options),
            "</details>",
            "</section>",
        )
    )


def _choice(option: Option, name: str, at: int, kind: str) -> str:
    right = " data-right" if option.right else ""
    box = f'<input type="{kind}" name="{name}" id="{name}-{at}"{right}>'
    return f'<p class="quiz-option" markdown="span">{box}<label for="{name}-{at}">{_line(option.text)}</label></p>'


def _reason(option: Option) -> str:
    verdict = "right" if option.right else "wrong"
    head = f'<p class="quiz-verdict" markdown="span"><strong>{verdict.title()}:</strong> {_line(option.text)}</p>'
    return f'<div class="quiz-{verdict}" markdown="block">\n{head}\n\n{option.why}\n\n</div>'


def _line(text: str) -> str:
    return " ".join(text.split())
