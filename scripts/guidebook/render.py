"""Runs MkDocs: docs/ → HTML in a directory that is not the site yet, or a preview that reloads. Only hooks.py knows MkDocs as well."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from guidebook.model import Diagnostic, Location

SCRIPTS = Path(__file__).resolve().parents[1]
_RECORD = re.compile(r"^(?:WARNING|ERROR|CRITICAL)\s+-\s+(.*)$")
_PAGE = re.compile(r"(?:Doc file|file|page) '([^']+\.md)'")
_ADDRESS = re.compile(r"contains (?:a|an absolute|an unrecognized relative|an unrecognized) link '([^']+)'")


def render(root: Path, out: Path) -> list[Diagnostic]:
    """Render the site of `root` into the directory `out`; every warning of MkDocs, and its end with an error, is a finding."""
    command = [*_mkdocs(), "build", "--config-file", str(root / "mkdocs.yml"), "--site-dir", str(out)]
    done = subprocess.run(command, cwd=root, env=_environment(), capture_output=True, encoding="utf-8", errors="replace", check=False)
    findings = list(_findings(root, done.stderr))
    if done.returncode and not findings:
        last = next((line.strip() for line in reversed(done.stderr.splitlines()) if line.strip()), f"exit code {done.returncode}")
        findings.append(Diagnostic(Location("mkdocs.yml"), f"MkDocs stopped: {last}", "run it to see all that it says: " + " ".join(command), rule="built-failed"))
    return sorted(set(findings))


def serve(root: Path, host: str = "127.0.0.1", port: int = 8000) -> int:
    """Serve the site and reload it when a page, a template or the configuration is saved; until Ctrl+C. Returns the exit code."""
    with socket.socket() as probe:
        if probe.connect_ex((host, port)) == 0:
            print(f"error: port {port} of {host} is in use", file=sys.stderr)
            print(f"  help: stop what runs there, or choose another: --port {port + 1}", file=sys.stderr)
            return 2
    print(f"Serving on http://{host}:{port}/ (Ctrl+C stops; saving a page reloads it)", flush=True)
    # --livereload is named because click 8.3 reads the default of that flag as "off".
    watched = ["--livereload", "--watch", str(root / "overrides")]
    command = [*_mkdocs(), "serve", "--config-file", str(root / "mkdocs.yml"), "--dev-addr", f"{host}:{port}", *watched]
    if os.name == "posix":  # so that a signal ends the server itself, not a parent that leaves it behind
        os.chdir(root)
        os.execve(command[0], command, _environment())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that MkDocs is stopped as well
    with subprocess.Popen(command, cwd=root, env=_environment(), stderr=subprocess.PIPE, encoding="utf-8", errors="replace") as preview:
        try:
            for line in preview.stderr or ():
                if not line.startswith("INFO"):  # warnings and errors are worth a line, progress is not
                    print(line, end="", file=sys.stderr, flush=True)
            return preview.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            preview.terminate()


def _mkdocs() -> list[str]:
    return [sys.executable, "-m", "mkdocs"]


def _environment() -> dict[str, str]:
    """NO_MKDOCS_2_WARNING keeps the theme's notice about its own future quiet; CONTRIBUTING says what it says."""
    path = os.pathsep.join(filter(None, [str(SCRIPTS), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "NO_MKDOCS_2_WARNING": "1", "PYTHONUTF8": "1", "NO_COLOR": "1"}


def _findings(root: Path, output: str) -> Iterator[Diagnostic]:
    for line in output.splitlines():
        if record := _RECORD.match(line):
            yield Diagnostic(_location(root, record[1]), f"MkDocs: {record[1]}", rule="built-warning")


def _location(root: Path, message: str) -> Location:
    """The page that MkDocs names, and the first place in it where the address stands that it complains about."""
    page = _PAGE.search(message)
    if not page:
        return Location("mkdocs.yml")
    path = f"docs/{page[1]}".replace("\\", "/")
    address = _ADDRESS.search(message)
    file = root / path
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if address and file.is_file() else []
    return next((Location(path, number, line.find(address[1]) + 1) for number, line in enumerate(lines, 1) if address[1] in line), Location(path))
