"""What follows from one finished page alone, worked out once: its policy, and what style sheets have to know."""

from __future__ import annotations

from typing import Any

from guidebook import policy, used_styles
from guidebook.rendering.store import digest


def derived(html: str) -> dict[str, Any]:
    """The page with its policy, the hashes of its scripts, its classes, and the custom properties that it asks for."""
    scripts, _ = policy.inline(html)
    return {
        "html": policy.with_policy(html),
        "scripts": scripts,
        "classes": sorted(used_styles.classes([html], ())),
        "asked_styles": sorted(used_styles.asked(html)),
        "digest": digest(html),
        "shown": html.strip() != "",
    }
