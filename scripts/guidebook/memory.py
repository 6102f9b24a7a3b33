"""What other people's servers said, kept in a file until it may have changed."""

from __future__ import annotations

import datetime
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from guidebook.verdict import DEAD, DOWN, MOVED, NO_FRAGMENT, OK, UNKNOWN, Verdict

_DAYS = {OK: 7.0, MOVED: 7.0, DEAD: 0.5, NO_FRAGMENT: 0.5, UNKNOWN: 1.0, DOWN: 0.04}  # how long a verdict holds
_LASTING = datetime.timedelta(hours=20)  # no answer in two runs so far apart is a finding


@dataclass
class Memory:
    """The verdicts so far, in a file: `{address: {kind, detail, new, asked, since, archived}}`. A run that was stopped goes on from it."""

    file: Path | None
    now: datetime.datetime
    entries: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path | None, now: datetime.datetime) -> Memory:
        """What the file holds; nothing if it holds nonsense."""
        try:
            entries = json.loads(file.read_text(encoding="utf-8")) if file else {}
        except (OSError, ValueError):
            entries = {}
        good = {url: entry for url, entry in entries.items() if isinstance(entry, dict) and entry.get("kind") in _DAYS} if isinstance(entries, dict) else {}
        return cls(file, now, good)

    def fresh(self, url: str) -> bool:
        """Whether the verdict still holds."""
        entry = self.entries.get(url)
        return entry is not None and self.now - _time(entry.get("asked", "")) < datetime.timedelta(days=_DAYS[entry["kind"]])

    def learn(self, url: str, verdict: Verdict) -> None:
        """Replace what was known, but for the moment since which it is so."""
        before = self.entries.get(url, {})
        since = before.get("since", "") if before.get("kind") == verdict.kind else ""
        stamp = self.now.isoformat(timespec="seconds")
        self.entries[url] = {"kind": verdict.kind, "detail": verdict.detail, "new": verdict.new, "asked": stamp, "since": since or stamp}

    def verdict(self, url: str) -> Verdict:
        """The remembered verdict; no answer counts as unknown until it has lasted."""
        entry = self.entries.get(url, {"kind": UNKNOWN, "detail": "it was not asked"})
        kind = entry["kind"]
        if kind == DOWN:
            kind = DEAD if _time(entry.get("asked", "")) - _time(entry.get("since", "")) >= _LASTING else UNKNOWN
        return Verdict(kind, entry.get("detail", ""), entry.get("new", ""))

    def write(self) -> None:
        """Replace the file as a whole, so that it is never half written."""
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            new = self.file.with_name(f"{self.file.name}.{os.getpid()}")
            new.write_text(json.dumps(self.entries, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
            new.replace(self.file)


def _time(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
