"""What is installed beside us: results that are remembered hold only as long as the tools are the same."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import lru_cache


@lru_cache(maxsize=1)
def installed() -> list[str]:
    """`markdown-3.10.dist-info` for each package, by the names of folders: reading what is in them would take longer than what it is asked for."""
    found = set()
    for folder in sys.path:
        with contextlib.suppress(OSError):
            found.update(name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info")))
    return sorted(found)
