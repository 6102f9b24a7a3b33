"""Finished work on the disk, found again by what it was made from. Whatever is wrong with an entry, it counts as absent."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

LIMIT = 600 * 1024 * 1024  # bytes; seven hundred guides take about 370
_OLD = 30 * 86400.0  # seconds without a use, after which an entry goes
_UNUSED = 3600.0  # seconds after which a use is noted again


def digest(*parts: object) -> str:
    """A name for these values: different values, different names."""
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else json.dumps(part, default=repr).encode()
        made.update(f"{type(part) is str} {len(data)} ".encode() + data)
    return made.hexdigest()


class Store:
    """By name, a JSON value and bytes that belong to it. Several processes may share a folder: entries are written whole or not at all.

    keeps: what was read or written stays in memory, for a process that asks again and again.
    """

    def __init__(self, folder: Path, limit: int = LIMIT, keeps: bool = False) -> None:
        self.folder, self.limit, self.keeps = folder, limit, keeps
        self.memory: dict[str, tuple[Any, bytes]] = {}
        self.written = 0

    def get(self, name: str) -> Any:
        """The value that was put there, or None."""
        entry = self.entry(name)
        return entry and entry[0]

    def entry(self, name: str) -> tuple[Any, bytes] | None:
        """Value and bytes that were put there, or None."""
        found = self.memory.get(name) or self._read(name)
        if found and self.keeps:
            self.memory[name] = found
        return found

    def put(self, name: str, value: Any, body: bytes = b"") -> bool:
        """Keep a value; whether the disk took it. One that refuses costs time later, nothing else."""
        if self.keeps:
            self.memory[name] = value, body
        content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n" + body
        new = self.folder / f"{name}.{os.getpid()}.new"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            new.write_bytes(_seal(name, content) + b"\n" + content)
            new.replace(self.folder / name)
        except OSError:
            return False
        self.written += len(content)
        return True

    def replaced(self, name: str) -> None:
        """Note that another process has put something there."""
        self.memory.pop(name, None)
        self.written += 1

    def forget(self, names: set[str]) -> None:
        """Drop from memory all but these; they stay on the disk."""
        self.memory = {name: value for name, value in self.memory.items() if name in names}

    def clean(self) -> None:
        """If something was written: keep the folder below its limit, what was used last stays; what nobody uses and what an interrupted run left goes."""
        if not self.written:
            return
        self.written = 0
        files = sorted(_files(self.folder), reverse=True)
        size = 0
        for used, length, path in files:
            size += length
            if size > self.limit or used < time.time() - (_UNUSED if path.endswith(".new") else _OLD):
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def _read(self, name: str) -> tuple[Any, bytes] | None:
        path = self.folder / name
        try:
            seal, _, content = path.read_bytes().partition(b"\n")
            if seal != _seal(name, content):
                return None
            if path.stat().st_mtime < time.time() - _UNUSED:
                os.utime(path)
            value, _, body = content.partition(b"\n")
            return json.loads(value.decode("utf-8", "surrogatepass")), body
        except (OSError, ValueError):
            return None


def _seal(name: str, content: bytes) -> bytes:
    """Fits one name and one content, so that a torn, edited or renamed file is seen."""
    return hashlib.blake2b(name.encode() + b"\n" + content, digest_size=16).hexdigest().encode()


def _files(folder: Path) -> list[tuple[float, int, str]]:
    """(last used, bytes, path) of each file."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                status = entry.stat()
                found.append((status.st_mtime, status.st_size, entry.path))
    return found
