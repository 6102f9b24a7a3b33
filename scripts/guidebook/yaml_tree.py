"""YAML as a tree of nodes, which know their places, and as plain values; whatever is wrong with it is a ValueError with a place."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 50  # libyaml recurses in C, so the depth is bounded before it reads


class BadYaml(ValueError):
    """What is wrong, and where: line and column from one."""

    def __init__(self, problem: str, line: int = 1, column: int = 1) -> None:
        super().__init__(problem)
        self.line, self.column = line, column


def load(text: str) -> tuple[yaml.Node | None, Any]:
    """The tree and its values. Raises BadYaml."""
    return _read(text, values=True)


def compose(text: str) -> yaml.Node | None:
    """The tree alone, in which tags of other programs (`!!python/name:`) may stand. Raises BadYaml."""
    return _read(text, values=False)[0]


def _read(text: str, values: bool) -> tuple[yaml.Node | None, Any]:
    if _too_deep(text):
        raise BadYaml("it is nested too deeply")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return node, loader.construct_document(node) if values and node is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise BadYaml(getattr(error, "problem", None) or str(error).split("\n")[0], *place) from None
    except (RecursionError, TypeError, ValueError, OverflowError) as error:  # a date of month 13, a list as a key
        raise BadYaml((str(error).splitlines() or ["it cannot be read"])[0]) from None


def _too_deep(text: str) -> bool:
    if any(len(line) - len(line.lstrip(" -?")) > 4 * _DEEPEST for line in text.split("\n")):
        return True
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    depth = deepest = 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        deepest = max(deepest, depth)
    return deepest > _DEEPEST


def scalars(root: yaml.Node | None) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """(dotted key, node) of every text in a tree, in its order; the members of a list have its key. What aliases repeat comes once."""
    waiting, seen = [("", root)], set()
    while waiting:
        key, node = waiting.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += reversed([(f"{key}.{name.value}" if key else str(name.value), value) for name, value in node.value])
        elif isinstance(node, yaml.SequenceNode):
            waiting += reversed([(key, value) for value in node.value])
        elif node.tag == "tag:yaml.org,2002:str" and node.value.strip():
            yield key, node


def plain(node: yaml.Node | None) -> Any:
    """Mappings, lists and texts; every scalar is a text. An alias that goes round is None."""
    return _plain(node, {})


def _plain(node: yaml.Node | None, known: dict[int, Any]) -> Any:
    if node is None or id(node) in known:
        return known.get(id(node))
    known[id(node)] = None
    value: Any = node.value
    if isinstance(node, yaml.MappingNode):
        value = {str(key.value): _plain(one, known) for key, one in node.value}
    elif isinstance(node, yaml.SequenceNode):
        value = [_plain(one, known) for one in node.value]
    if node.tag == "!ENV":
        value = _from_environment(value if isinstance(value, list) else [value, ""])
    known[id(node)] = value
    return value


def _from_environment(values: list[Any]) -> Any:
    """`!ENV [NAME, OTHER, default]`, as MkDocs reads it."""
    return next((os.environ[str(name)] for name in values[:-1] if str(name) in os.environ), values[-1] if values else None)
