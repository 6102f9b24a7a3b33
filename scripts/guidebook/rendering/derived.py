"""What follows from one finished page alone, worked out once."""

from __future__ import annotations

from typing import Any

from guidebook import policy
from guidebook.rendering.store import digest


def derived(html: str) -> dict[str, Any]:
    """The page with its policy, the hashes of its scripts, a name for its content, and whether there is anything to show."""
    scripts, _ = policy.inline(html)
    return {
        "html": policy.with_policy(html),
        "scripts": scripts,
        "digest": digest(html),
        "shown": html.strip() != "",
    }
