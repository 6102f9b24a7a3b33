"""Our checks beside other checkers, on one generated tree in one run: `python tests/bench/link_checkers.py 700`.

Everything but Python's own environment is optional: `--linkchecker` names LinkChecker's program, `--remark` the directory in which
`npm install remark-cli remark-validate-links` was run, `--lychee` lychee's program. CPU seconds of each command and its children are what to compare.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tree import write_tree

ROOT = Path(__file__).resolve().parents[2]
LINKS = """
import gc, sys, time
gc.disable()
sys.path.insert(0, {scripts!r})
from pathlib import Path
from guidebook import built, checks
from guidebook.cache import Cache
from guidebook.load import load_site
family = [check for check in checks.ALL if check.__module__.rsplit(".")[-1] in ("addresses", "allowances", "forms", "links", "reach", "references", "wording")]
root = Path({root!r})
cache = Cache(root / ".cache") if {cached} else None
site = load_site(root, cache)
findings = checks.run(site, family)
if cache: cache.save()
if {out!r}: findings += built.judge(site, Path({out!r}))
print(len(findings), "findings")
"""


def measured(name: str, command: list[str], limit: float, cwd: Path | None = None) -> float:
    """Run a command, print its wall and CPU seconds, return the latter."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "NO_MKDOCS_2_WARNING": "1"}
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=limit, check=False)
        said = (done.stdout + done.stderr).strip().splitlines()[-1:]
    except subprocess.TimeoutExpired:
        said = [f"cut off after {limit:.0f} s"]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{name:44} {time.monotonic() - start:7.1f} s wall {used:7.1f} s CPU   {' '.join(said)[:90]}", flush=True)
    return used


def main() -> None:
    """Generate, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=int)
    parser.add_argument("--linkchecker")
    parser.add_argument("--lychee")
    parser.add_argument("--remark", type=Path)
    parser.add_argument("--limit", type=float, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # LinkChecker, run by root, becomes nobody
        root, out = Path(folder, "src"), Path(folder, "site")
        write_tree(root, options.pages)
        shutil.copy(ROOT / "mkdocs.yml", root)
        for name in ("overrides", "scripts"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        (root / "docs/.pages").write_text(_sections(options.pages), encoding="utf-8")
        compare(options, root, out)


def _sections(pages: int) -> str:
    names = [f"Guide{number:04}.md" for number in range(pages)]
    blocks = [names[at : at + 20] for at in range(0, pages, 20)]
    return "nav:\n  - README.md\n" + "".join(f"  - Part {at}:\n" + "".join(f"      - {name}\n" for name in block) for at, block in enumerate(blocks))


def compare(options: argparse.Namespace, root: Path, out: Path) -> None:
    """Each tool once; the cache twice, with an edit between."""

    def ours(name: str, site: str = "", cached: bool = False) -> float:
        code = LINKS.format(scripts=str(ROOT / "scripts"), root=str(root), out=site, cached=cached)
        return measured(name, [sys.executable, "-c", code], options.limit)

    nothing = measured("Python, imports only", [sys.executable, "-c", "import guidebook.load, guidebook.checks, guidebook.built"], options.limit)
    sources = ours(f"ours, sources of {options.pages} guides")
    ours("ours, sources, filling the cache", cached=True)
    page = root / "docs/Guide0003.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    again = ours("ours, sources, after one edit", cached=True)
    build = measured("mkdocs build --strict", [sys.executable, "-m", "mkdocs", "build", "-q", "--strict", "--site-dir", str(out)], options.limit * 3, root)
    both = ours("ours, sources and rendered site", str(out))
    size = sum(file.stat().st_size for file in out.rglob("*.html")) / 1e6
    print(f"rendered HTML: {size:.0f} MB")
    others: dict[str, float] = {"mkdocs build --strict": build}
    if options.lychee:
        others["lychee, sources"] = measured(
            "lychee, sources", [options.lychee, "--offline", "--include-fragments", "--no-progress", str(root / "docs")], options.limit
        )
    if options.remark:
        command = [
            "node",
            str(options.remark / "node_modules/remark-cli/cli.js"),
            "--quiet",
            "--no-stdout",
            "--use",
            f"{options.remark}/node_modules/remark-validate-links/index.js=repository:false",
            str(root / "docs"),
        ]
        others["remark-validate-links"] = measured("remark-validate-links", command, options.limit, root)
    if options.linkchecker:
        others["LinkChecker"] = measured("LinkChecker on the site", [options.linkchecker, "--no-status", "-t", "10", str(out / "index.html")], options.limit)
    for name, used in others.items():
        print(f"{name}: {used / sources:.1f} times our check of the sources, {used / both:.1f} times sources and site")
    print(
        f"a re-check after one edit: {again / sources:.2f} of a first one, {max(again - nothing, 0) / max(sources - nothing, 0.01):.2f} without the start of Python"
    )


if __name__ == "__main__":
    main()
