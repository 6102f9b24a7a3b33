"""Languages that tree-sitter has a grammar for: where a piece of code stops following it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from tree_sitter import Language, Node, Parser


def problems(language: str, code: str) -> Iterator[tuple[int, int, str]]:
    """The first place where the code does not follow the grammar, as (line, column, message), if there is one."""
    if node := _first_error(_parser(language).parse(code.encode("utf-8", "replace")).root_node):
        yield _trouble(node, code)


@cache
def _parser(language: str) -> Parser:
    return Parser(Language(import_module(f"tree_sitter_{language}").language()))


def _first_error(node: Node) -> Node | None:
    """The innermost of the first broken nodes: an outer one only says that something inside it is wrong."""
    if not node.has_error:
        return None
    inner = next((found for child in node.children if (found := _first_error(child))), None)
    return inner or (node if node.is_error or node.is_missing else None)


def _trouble(node: Node, code: str) -> tuple[int, int, str]:
    # An error that starts with the code wraps everything before the trouble, which is then its last part.
    if node.is_error and node.start_byte == 0 and node.child_count > 1:
        node = node.children[-1]
    row, column = node.start_point
    line = code.split("\n")[row].encode("utf-8", "replace")
    shown = line[column:].decode("utf-8", "replace").strip()
    near = f"`{shown[:40]}`" if shown else "the end of the line"
    what = f"`{node.type}` is missing before {near}" if node.is_missing else f"unexpected {near}"
    return row + 1, len(line[:column].decode("utf-8", "replace")) + 1, what
