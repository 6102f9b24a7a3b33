"""{{family}}: to write, what these rules ask, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from guidebook.model import Diagnostic, Location, Site
