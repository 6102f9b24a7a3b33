"""HTML that an author wrote into a page points to files, as Markdown does; on the site it has to point to where those are published.

MkDocs rewrites the addresses of Markdown alone, so `<a href="GitOps.md">` and `<img src="images/saga.svg">`, which GitHub
shows rightly, would lead nowhere.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from guidebook.html import ADDRESSES, LISTS, srcset

_TAG = re.compile(r"<!--.*?-->|<[a-zA-Z](?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
_ATTRIBUTE = re.compile(rf"""(\s(?:{"|".join(sorted(ADDRESSES | LISTS))})\s*=\s*)("([^"]*)"|'([^']*)')""", re.IGNORECASE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/#?]|$", re.IGNORECASE)


def repoint(content: str, path: str, published: Mapping[str, str]) -> str:
    """The HTML of a page with the addresses of files replaced by where they are published.

    path: of the page below docs/ (`GitOps.md`). published: file below docs/ → its place below the site (`GitOps/index.html`).
    What leads to a published file already, and what leads to no file, stays.
    """
    own = posixpath.dirname(published.get(path, path))
    places = frozenset(published.values())

    def address(value: str) -> str:
        file, rest = re.match(r"([^#?]*)(.*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
        if _ELSEWHERE.match(file) or _there(own, file) in places or posixpath.join(_there(own, file), "index.html") in places:
            return value
        target = published.get(_there(posixpath.dirname(path), file))
        if target is None:
            return value
        written = quote(posixpath.relpath(target, own or "."))
        return (written.removesuffix("index.html") or "./") + rest

    def attribute(match: re.Match[str]) -> str:
        value = match[3] if match[3] is not None else match[4]
        mark = match[2][0]
        if match[1].strip().lower().startswith(tuple(LISTS)):
            longest_first = sorted(set(srcset(value)), key=len, reverse=True)
            return f"{match[1]}{mark}{re.sub('|'.join(map(re.escape, longest_first)), lambda one: address(one[0]), value)}{mark}"
        return f"{match[1]}{mark}{address(value)}{mark}"

    return _TAG.sub(lambda tag: tag.group() if tag.group().startswith("<!--") else _ATTRIBUTE.sub(attribute, tag.group()), content)


def _there(folder: str, file: str) -> str:
    return posixpath.normpath(posixpath.join(folder, unquote(file)))
