"""HTML comments, which are for authors: what goes out has none."""

from __future__ import annotations

import re

import pyromark

from guidebook.found import SYNTAX

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def without_comments(text: str) -> str:
    """The text without HTML comments; comments that are shown as code stay."""
    if "<!--" not in text:
        return text
    data = text.encode("utf-8", "surrogatepass")
    ranges = {(where["start"], where["end"]) for event, where in pyromark.events_with_range(text, options=SYNTAX) if _is_html(event)}
    for start, end in sorted(ranges, reverse=True):
        piece = data[start:end].decode("utf-8", "surrogatepass")
        data = data[:start] + _COMMENT.sub("", piece).encode("utf-8", "surrogatepass") + data[end:]
    return data.decode("utf-8", "surrogatepass")


def _is_html(event: object) -> bool:
    return isinstance(event, dict) and ("InlineHtml" in event or event.get("Start") == "HtmlBlock")
