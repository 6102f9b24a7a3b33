"""The theme's style sheets without the rules for what no page has: its tabs, comments, tags, blog and the like.

A selector is used if every class in it stands somewhere in a page or a script. Strings that a script puts together are
not seen, so what scripts can do with classes has to be tested in a browser, as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

_CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
_CLASSES = re.compile(r'class="([^"]*)"')
_ASKED = re.compile(r"var\(\s*(--[\w-]+)")
_DECLARED = re.compile(r"""(?<=[{;])(--[\w-]+):(?:url\((?:"[^"]*"|'[^']*'|[^)"']*)\)|[^;{}"'])*(?:;|(?=}))""")
_WORD = re.compile(r"[\w-]+")
_ARGUMENTS = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/")


def classes(pages: Iterable[str], scripts: Iterable[str]) -> frozenset[str]:
    """Every class of the pages, and every word of the scripts, which could be one."""
    lists = (name for html in pages for value in set(_CLASSES.findall(html)) for name in value.split())
    return frozenset(lists) | frozenset(word for text in scripts for word in _WORD.findall(text))


def used(css: str, names: frozenset[str], elsewhere: str = "") -> str:
    """The style sheet without the selectors that nothing can match; blocks that are then empty are gone.

    So are custom properties (icons, mostly) that neither the rest nor `elsewhere`, the other style sheets and pages, asks for.
    """
    css = "".join(_rules(_MAP.sub("", css), names))
    wanted = set(_ASKED.findall(css)) | set(_ASKED.findall(elsewhere))
    return _DECLARED.sub(lambda match: match[0] if match[1] in wanted else "", css)


def _rules(css: str, names: frozenset[str]) -> Iterator[str]:
    at = 0
    while (opening := css.find("{", at)) >= 0:
        closing = _closing(css, opening)
        head, body = css[at:opening], css[opening + 1 : closing]
        at = closing + 1
        statement, _, head = head.rpartition(";")
        if statement:
            yield statement + ";"
        if head.lstrip().startswith(("@media", "@supports", "@layer", "@container")):
            inside = "".join(_rules(body, names))
            if inside:
                yield f"{head}{{{inside}}}"
        elif head.lstrip().startswith("@"):
            yield f"{head}{{{body}}}"
        elif kept := [one for one in _selectors(head) if _matches(one, names)]:
            yield f"{','.join(kept)}{{{body}}}"


def _closing(css: str, opening: int) -> int:
    """The brace that ends the block; braces within strings do not count."""
    depth, at, quote = 0, opening, ""
    while at < len(css):
        character = css[at]
        if character == "\\":
            at += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return len(css)


def _selectors(head: str) -> Iterator[str]:
    """The parts of a selector list; commas in parentheses do not part."""
    depth, start = 0, 0
    for at, character in enumerate(head):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            yield head[start:at]
            start = at + 1
    yield head[start:]


def _matches(selector: str, names: frozenset[str]) -> bool:
    """Whether all classes that the selector demands are known; those in `:not()` and lists of choices are not demanded."""
    return all(name.replace("\\", "") in names for name in _CLASS.findall(_ARGUMENTS.sub("", selector)))


def asked(text: str) -> set[str]:
    """The custom properties that a style sheet, a script or a page asks for."""
    return set(_ASKED.findall(text))


def trimmed(sheets: Mapping[str, str], theme: Collection[str], names: frozenset[str], wanted: Iterable[str]) -> dict[str, str]:
    """The style sheets among `sheets` that are the theme's, trimmed; `wanted`: custom properties that pages and scripts ask for."""
    kept = {name: "".join(_rules(_MAP.sub("", sheets[name]), names)) for name in theme}
    elsewhere = "".join([*kept.values(), *(css for name, css in sheets.items() if name not in kept), *(f"var({one})" for one in wanted)])
    return {name: used(css, names, elsewhere) for name, css in sorted(kept.items())}
