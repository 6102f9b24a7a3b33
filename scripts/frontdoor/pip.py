"""Installing a lock with pip, quietly; and what to do about a pip that failed or was interrupted."""

from __future__ import annotations

import csv
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from frontdoor.lock import Lock
from frontdoor.step import Problem, run_step

INSTALL = "install --require-hashes --no-deps --no-input --no-warn-script-location --progress-bar off".split()
NOISE = ("    at ", "WARNING: Location", "[notice]", "WARNING: Retrying", "WARNING: There was an error checking")
NO_NETWORK = r"Retrying \(|NewConnectionError|NameResolutionError|ProxyError|SSLError|ReadTimeoutError"


def install(python: Path, venv: Path, lock: Lock, environ: Mapping[str, str]) -> None:
    """Install what the lock names, and nothing else; every file must have the hash that the lock gives it.

    An optional package that this system has no wheel of is left out, and the loss is told.
    """
    for half in list(broken_distributions(venv, lock.packages)):
        shutil.rmtree(half)
    requirements = venv / f"guidebook-{lock.group}.txt"
    wheels_only = [f"--only-binary={name}" for name in lock.optional]
    left_out: set[str] = set()
    title = f"Installing the packages of {lock.purpose}; the first time this takes about {lock.takes}"
    while True:
        requirements.write_text(lock.without(left_out), encoding="utf-8")
        command = [str(python), "-m", "pip", *INSTALL, *wheels_only, "-r", str(requirements)]
        code, output = run_step(title, command, {**environ, "PIP_USER": "0"}, progress(lock))
        if code == 0:
            return
        name = unavailable(output)
        if name not in lock.optional or name in left_out:
            raise failure(lock, output, venv / "guidebook-pip.log")
        left_out.add(name)
        title = f"There is no {name} for this system, so {lock.optional[name]}; installing the rest"


def unavailable(output: str) -> str:
    """The package that pip found no distribution of, unless the network is to blame; else nothing."""
    found = re.search(r"No matching distribution found for ([a-z0-9.-]+)==", output)
    return found[1] if found and not re.search(NO_NETWORK, output) else ""


def failure(lock: Lock, output: str, log: Path) -> Problem:
    """What is told of a pip that failed; all of its output is kept in the log."""
    log.write_text(output, encoding="utf-8")
    return Problem(f"pip could not install the packages of {lock.purpose}\n{tail(output)}", advice(output, log))


def progress(lock: Lock) -> Callable[[str], str]:
    """Counts what pip says that it collects."""
    seen: set[str] = set()

    def words(line: str) -> str:
        if "Retrying (" in line:
            return "no answer from the package index, trying again"
        if found := re.match(r"Collecting ([^=<>!~ \[(]+)", line):
            seen.add(found[1])
            return f"{len(seen)} of at most {len(lock.packages)}: {found[1]}"
        return "unpacking" if line.startswith("Installing collected") else ""

    return words


def broken_distributions(venv: Path, names: set[str]) -> Iterator[Path]:
    """The `*.dist-info` of packages that an interrupted pip left half installed or half removed.

    pip would take such a package for installed; without its directory, it installs it again.
    """
    for info in [*venv.glob("lib/python*/site-packages/*.dist-info"), *venv.glob("Lib/site-packages/*.dist-info")]:
        name = re.sub(r"[-_.]+", "-", info.name.split("-")[0]).lower()
        if name in names and not is_whole(info):
            yield info


def is_whole(info: Path) -> bool:
    """pip has written the RECORD, which it does last, and every file that it names is there."""
    record = info / "RECORD"
    if not record.is_file():
        return False
    with record.open(encoding="utf-8", newline="") as lines:
        files = [row[0] for row in csv.reader(lines) if row and not row[0].endswith(".pyc")]
    return all((info.parent / file).exists() for file in files)


def tail(output: str) -> str:
    """The last lines that say what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith(NOISE)]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return "\n".join(f"  {line}" for line in (errors or lines)[-4:])


def advice(output: str, log: Path | None = None, version: tuple[int, int] = sys.version_info[:2]) -> str:
    """What to do about a pip that failed with this output."""
    if "DO NOT MATCH THE HASHES" in output:
        return "a download is not what the lock names: try again; if it stays so, report it and do not install it by hand"
    if re.search(NO_NETWORK, output):
        return "the first run needs the network, later ones do not: check the connection, HTTPS_PROXY and PIP_INDEX_URL"
    if "No space left" in output:
        return "free some space on the disk, then run the same command again"
    if version > (3, 14):
        return f"the locks are for Python 3.11 to 3.14, and this is {version[0]}.{version[1]}: try one of those"
    return f"all that pip said is in {log}" if log else "run the same command again"
