"""The languages that fences are written in: their names, and what is wrong with a piece of code, and where.

A parser is imported when a fence first needs it, so that a page without SQL does not wait for the SQL parser.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator
from typing import NamedTuple

import yaml

from guidebook.model import Fence


class Problem(NamedTuple):
    """What is wrong, at which line and column of the code, both counted from one."""

    line: int
    column: int
    message: str


def problems(language: str, code: str, title: str = "") -> list[Problem]:
    """Why `code` does not parse as `language`; empty if it does, or if there is no parser for it.

    The title matters for `sql` (its first word is the dialect) and `python` (a piece of a lab may be cut from inside a function).
    """
    parse = PARSERS.get(language)
    try:
        return list(parse(code, title)) if parse else []
    except RecursionError:
        return [Problem(1, 1, "it is nested too deeply to be parsed")]


def _python(code: str, title: str) -> Iterator[Problem]:
    fragment = title.startswith("labs/")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if fragment:
                ast.parse(code)
            else:
                compile(code, "<fence>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        yield Problem(error.lineno or 1, max(error.offset or 1, 1), error.msg or "invalid syntax")
    except ValueError as error:  # NUL characters
        yield Problem(1, 1, str(error))


def _json(code: str, title: str) -> Iterator[Problem]:
    try:
        json.loads(code)
    except json.JSONDecodeError as error:
        yield Problem(error.lineno, error.colno, error.msg[:1].lower() + error.msg[1:])
    else:  # JSON is YAML, so YAML's tree says where a key is repeated; it only dislikes some tabs
        yield from _yaml(code.replace("\t", " "), title)


def _yaml(code: str, title: str) -> Iterator[Problem]:
    try:
        documents = list(yaml.compose_all(code, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        text = ", ".join(part for part in (error.context, error.problem) if part)
        yield Problem(mark.line + 1 if mark else 1, mark.column + 1 if mark else 1, text)
    except yaml.YAMLError as error:
        yield Problem(1, 1, str(error).splitlines()[0])
    else:
        yield from (problem for document in documents if document for problem in _repeated_keys(document, set()))


def _repeated_keys(node: yaml.Node, seen: set[int]) -> Iterator[Problem]:
    """Keys that a mapping holds twice: parsers keep the last one and say nothing. `seen` guards against aliases in a circle."""
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    seen_keys: set[tuple[str, str]] = set()
    for child in node.value:
        key, value = child if isinstance(node, yaml.MappingNode) else (None, child)
        if isinstance(key, yaml.ScalarNode):
            name = (key.tag, key.value)
            if name in seen_keys:
                yield Problem(key.start_mark.line + 1, key.start_mark.column + 1, f"the key `{key.value}` stands in this mapping already")
            seen_keys.add(name)
        yield from _repeated_keys(value, seen)


def _toml(code: str, title: str) -> Iterator[Problem]:
    try:
        tomllib.loads(code)
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        place = re.search(r" \(at line (\d+), column (\d+)\)$", text)
        lines = code.rstrip("\n").split("\n")
        line, column = (int(place.group(1)), int(place.group(2))) if place else (len(lines), len(lines[-1]) + 1)
        message = text[: place.start()] if place else text.removesuffix(" (at end of document)")
        yield Problem(line, column, message[:1].lower() + message[1:])


def _grammar(language: str) -> Callable[[str, str], Iterator[Problem]]:
    def parse(code: str, title: str) -> Iterator[Problem]:
        from guidebook import grammars

        yield from (Problem(*problem) for problem in grammars.problems(language, code))

    return parse


def _console(code: str, title: str) -> Iterator[Problem]:
    """Each command of a session is parsed on its own; what it printed is not code."""
    for line, indent, command in commands(code):
        for problem in PARSERS["bash"](command, title):
            yield Problem(line + problem.line - 1, problem.column + indent, problem.message)


def commands(code: str) -> Iterator[tuple[int, int, str]]:
    """(first line, width of the prompt, text) of each command of a console session.

    A command starts with `$ `; it goes on in lines that start with `> ` or follow a backslash.
    """
    lines = code.split("\n")
    at = 0
    while at < len(lines):
        first, at = at, at + 1
        if not lines[first].startswith("$ "):
            continue
        text = [lines[first][2:]]
        while at < len(lines) and (lines[at].startswith("> ") or text[-1].endswith("\\")):
            text.append(lines[at].removeprefix("> "))
            at += 1
        yield first + 1, 2, "\n".join(text) + "\n"


def _sql(code: str, title: str) -> Iterator[Problem]:
    from guidebook import queries

    yield from (Problem(*problem) for problem in queries.sql(code, title))


def _promql(code: str, title: str) -> Iterator[Problem]:
    from guidebook import queries

    yield from (Problem(*problem) for problem in queries.promql(code))


PARSERS: dict[str, Callable[[str, str], Iterator[Problem]]] = {
    "python": _python,
    "json": _json,
    "yaml": _yaml,
    "toml": _toml,
    "sql": _sql,
    "promql": _promql,
    "console": _console,
    **{name: _grammar(name) for name in ("bash", "go", "hcl", "java", "javascript")},
}
FREE = frozenset({"text"})  # output, pseudo-code, layouts
DRAWN = frozenset({"mermaid", "quiz"})  # other rules judge these

ALIASES: dict[str, str] = {
    **dict.fromkeys(("py", "python3", "py3"), "python"),
    "yml": "yaml",
    **dict.fromkeys(("sh", "shell", "zsh", "ksh"), "bash"),
    **dict.fromkeys(("shell-session", "shellsession", "sh-session", "terminal"), "console"),
    **dict.fromkeys(("js", "mjs", "node"), "javascript"),
    "golang": "go",
    **dict.fromkeys(("terraform", "tf", "tofu"), "hcl"),
    **dict.fromkeys(("postgresql", "postgres", "psql", "plpgsql", "mysql", "sqlite", "duckdb"), "sql"),
    "prometheus": "promql",
    **dict.fromkeys(("txt", "plain", "plaintext", "output", "none"), "text"),
}


def right_name(language: str) -> str:
    """The one name that the site uses for a language; empty if `language` is that name, or an unknown one."""
    name = ALIASES.get(language.lower(), language.lower())
    return name if name != language and (name in PARSERS or name in FREE or name in DRAWN) else ""


def runs(fence: Fence) -> bool:
    """Whether this fence is run: Python that neither is mirrored from a lab (run there) nor says that it is not run."""
    return fence.language == "python" and fence.closed and not fence.title.startswith(("labs/", "not run"))


def shows_output(fence: Fence) -> bool:
    """Whether this fence shows what the block before it printed."""
    return fence.language == "text" and fence.title == "output"


def unchecked(title: str) -> bool:
    """Whether the title tells the reader that nothing checks this code, and why."""
    return bool(re.match(r"not checked: *\S", title))
