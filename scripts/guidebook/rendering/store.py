"""Finished work on the disk, found again by what it was made from. Whatever is wrong with an entry, it counts as absent."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

LIMIT = 400 * 1024 * 1024  # bytes; seven hundred guides take about a third
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
    """JSON values by name. Several processes may share a folder: entries are written whole or not at all."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self.folder, self.limit = folder, limit
        self.memory: dict[str, Any] = {}
        self.written = 0

    def get(self, name: str) -> Any:
        """The value that was put there, or None."""
        if name not in self.memory:
            value = self._read(name)
            if value is None:
                return None
            self.memory[name] = value
        return self.memory[name]

    def put(self, name: str, value: Any) -> None:
        """Keep a value. A disk that refuses costs time later, nothing else."""
        self.memory[name] = value
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        new = self.folder / f"{name}.{os.getpid()}.new"
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            new.write_bytes(_seal(name, body) + b"\n" + body)
            new.replace(self.folder / name)
            self.written += len(body)

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

    def _read(self, name: str) -> Any:
        path = self.folder / name
        try:
            seal, _, body = path.read_bytes().partition(b"\n")
            if seal != _seal(name, body):
                return None
            if path.stat().st_mtime < time.time() - _UNUSED:
                os.utime(path)
            return json.loads(body.decode("utf-8", "surrogatepass"))
        except (OSError, ValueError):
            return None


def _seal(name: str, body: bytes) -> bytes:
    """Fits one name and one body, so that a torn, edited or renamed file is seen."""
    return hashlib.blake2b(name.encode() + b"\n" + body, digest_size=16).hexdigest().encode()


def _files(folder: Path) -> list[tuple[float, int, str]]:
    """(last used, bytes, path) of each file."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                status = entry.stat()
                found.append((status.st_mtime, status.st_size, entry.path))
    return found
