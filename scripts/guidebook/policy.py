"""A strict Content-Security-Policy, written into the finished pages and, for hosts that send headers, into `_headers`.

Scripts run from the site's own files, or if their hash is named; there is no `unsafe-inline` for them.
Drawings carry style attributes, which cannot be hashed, and a style element each, which can.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser

_DATA_TYPES = {"application/json", "application/ld+json"}  # blocks of data, which no browser runs
_CHARSET = re.compile(r'<meta charset="utf-8"\s*/?>', re.IGNORECASE)


def source_hash(text: str) -> str:
    """How a policy names an inline script or style."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def inline(html: str) -> tuple[list[str], list[str]]:
    """The hashes of a page's inline scripts and style elements, each once, as a browser's parser sees their text."""
    tree = LexborHTMLParser(html)
    scripts = [node.text(deep=True) for node in tree.css("script:not([src])") if node.attributes.get("type") not in _DATA_TYPES]
    styles = [node.text(deep=True) for node in tree.css("style")]
    return [*dict.fromkeys(map(source_hash, scripts))], [*dict.fromkeys(map(source_hash, styles))]


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The policy of a page with these inline scripts and styles."""
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'"],
        "style-src-elem": ["'self'", *styles],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


def with_policy(html: str) -> str:
    """The page with its policy directly behind the character set, before anything that the policy is about."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(*inline(html))}">'
    return _CHARSET.sub(lambda match: match[0] + meta, html, count=1)


def headers(scripts: Iterable[str]) -> str:
    """`_headers` as Netlify and Cloudflare Pages read it: what a page cannot say itself, and the scripts of all pages.

    A browser obeys this policy and the page's own, so styles are left to the latter.
    """
    content = f"script-src 'self' {' '.join(sorted(scripts))}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    lines = [
        f"Content-Security-Policy: {content}",
        "X-Content-Type-Options: nosniff",
        "Referrer-Policy: strict-origin-when-cross-origin",
        "Permissions-Policy: camera=(), geolocation=(), microphone=()",
    ]
    return "\n".join(["/*", *("  " + line for line in lines), ""])
