"""Which files were saved: told by the system where it can, found by looking where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

_WRITTEN = {"created", "modified", "moved", "deleted"}
_FOLDERS = ("docs", "overrides", ".github")
_NO_SOURCE = (".swp", ".swx", "~", ".tmp", ".pyc", ".new")  # what editors leave for a moment


class _Saves(FileSystemEventHandler):
    def __init__(self, root: Path, saved: Callable[[str], None]) -> None:
        self.root, self.saved = root, saved

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.is_directory or event.event_type not in _WRITTEN:
            return
        for path in filter(None, (event.src_path, event.dest_path)):
            file = Path(str(path))
            if file.is_relative_to(self.root) and not file.name.endswith(_NO_SOURCE) and "__pycache__" not in file.parts:
                name = file.relative_to(self.root).as_posix()
                if name.startswith(_FOLDERS) or name in ("mkdocs.yml", "pyproject.toml"):
                    self.saved(name)


@contextmanager
def watched(root: Path, saved: Callable[[str], None]) -> Iterator[None]:
    """Meanwhile, call `saved` with the path, from the root, of each file of the sources that is written, moved or removed."""
    for kind in (Observer, PollingObserver):
        observer = kind()
        try:
            observer.schedule(_Saves(root, saved), str(root))
            for folder in _FOLDERS:
                if (root / folder).is_dir():
                    observer.schedule(_Saves(root, saved), str(root / folder), recursive=True)
            observer.start()
            break
        except OSError:  # no more watches, or a file system that has none
            continue
    try:
        yield
    finally:
        observer.stop()
        observer.join()
