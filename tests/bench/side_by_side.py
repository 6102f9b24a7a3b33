"""Our site beside its peers, from the same docs in one run: weight, requests, axe and Lighthouse.

    python tests/bench/side_by_side.py                                        ours and default Material
    python tests/bench/side_by_side.py --zensical ~/zen/bin/zensical          and Zensical, installed apart
    python tests/bench/side_by_side.py --other Starlight=~/starlight/dist     and a site that is built already
    python tests/bench/side_by_side.py --lighthouse ~/lh                      and Lighthouse, from `npm install lighthouse@12` in ~/lh

Weight is what a first visit fetches without a click, as a server sends it with gzip -6, drawings and pictures apart. Requests to
other hosts are counted, not answered where there is no network, which flatters whoever sends them. Lighthouse is its mobile
preset, the median of interleaved rounds; its times are of this machine: compare them within one run alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote, urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from frontdoor import chromium  # noqa: E402
from guidebook import render  # noqa: E402

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
DRAWING = re.compile(rb'<svg xmlns="http://www\.w3\.org/2000/svg" id="dg-.*?</svg>', re.DOTALL)
TEXT = (".html", ".css", ".js", ".json", ".mjs", ".wasm")
PAGE = "gitops"
MATERIAL = """site_name: Advanced Backend and DevOps
site_description: Fourteen tested study guides for senior backend engineers and DevOps architects.
docs_dir: {docs}
site_dir: {out}
theme: {{name: material}}
plugins: [search]
markdown_extensions:
  - attr_list
  - md_in_html
  - tables
  - admonition
  - toc:
      permalink: true
      slugify: !!python/object/apply:pymdownx.slugs.slugify
        kwds: {{case: lower}}
  - pymdownx.highlight
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
"""


@dataclass(slots=True)
class Seen:
    """What a first visit costs, and what axe says over both palettes and two widths."""

    text: float
    requests: int
    strangers: int
    rules: set[str]
    elements: int


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """The address of a server that compresses, and the files that it is asked for."""
    asked: list[Path] = []
    ready: dict[Path, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            file = folder / unquote(urlsplit(self.path).path).lstrip("/")
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file():
                self.send_error(404)
                return
            asked.append(file)
            packed = file.suffix in (*TEXT, ".svg", ".xml", ".txt")
            body = ready.setdefault(file, gzip.compress(file.read_bytes(), 6) if packed else file.read_bytes())
            self.send_response(200)
            self.send_header("Content-Type", (guess_type(file.name)[0] or "application/octet-stream") + ("; charset=utf-8" if packed else ""))
            self.send_header("Content-Length", str(len(body)))
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


def sites(options: argparse.Namespace, folder: Path) -> dict[str, Path]:
    """Name → built site, ours first."""
    found = {"ours": folder / "ours"}
    if findings := render.render(ROOT, found["ours"]):
        sys.exit("\n".join(map(str, findings)))
    for name, command in (("Material", [sys.executable, "-m", "mkdocs"]), ("Zensical", [options.zensical] if options.zensical else [])):
        if not command:
            continue
        place = folder / name
        place.mkdir()
        shutil.copytree(ROOT / "docs", place / "docs", ignore=shutil.ignore_patterns(".pages", "labs"))
        (place / "mkdocs.yml").write_text(MATERIAL.format(docs="docs", out="site"), encoding="utf-8")
        done = subprocess.run([*command, "build", "-f", "mkdocs.yml"], cwd=place, capture_output=True, text=True, check=False)
        if not (place / "site" / "index.html").is_file():
            sys.exit(f"{name} built nothing:\n{done.stdout}{done.stderr}")
        found[name] = place / "site"
    return {**found, **{name: Path(path).expanduser() for name, _, path in (other.partition("=") for other in options.other)}}


def guide(site: Path) -> str:
    """The address of the guide that is measured; some put it into small letters."""
    return next((f"{folder.name}/" for folder in site.iterdir() if folder.name.lower() == PAGE), "")


def look(browser: Browser, site: Path, path: str) -> Seen:
    """One page as a first visitor has it."""
    with serving(site) as (url, asked):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        strangers: list[str] = []
        page.on("request", lambda request: strangers.append(request.url) if not request.url.startswith((url, "data:", "blob:")) else None)
        page.goto(url + path, wait_until="load")
        page.wait_for_timeout(4000)
        context.close()
        files = list(asked)
        found = [node for width in (390, 1280) for scheme in ("light", "dark") for node in violations(browser, url + path, width, scheme)]
    weight = sum(len(gzip.compress(DRAWING.sub(b"", file.read_bytes()), 6)) for file in files if file.suffix in TEXT)
    return Seen(weight / 1024, len(files) + len(strangers), len(strangers), {rule for rule, _ in found}, len(found))


def violations(browser: Browser, url: str, width: int, scheme: str) -> list[tuple[str, str]]:
    """(rule, element) for everything that axe finds."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url, wait_until="load")
    page.wait_for_timeout(1000)
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    context.close()
    return [(item["id"], node["html"]) for item in found for node in item["nodes"]]


def lighthouse(options: argparse.Namespace, browser: Path, all_sites: dict[str, Path]) -> dict[str, list[dict[str, float]]]:
    """Name → the scores of each round; the rounds are interleaved."""
    scores: dict[str, list[dict[str, float]]] = {name: [] for name in all_sites}
    for number in range(options.runs):
        for name, site in all_sites.items():
            with serving(site) as (url, _), tempfile.TemporaryDirectory() as folder:
                out = Path(folder, "report.json")
                command = [options.node, str(Path(options.lighthouse).expanduser() / "node_modules/lighthouse/cli/index.js"), url + guide(site), "--quiet"]
                command += ["--output=json", f"--output-path={out}", "--chrome-flags=--headless=new --no-sandbox"]
                done = subprocess.run(command, env={**os.environ, "CHROME_PATH": str(browser)}, capture_output=True, text=True, timeout=400, check=False)
                if not out.is_file():
                    print(f"Lighthouse said nothing about {name}, round {number + 1}: {done.stderr[-300:]}", file=sys.stderr)
                    continue
                report = json.loads(out.read_text(encoding="utf-8"))
            round_scores = {category: (one["score"] or 0) * 100 for category, one in report["categories"].items()}
            round_scores |= {f"{key} ms": report["audits"][audit]["numericValue"] for key, audit in TIMES.items()}
            round_scores["CLS"] = report["audits"]["cumulative-layout-shift"]["numericValue"]
            scores[name].append(round_scores)
            failed = [key for key, one in report["audits"].items() if one["score"] is not None and one["score"] < 0.9]
            print(f"{name}, round {number + 1}: {', '.join(f'{key} {value:.4g}' for key, value in round_scores.items())}; below 0.9: {failed}", flush=True)
    return scores


TIMES = {"FCP": "first-contentful-paint", "LCP": "largest-contentful-paint", "TBT": "total-blocking-time"}


def main() -> None:
    """Build, look, print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--zensical", help="the program of an installed Zensical")
    parser.add_argument("--other", action="append", default=[], metavar="NAME=SITE")
    parser.add_argument("--lighthouse", metavar="DIR")
    parser.add_argument("--node", default="node")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        all_sites = sites(options, Path(folder))
        executable = chromium.find() or Path(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"] if chromium.is_root() else [])
        print("| site | page | text, style, script KiB | requests | to others | axe: rules | elements |\n|---|---|---|---|---|---|---|")
        for name, site in all_sites.items():
            for path in (guide(site), ""):
                seen = look(browser, site, path)
                rules = f"{len(seen.rules)} ({', '.join(sorted(seen.rules))})" if seen.rules else "0"
                print(f"| {name} | {path or 'index'} | {seen.text:.0f} | {seen.requests} | {seen.strangers} | {rules} | {seen.elements} |", flush=True)
        browser.close()
        if options.lighthouse:
            for name, rounds in lighthouse(options, executable, all_sites).items():
                keys = rounds[0] if rounds else {}
                print(f"| {name}, {len(rounds)} rounds | " + " | ".join(f"{key} {statistics.median(one[key] for one in rounds):.4g}" for key in keys) + " |")


if __name__ == "__main__":
    main()
