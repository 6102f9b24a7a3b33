"""Check the guides, render the site, serve it: a thin door to `guidebook`.

    python3 scripts/run.py check | build | serve | sync      (makes the environment first)
    python scripts/build.py check | build | serve | sync     (in an environment that is there)

Exit status: 0 clean, 1 findings, 2 misuse. Findings go to stdout, progress to stderr.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from guidebook import budget, built, checks, external, labs, render, report, runner, statistics
from guidebook.cache import Cache
from guidebook.edits import apply
from guidebook.load import load_site
from guidebook.model import Diagnostic, Site

ROOT = Path(__file__).resolve().parent.parent


def main(argv: Sequence[str] | None = None) -> int:
    """Run one task; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    options = _options(argv)
    if not (options.root / "docs").is_dir():
        print(f"error: {options.root} has no directory docs/\n  help: run this in a checkout of the guides, or name one with --root", file=sys.stderr)
        return 2
    try:
        return options.task(options)
    except KeyboardInterrupt:
        return 130


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="build.py", description="Check the guides, render the site, serve it.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the directory that holds docs/ (default: this checkout)")
    tasks = parser.add_subparsers(dest="name", metavar="check | build | serve | sync", required=True)
    check_task = tasks.add_parser("check", help="report what is wrong, change nothing")
    build_task = tasks.add_parser("build", help="check, render into site/, judge what was rendered")
    serve_task = tasks.add_parser("serve", help="check, render and serve, again at every save")
    sync_task = tasks.add_parser("sync", help="rewrite what a machine can write: mirrored labs, numbers, statistics")
    check_task.add_argument("--fix", action="store_true", help="first make every repair of which there is only one")
    check_task.add_argument("--external", action="store_true", help="ask other people's servers as well; takes minutes")
    check_task.add_argument("--only", default="", metavar="RULES", help="print findings of rules that begin so: `link-`, `external-`")
    for task in (check_task, build_task):
        task.add_argument("--format", choices=sorted(report.FORMATS), default="text", help="how findings are printed")
    build_task.add_argument("--out", type=Path, help="the directory to write (default: site/ beside docs/)")
    serve_task.add_argument("--host", default="127.0.0.1")
    serve_task.add_argument("--port", type=int, default=8000)
    for task, function in ((check_task, check), (build_task, build), (serve_task, serve), (sync_task, sync)):
        task.set_defaults(task=function)
    options = parser.parse_args(argv)
    options.root = options.root.resolve()
    return options


def check(options: argparse.Namespace) -> int:
    """Report every finding in the sources; with --fix, those that are left after the repairs."""
    look = _with_external if options.external else checks.run
    site = _load(options.root)
    findings = look(site)
    for _ in range(5 if options.fix else 0):  # a repair may make another one possible
        changed = apply(options.root, [finding.fix for finding in findings if finding.fix])
        for path in changed:
            _progress(f"rewrote {path}")
        if not changed:
            break
        site = _load(options.root)
        findings = look(site)
    return _report([finding for finding in findings if finding.rule.startswith(options.only)], site, options.format)


def _with_external(site: Site) -> list[Diagnostic]:
    """What a commit is checked for, and what other people's servers say."""
    return sorted([*checks.run(site), *external.check(site, external.memory_of(site.root), external.default_asker(site), _bar)], key=lambda finding: finding.location)


def _bar(done: int, total: int) -> None:
    """A bar on a terminal, a line for every tenth elsewhere."""
    if sys.stderr.isatty():
        print(f"\r[{'#' * (30 * done // total):30}] {done} of {total} addresses", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total or done * 10 // total > (done - 1) * 10 // total:
        _progress(f"{done} of {total} addresses")


def _load(root: Path) -> Site:
    cache = Cache(root / ".cache" / "guidebook")
    site = load_site(root, cache)
    cache.save()
    return site


def build(options: argparse.Namespace) -> int:
    """Replace the site by a new one, unless anything is wrong with that."""
    site = _load(options.root)
    findings = checks.run(site)
    if findings:
        return _report(findings, site, options.format)
    out = options.out or options.root / "site"
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=out.parent) as temporary:
        new = Path(temporary, "new")
        _progress(f"rendering {len(site.pages)} pages")
        wrong = render.render(options.root, new) or sorted([*built.judge(site, new), *budget.judge(site, new)])
        if not wrong:
            _swap(new, out, Path(temporary, "old"))
            _progress(f"wrote {out}")
    return _report([*findings, *wrong], site, options.format)


def _swap(new: Path, out: Path, old: Path) -> None:
    """Put the new directory in the place of the old one: two renames, nothing half-built in between."""
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def serve(options: argparse.Namespace) -> int:
    """Serve with live reload; findings are printed, but a page that is half written can still be looked at."""
    _report(checks.run(site := load_site(options.root)), site, "text")
    return render.serve(options.root, options.host, options.port)


def sync(options: argparse.Namespace) -> int:
    """Write what a machine can write; a check says when it is stale."""
    site = load_site(options.root)
    changed = apply(options.root, [*labs.sync_edits(site), *runner.sync_edits(site), *statistics.sync_edits(site)])
    for path in changed:
        print(f"rewrote {path}")
    return 0


def _report(findings: Sequence[Diagnostic], site: Site, form: str) -> int:
    """Print the findings; return 1 if there are errors among them."""
    text = report.FORMATS[form](findings)
    if text:
        print(text)
    if form == "text" and findings and os.environ.get("GITHUB_ACTIONS") == "true":
        print(report.as_github(findings))
    _progress(report.summary(findings, len(site.pages)))
    return 1 if findings else 0


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    gc.disable()  # a run of seconds, in which hardly anything becomes garbage
    raise SystemExit(main())
