"""Fenced code: closed, named, parsed; what is neither checked nor run says so where the reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from guidebook.languages import DRAWN, FREE, PARSERS, commands, problems, right_name, runs, shows_output, unchecked
from guidebook.model import Diagnostic, Fence, Location, Site

_ELIDED_LINE = re.compile(r"[ \t]*(?:(?:#|//|--|;|/\*|<!--)[ \t]*)?(?P<dots>\.{3}|\u2026)[ \t]*(?:\*/|-->)?[,;]?[ \t]*")
_ELIDED_VALUE = re.compile(r"""(?:^[ \t]*-[ \t]+|:[ \t]+|:(?=["'])|[\[{,][ \t]*)(?P<dots>(?P<quote>["']?)(?:\.{3}|\u2026)(?P=quote))[ \t]*(?=$|[\]},#:])""")
_UNREASONED = re.compile(r"not[ -]*(?P<what>run|checked)\b(?P<rest>.*)", re.IGNORECASE)


def fence_unclosed(site: Site) -> Iterator[Diagnostic]:
    """A fence ends with a line of its own.

    Bad:  ```json and everything to the end of the page is code.
    Good: ```json … ```
    """
    for fence in _fences(site):
        if not fence.closed:
            yield Diagnostic(fence.location, "the fence is not closed", "end it with a line of as many backticks, indented as its first line")


def fence_no_language(site: Site) -> Iterator[Diagnostic]:
    """A fence names its language.

    Bad:  ```
    Good: ```text
    """
    for fence in _fences(site):
        if not fence.language:
            yield Diagnostic(fence.location, "the fence has no language", f"name it ({_listed()}), or `text` for output, layouts and pseudo-code")


def fence_language_alias(site: Site) -> Iterator[Diagnostic]:
    """A language goes by one name throughout the site.

    Bad:  ```sh
    Good: ```bash
    """
    for fence in _fences(site):
        if right := right_name(fence.language):
            extra = ', and name the dialect: `title="PostgreSQL"`' if right == "sql" else ""
            yield Diagnostic(fence.location, f"`{fence.language}` is called `{right}` here", f"write `{right}`{extra}")


def fence_unknown_language_unmarked(site: Site) -> Iterator[Diagnostic]:
    """A fence in a language that nothing checks says so in its title.

    Bad:  ```rego
    Good: ```rego title="not checked: no parser for it"
    """
    for fence in _fences(site):
        name = fence.language
        if name and name not in PARSERS and name not in FREE | DRAWN and not right_name(name) and not unchecked(fence.title):
            help_ = f'say so: `title="not checked: no parser for it"`; checked are {_listed()}'
            yield Diagnostic(fence.location, f"nothing checks `{name}`, and the title does not say so", help_)


def fence_does_not_parse(site: Site) -> Iterator[Diagnostic]:
    """Code is right in the language that its fence names.

    Bad:  ```json {"a": 1,} ```
    Good: ```json {"a": 1} ```
    """
    for fence in _parsed(site):
        for problem in problems(fence.language, fence.code, fence.title):
            help_ = 'if it is right and the parser is not: `title="not checked: <why>"`' if fence.language in ("sql", "promql") else ""
            yield Diagnostic(_place(fence, problem.line, problem.column), f"{fence.language}: {problem.message}", help_)


def fence_elision(site: Site) -> Iterator[Diagnostic]:
    """Nothing is left out of checked code: readers copy it.

    Bad:  replicas: ...
    Good: replicas: 3
    """
    for fence in _parsed(site):
        for line, column in _elisions(fence):
            yield Diagnostic(_place(fence, line, column), "an ellipsis stands for code that is left out", "write the smallest whole thing")


def fence_sql_no_dialect(site: Site) -> Iterator[Diagnostic]:
    """SQL names its dialect, since each is parsed by its own rules.

    Bad:  ```sql title="The outbox"
    Good: ```sql title="PostgreSQL: the outbox"
    """
    for fence in _fences(site):
        if fence.language != "sql" or unchecked(fence.title) or fence.title.startswith("labs/"):
            continue
        from guidebook.queries import DIALECTS, dialect

        if not dialect(fence.title):
            help_ = f"begin the title with one of {', '.join(sorted(DIALECTS))}, or with `not checked: <dialect> has no parser`"
            yield Diagnostic(fence.location, "the SQL names no dialect", help_)


def fence_not_run_no_reason(site: Site) -> Iterator[Diagnostic]:
    """What is not run, or not checked, says why.

    Bad:  ```python title="not run"
    Good: ```python title="not run: needs a Kafka cluster"
    """
    for fence in _fences(site):
        match = _UNREASONED.match(fence.title)
        if match and not re.match(r"not (?:run|checked): *\S", fence.title):
            what = match["what"].lower()
            yield Diagnostic(fence.location, f"`{fence.title}` gives no reason", f'say why: `title="not {what}: <reason>"`')


def output_orphan(site: Site) -> Iterator[Diagnostic]:
    """An output follows the block that prints it, so that the two can be compared.

    Bad:  ```text title="output" behind a block that is not run, or behind none.
    Good: ```python print(1) ``` and then ```text title="output" 1 ```
    """
    for page in site.pages.values():
        for before, fence in pairwise((None, *page.fences)):
            if fence and shows_output(fence) and not (before and runs(before)):
                help_ = "put it behind the Python block that prints it; text that nothing prints is no output"
                yield Diagnostic(fence.location, "no block that runs stands before this output", help_)


def _fences(site: Site) -> Iterator[Fence]:
    return (fence for page in site.pages.values() for fence in page.fences)


def _parsed(site: Site) -> Iterator[Fence]:
    """Closed fences in a language with a parser, but those whose title says that they are not checked; Python always is."""
    for fence in _fences(site):
        if fence.closed and fence.language in PARSERS and (fence.language == "python" or not unchecked(fence.title)):
            yield fence


def _elisions(fence: Fence) -> Iterator[tuple[int, int]]:
    """(line, column) of each ellipsis that stands for something. Of a console session only the commands count."""
    pieces = commands(fence.code) if fence.language == "console" else [(1, 0, fence.code)]
    for first, indent, code in pieces:
        for number, line in enumerate(code.split("\n"), first):
            match = _ELIDED_LINE.fullmatch(line)
            if not match and fence.language in ("yaml", "json", "toml", "hcl"):
                match = _ELIDED_VALUE.search(line)
            if match:
                yield number, match.start("dots") + indent + 1


def _place(fence: Fence, line: int, column: int) -> Location:
    return Location(fence.location.path, fence.code_line + line - 1, len(fence.indent) + column)


def _listed() -> str:
    return ", ".join(sorted(PARSERS))
