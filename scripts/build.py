"""Check the guides, render the site, serve it: a thin door to `guidebook`.

    python3 scripts/run.py check | build | serve | sync      (makes the environment first)
    python scripts/build.py check | build | serve | sync     (in an environment that is there)

Exit status: 0 clean, 1 findings, 2 misuse. Findings go to stdout, progress to stderr.
What only some tasks need is imported by them, since a start should not cost more than the task.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from guidebook import checks, report
from guidebook.aside import aside
from guidebook.cache import FOLDER, Cache
from guidebook.load import load_site
from guidebook.misuse import Misuse
from guidebook.model import Diagnostic, Site

if TYPE_CHECKING:
    from guidebook.rendering.derived import Readings

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
        status: int = options.task(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` has seen enough; nothing more is written, not even at the end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="build.py", description="Check the guides, render the site, serve it.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the directory that holds docs/ (default: this checkout)")
    tasks = parser.add_subparsers(dest="name", metavar="check | build | serve | sync | new | freshness | offline | pdf", required=True)
    check_task = tasks.add_parser("check", help="report what is wrong, change nothing")
    build_task = tasks.add_parser("build", help="check, render into site/, judge what was rendered")
    serve_task = tasks.add_parser("serve", help="check, render and serve, again at every save")
    sync_task = tasks.add_parser("sync", help="rewrite what a machine can write: mirrored labs, numbers, statistics")
    new_task = tasks.add_parser("new", help="begin a guide, a lab, a rule or a term from a template")
    check_task.add_argument("files", nargs="*", metavar="FILE", help="check only these, and what points to them")
    check_task.add_argument("--changed", nargs="?", const="", metavar="BASE", help="check only what differs from BASE (default: origin/main, else main)")
    check_task.add_argument("--staged", action="store_true", help="look at what the next commit will hold, not at the working tree; without FILE, at what it changes")
    check_task.add_argument("--fix", action="store_true", help="first make every repair of which there is only one")
    check_task.add_argument("--external", action="store_true", help="ask other people's servers as well; takes minutes")
    check_task.add_argument("--only", default="", metavar="RULES", help="print findings of rules that begin so: `link-`, `external-`")
    for task in (check_task, build_task):
        task.add_argument("--format", choices=sorted(report.FORMATS), default="text", help="how findings are printed")
    build_task.add_argument("--out", type=Path, help="the directory to write (default: site/ beside docs/)")
    serve_task.add_argument("--host", default="127.0.0.1")
    serve_task.add_argument("--port", type=int, default=8000)
    new_task.add_argument("kind", choices=["guide", "lab", "rule", "term"])
    new_task.add_argument("title", metavar="NAME", help="`Edge Computing`, `gitops/drift`, `heading-too-long`, `Fencing token`")
    new_task.add_argument("--section", default="", help="of the index, for a guide")
    age_task = tasks.add_parser("freshness", help="per guide: age, words, sources, what is tested, the weakest section")
    age_task.add_argument("--due", action="store_true", help="only the guides that were not reviewed for half a year")
    age_task.add_argument("--releases", action="store_true", help="ask other people's servers for newer releases of what the guides cover")
    age_task.add_argument("--of", metavar="GUIDE", help="list what the columns about the prose of one guide count, each at its place")
    age_task.add_argument("--format", choices=["markdown", "text"], default="text")
    offline_task = tasks.add_parser("offline", help="build, and pack the site for reading from the disk: dist/*.zip")
    pdf_task = tasks.add_parser("pdf", help="build, and print each guide and the whole: dist/*.pdf")
    pdf_task.add_argument("names", nargs="*", metavar="GUIDE", help="only these, or `advanced-backend-and-devops` for the whole")
    for task in (offline_task, pdf_task):
        task.set_defaults(format="text", out=None)
    for task, function in ((offline_task, offline), (pdf_task, print_pdfs), (age_task, age), (new_task, new), (check_task, check), (build_task, build), (serve_task, serve), (sync_task, sync)):
        task.set_defaults(task=function)
    options = parser.parse_args(argv)
    options.root = options.root.resolve()
    return options


def check(options: argparse.Namespace) -> int:
    """Report every finding in the sources; with --fix, those that are left after the repairs."""
    from guidebook import staged

    here = Path(os.environ.get("GUIDEBOOK_FROM", ".")).resolve()
    try:
        if not options.staged:
            return _check(options, options.root, here)
        if options.fix or options.changed is not None:
            raise Misuse("`--staged` goes neither with `--fix` nor with `--changed`", "repair the working tree, then `git add` the repairs")
        with staged.tree(options.root) as root:
            return _check(options, root, root / here.relative_to(options.root) if here.is_relative_to(options.root) else here)
    except Misuse as misuse:
        return _misused(misuse)


def _check(options: argparse.Namespace, root: Path, here: Path) -> int:
    """The same of the tree `root`, files named from `here`."""
    from guidebook import changed, staged
    from guidebook.edits import apply

    site = _load(root, options.root)
    paths = changed.since(root, options.changed) if options.changed is not None else []
    paths += staged.paths(options.root) if options.staged and not options.files else changed.named(site, options.files, here)
    part = options.changed is not None or options.staged or options.files
    rules = [*checks.ALL, *(rule for rule in checks.SUMMARY if checks.rule_id(rule) == options.only)]
    look = _with_external if options.external else partial(changed.check, paths=paths, rules=rules) if part else partial(checks.run, checks=rules)
    findings = look(site)
    for _ in range(5 if options.fix else 0):  # a repair may make another one possible
        rewritten = apply(root, [finding.fix for finding in findings if finding.fix])
        for path in rewritten:
            _progress(f"rewrote {path}")
        if not rewritten:
            break
        site = _load(root)
        findings = look(site)
    findings = [finding for finding in findings if finding.rule.startswith(options.only)]
    if part and (summary := os.environ.get("GITHUB_STEP_SUMMARY")):
        with open(summary, "a", encoding="utf-8") as file:
            file.write(changed.table(site, paths, findings))
    return _report(findings, site, options.format)


def _misused(misuse: Misuse) -> int:
    print(f"error: {misuse}\n  help: {misuse.help}", file=sys.stderr)
    return 2


def _with_external(site: Site) -> list[Diagnostic]:
    """What a commit is checked for, and what other people's servers say."""
    from guidebook import external

    return sorted([*checks.run(site), *external.check(site, external.memory_of(site.root), external.default_asker(site), _bar)], key=lambda finding: finding.location)


def _bar(done: int, total: int) -> None:
    """A bar on a terminal, a line for every tenth elsewhere."""
    if sys.stderr.isatty():
        print(f"\r[{'#' * (30 * done // total):30}] {done} of {total} addresses", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total or done * 10 // total > (done - 1) * 10 // total:
        _progress(f"{done} of {total} addresses")


def _load(root: Path, remembers: Path | None = None) -> Site:
    """The site below `root`, with what is remembered there, or below another directory."""
    cache = Cache((remembers or root) / FOLDER)
    site = load_site(root, cache)
    cache.save()
    return site


def build(options: argparse.Namespace) -> int:
    """Replace the site by a new one, unless anything is wrong with that."""
    import tempfile

    from guidebook import render, verdicts
    from guidebook.rendering.store import Store

    site = _load(options.root)
    checked = aside(partial(verdicts.run, site, Store(options.root / FOLDER / "pages")))
    out = options.out or options.root / "site"
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=out.parent) as temporary:
        new = Path(temporary, "new")
        _progress(f"rendering {len(site.pages)} pages")
        wrong = render.render(options.root, new, site, [_judge])
        findings = checked() or wrong  # what is wrong in the sources explains what is wrong on a page
        if not findings:
            _swap(new, out, Path(temporary, "old"))
            _progress(f"wrote {out}")
    return _report(findings, site, options.format)


def _judge(site: Site, out: Path, readings: Readings, searched: Callable[[], None]) -> list[Diagnostic]:
    """What is wrong with the rendered site; what is known of its pages is not read again."""
    from guidebook import budget, built

    return [*budget.judge(site, out, readings.compressed), *built.judge(site, out, readings.rendered, searched)]


def _swap(new: Path, out: Path, old: Path) -> None:
    """Put the new directory in the place of the old one: two renames, nothing half-built in between."""
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def serve(options: argparse.Namespace) -> int:
    """Serve with live reload; findings are printed and shown, but a page that is half written can still be looked at."""
    from guidebook.rendering import preview

    gc.enable()
    return preview.serve(options.root, options.host, options.port, _say)


def _say(findings: Sequence[Diagnostic], pages: int) -> None:
    if findings:
        print(report.FORMATS["text"](findings), flush=True)
    _progress(report.summary(findings, pages))


def sync(options: argparse.Namespace) -> int:
    """Write what a machine can write; a check says when it is stale."""
    from guidebook import labs, runner, statistics
    from guidebook.edits import apply

    site = load_site(options.root)
    rewritten = apply(options.root, [*labs.sync_edits(site), *runner.sync_edits(site), *statistics.sync_edits(site)])
    for path in rewritten:
        print(f"rewrote {path}")
    return 0


def new(options: argparse.Namespace) -> int:
    """Begin a guide, lab, term or rule, and say what is left to write."""
    import datetime

    from guidebook import scaffold
    from guidebook.checks import prose

    site = load_site(options.root)
    plans = {
        "guide": lambda: scaffold.guide(site, options.title, options.section, datetime.date.today()),
        "lab": lambda: scaffold.lab(site, options.title),
        "term": lambda: scaffold.term(site, options.title),
        "rule": lambda: scaffold.rule(site, options.title),
    }
    try:
        plan = plans[options.kind]()
        written = scaffold.carry_out(options.root, plan)
    except Misuse as misuse:
        return _misused(misuse)
    for path in written:
        print(f"wrote {path}")
    before = {(finding.location.path, finding.message) for finding in prose.guide_to_write(site)}
    places = [finding for finding in checks.run(load_site(options.root), [prose.guide_to_write]) if (finding.location.path, finding.message) not in before]
    print("\n".join(["left to do:", *(f"  {finding.location}: {finding.message}" for finding in places), *(f"  {words}" for words in plan.left)]))
    return 0


def age(options: argparse.Namespace) -> int:
    """Print how fresh and how well supported each guide is; with --due or --releases, only what asks to be read again: exit 1 if anything does."""
    import datetime

    from guidebook import freshness

    site, today = _load(options.root), datetime.date.today()
    if options.releases:
        return _releases(site, options.format)
    if options.of:
        return _places(site, options.of, options.format)
    if options.due:
        if findings := list(freshness.due(site, today)):
            print(report.FORMATS[options.format](findings))
        return 1 if findings else 0
    print(freshness.as_markdown(freshness.rows(site, today)) if options.format == "markdown" else freshness.as_text(freshness.rows(site, today)))
    return 0


def offline(options: argparse.Namespace) -> int:
    """Build the site, and pack it for reading from the disk."""
    from guidebook import artefacts

    return build(options) or _report(artefacts.write_offline(options.root / "site", options.root / "dist", _progress), _load(options.root), "text")


def print_pdfs(options: argparse.Namespace) -> int:
    """Build the site, and print it."""
    from guidebook import artefacts

    try:
        return build(options) or _report(artefacts.write_pdfs(site := _load(options.root), options.root / "site", options.root / "dist", options.names, _progress), site, "text")
    except Misuse as misuse:
        return _misused(misuse)


def _releases(site: Site, form: str) -> int:
    """Print what has a newer release; to stderr, what could not be asked. Exit 1 if anything is newer, 2 if nobody answered."""
    from guidebook import external, releases

    newer, silent = releases.check(entries := list(releases.covered(site)), external.default_asker(site), _progress)
    if newer:
        print(report.FORMATS[form](newer))
    if silent:
        _progress(report.as_text(silent, "note"))
    if releases.unheard(entries, silent):
        return _misused(Misuse("nobody answered, so nothing is known about newer releases", "look at the network, and ask again"))
    return 1 if newer else 0


def _places(site: Site, word: str, form: str) -> int:
    """Where the prose of a guide falls short of what an editor would like; no reason to fail."""
    from guidebook import changed, freshness

    try:
        page = site.pages.get(changed.named(site, [word], Path(os.environ.get("GUIDEBOOK_FROM", ".")))[0])
    except Misuse as misuse:
        return _misused(misuse)
    if page and (found := freshness.places(site, page)):
        print(report.as_text(found, "note") if form == "text" else report.FORMATS[form](found))
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
