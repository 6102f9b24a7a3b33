"""A browser for the tests: an installed Chrome or Chromium, else Playwright's, else the system's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from frontdoor.pip import tail
from frontdoor.step import Problem, run_step

COMMANDS = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome")
MAC = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
WINDOWS = ("Google/Chrome/Application/chrome.exe", "Chromium/Application/chrome.exe")
WHERE_IS_PLAYWRIGHTS = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def candidates(environ: Mapping[str, str], platform: str = sys.platform) -> Iterator[Path]:
    """Where a browser may be, the best place first. CHROME, if it is set, is the only one."""
    if environ.get("CHROME"):
        yield Path(environ["CHROME"])
        return
    for command in COMMANDS:
        if found := shutil.which(command, path=environ.get("PATH", "")):
            yield Path(found)
    if platform == "darwin":
        homes = [Path("/Applications"), Path(environ.get("HOME", "/")) / "Applications"]
        yield from (home / app for app in MAC for home in homes)
    if platform == "win32":
        homes = [Path(environ[name]) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA") if environ.get(name)]
        yield from (home / app for app in WINDOWS for home in homes)


def starts(browser: Path) -> bool:
    """It is there and says its version: a browser without its libraries, or a stub that asks for a snap, does not."""
    if not browser.is_file() or sys.platform == "win32":  # there `--version` opens a window
        return browser.is_file()
    try:
        return subprocess.run([str(browser), "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find(environ: Mapping[str, str] = os.environ) -> Path | None:
    """An installed browser that starts, or None."""
    return next((browser for browser in candidates(environ) if starts(browser)), None)


def provide(python: Path, environ: Mapping[str, str]) -> Path:
    """A browser that starts; it is fetched where none is, and remembered beside the environment's Python.

    python: of an environment that has Playwright.
    """
    note = python.parent.parent / "guidebook-browser.path"
    if not environ.get("CHROME") and note.is_file():
        remembered = Path(note.read_text(encoding="utf-8"))
        if remembered.is_file():
            return remembered
    browser = find(environ)
    if browser is None and environ.get("CHROME"):
        raise Problem(f"CHROME is {environ['CHROME']}, which does not start", "name a Chrome or Chromium, or unset it")
    browser = browser or fetch(python, environ)
    if not environ.get("CHROME"):
        note.write_text(str(browser), encoding="utf-8")
    return browser


def fetch(python: Path, environ: Mapping[str, str]) -> Path:
    """Playwright's browser; else, for root on a system with apt, the system's."""
    quiet = {**environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [str(python), "-m", "playwright", "install", "--no-shell", "chromium"]
    said = [run_step("Downloading a browser for the tests, about 150 MB", install, quiet, percentage)[1]]
    if browser := playwrights(python, environ):
        return browser
    if is_root() and (apt := shutil.which("apt-get", path=environ.get("PATH", ""))):
        said.append(run_step("That one does not start here; asking apt-get for chromium", [apt, "update"], quiet)[1])
        said.append(run_step("Installing chromium, about 300 MB", [apt, "install", "-y", "chromium"], quiet)[1])
        if browser := find(environ):
            return browser
    help = "install Chrome or Chromium, or name one in CHROME; `python3 scripts/run.py serve` needs none"
    raise Problem("\n".join(["the tests need a browser, and none was found", *filter(None, map(tail, said))]), help)


def percentage(line: str) -> str:
    """What Playwright says of its download."""
    found = re.search(r"\d+% of .+", line)
    return found[0] if found else ""


def playwrights(python: Path, environ: Mapping[str, str]) -> Path | None:
    """The browser that Playwright has downloaded, if it starts."""
    asked = subprocess.run([str(python), "-c", WHERE_IS_PLAYWRIGHTS], env=environ, capture_output=True, encoding="utf-8")
    browser = Path(asked.stdout.strip())
    return browser if starts(browser) else None


def is_root() -> bool:
    """This process may install packages of the system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
