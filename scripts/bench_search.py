"""Measure the search against its peers in one run: relevance, bytes and time before the first result.

    python scripts/bench_search.py                        ours, Material's default (lunr) and Pagefind, which is installed for the run
    python scripts/bench_search.py --rounds 5 --all       more repetitions; relevance over the queries that were tuned on as well
    python scripts/bench_search.py --scale 14 140 1400    ours alone, over made-up sites of so many guides

Each engine starts cold, in a fresh profile, on a page that has just loaded. The time is from the key that opens the search until the
first section is in view, with the processor slowed down four times (workers are not, which is to the advantage of lunr); the engines
take turns, so that what else the machine does meets all of them. Bytes are those of the search's own files that were asked for until
then, as a server sends them with gzip -6. The server is on this machine: round trips cost nothing, for nobody.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from frontdoor import chromium
from guidebook import render, search
from guidebook.load import load_site
from guidebook.search import asking, index
from guidebook.search.asking import Query
from guidebook.search.words import words

ROOT = Path(__file__).resolve().parent.parent
TIMED = ("encryption", "circuit breaker", "kafka partition", "raft leader election", "transactional outbox", "consumer group")
FIRST = "first-result"  # what a page asks for when it shows the first result
_PAGEFIND = """
<!doctype html><title>Pagefind</title><input><ol></ol><script type="module">
const list = document.querySelector("ol");
const field = document.querySelector("input");
let pagefind;
addEventListener("keydown", (event) => {
  if (event.key !== "/" || pagefind) return;
  event.preventDefault();
  field.focus();
  pagefind = import("/pagefind/pagefind.js");
});
field.addEventListener("input", async () => {
  const asked = field.value;
  const { results } = await (await pagefind).search(asked);
  const data = await Promise.all(results.slice(0, 5).map((one) => one.data()));
  if (asked !== field.value) return;
  const sections = data.flatMap((one) => one.sub_results.toSorted((a, b) => b.locations.length - a.locations.length).slice(0, 3));
  list.replaceChildren(...sections.map((one) => Object.assign(document.createElement("a"), { href: one.url, textContent: one.title })));
});
</script>
"""


@dataclass(frozen=True)
class Engine:
    """A search in a browser: where it starts, its field, what a found section looks like, which files are its own. `/` opens it."""

    name: str
    start: str
    field: str
    found: str
    own: str  # pattern of the paths


ENGINES = (
    Engine("ours", "GitOps/", "dialog input.search-input", "dialog.search [role=option]", r"^(assets/)?search/"),
    Engine("Material (lunr)", "GitOps/", "input[name=query]", ".md-search-result__link", r"^search/|workers/search"),
    Engine("Pagefind API", "pagefind.html", "input", "ol a", r"^pagefind/"),
)


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder and writes down what was asked for."""

    asked: list[str]

    def send_head(self) -> Any:
        self.asked.append(self.path.partition("?")[0].lstrip("/"))
        return super().send_head()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        with suppress(ConnectionError):  # the page was closed while it still fetched
            super().copyfile(source, outputfile)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a server for the folder, and the list of paths that it is asked for."""
    handler = type("Counting", (Handler,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", handler.asked
        server.shutdown()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the search against its peers.")
    parser.add_argument("--rounds", type=int, default=3, help="how often each query is timed")
    parser.add_argument("--all", action="store_true", help="judge relevance over all queries, not only over those that are held back")
    parser.add_argument("--scale", type=int, nargs="+", metavar="GUIDES", help="measure ours alone, over made-up sites of so many guides")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        executable = chromium.find() or Path(playwright.chromium.executable_path)
        with playwright.chromium.launch(executable_path=executable, chromium_sandbox=not chromium.is_root()) as browser:
            if options.scale:
                scale(browser, Path(folder), options.scale, options.rounds)
            else:
                compare(browser, Path(folder), options.rounds, options.all)
    return 0


def compare(browser: Browser, folder: Path, rounds: int, everything: bool) -> None:
    """Ours and its peers over the real guides and the query sets."""
    own, material = folder / "own", folder / "material"
    for finding in render.render(ROOT, own):
        print(finding, file=sys.stderr)
    with_lunr(folder, material)
    sites = {"ours": own, "Material (lunr)": material}
    if missing := pagefind(folder, own):
        print(f"Pagefind is left out: {missing}", file=sys.stderr)
    else:
        sites["Pagefind API"] = own
    engines = [engine for engine in ENGINES if engine.name in sites]
    queries = [query for query in asking.queries(ROOT / "tests" / "search") if everything or query.held_back]
    with ExitStack() as stack:
        servers = {engine.name: stack.enter_context(serving(sites[engine.name])) for engine in engines}
        runs = {engine.name: [] for engine in engines}  # type: dict[str, list[tuple[int, float]]]
        for text in TIMED * rounds:
            for engine in engines:
                runs[engine.name].append(first_result(browser, engine, *servers[engine.name], sites[engine.name], text))
        print("| engine | queries | success@1 | success@3 | MRR@10 | nothing found | KiB before the first result | ms, median (least, most) | times ours |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for engine in engines:
            tops = answers(browser, engine, servers[engine.name][0], queries)
            for held in sorted({query.held_back for query in queries}):
                asked = [(query, top) for query, top in zip(queries, tops, strict=True) if query.held_back == held]
                score = asking.score([query for query, _ in asked], [top for _, top in asked])
                print(
                    f"| {engine.name} | {score.queries} {'held back' if held else 'tuned on'} | {score.first:.3f} | {score.three:.3f} | {score.reciprocal:.3f} "
                    f"| {sum(not top for _, top in asked)} | {cost(runs[engine.name])} | {middle(runs[engine.name]) / middle(runs['ours']):.2f} |",
                    flush=True,
                )


def middle(runs: Sequence[tuple[int, float]]) -> float:
    """The median of the times."""
    return statistics.median(time for _, time in runs)


def cost(runs: Sequence[tuple[int, float]]) -> str:
    """Bytes and times as two cells of the table: the median, and the extremes."""
    sizes, times = zip(*runs, strict=True)
    return f"{statistics.median(sizes) / 1024:.0f} ({min(sizes) / 1024:.0f}–{max(sizes) / 1024:.0f}) | {statistics.median(times):.0f} ({min(times):.0f}–{max(times):.0f})"


def with_lunr(folder: Path, out: Path) -> None:
    """The same guides as MkDocs and the theme make them: its own search, its own templates, no scripts of ours."""
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = re.sub(r"^hooks:.*\n|^  (?:custom_dir|favicon):.*\n|^extra_css:.*\n|^extra_javascript:\n(?:  .*\n)+", "", config, flags=re.MULTILINE)
    config = config.replace("plugins:\n", "plugins:\n  - search\n").replace("docs_dir: docs", f"docs_dir: {json.dumps(str(ROOT / 'docs'))}")
    (folder / "lunr.yml").write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(folder / "lunr.yml"), "--site-dir", str(out)]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "SITE_URL": ""}, stderr=subprocess.DEVNULL, check=True)


def pagefind(folder: Path, site: Path) -> str:
    """Index the site with Pagefind, installed into an environment of its own; what is missing, if that fails."""
    environment = folder / "pagefind"
    venv.create(environment, with_pip=True)
    python = environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    for command in (["-m", "pip", "install", "--quiet", "pagefind[bin]"], ["-m", "pagefind", "--site", str(site), "--root-selector", "article"]):
        done = subprocess.run([str(python), *command], capture_output=True, encoding="utf-8", errors="replace", check=False)
        if done.returncode:
            return f"`python {' '.join(command)}` failed: {(done.stderr or done.stdout).strip()[-300:]}"
    (site / "pagefind.html").write_text(_PAGEFIND, encoding="utf-8")
    return ""


def first_result(browser: Browser, engine: Engine, url: str, asked: list[str], folder: Path, text: str) -> tuple[int, float]:
    """Bytes of the search's files, and milliseconds from the key that opens it to the first section, in a fresh profile."""
    context = browser.new_context()
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(_STOPWATCH % (json.dumps(engine.found), json.dumps(url + FIRST)))
    asked.clear()
    page.goto(url + engine.start)
    until(page, f"document.activeElement?.matches({json.dumps(engine.field)})", lambda: page.keyboard.press("/"))  # again, if the page was not ready for the key
    page.keyboard.type(text)
    until(page, "'until' in window")
    taken = page.evaluate("window.until - window.since")
    page.wait_for_timeout(100)
    before = asked[: asked.index(FIRST)] if FIRST in asked else asked
    own = {path for path in before if re.search(engine.own, path)}
    context.close()
    return sum(len(zlib.compress((folder / path).read_bytes(), 6)) for path in own), taken


def until(page: Page, truth: str, trying: Callable[[], object] = lambda: None) -> None:
    """Wait, half a minute at most; Playwright's own waiting evaluates a text, which the policy of the site forbids."""
    began = time.monotonic()
    while not page.evaluate(f"Boolean({truth})"):
        if time.monotonic() > began + 30:
            raise TimeoutError(f"never true on {page.url}: {truth}")
        trying()
        page.wait_for_timeout(50)


_STOPWATCH = """
addEventListener("keydown", () => (window.since ??= performance.now()), true);
const looking = () => {
  if (!window.since || !document.querySelector(%s)?.checkVisibility()) return requestAnimationFrame(looking);
  window.until = performance.now();
  fetch(%s).catch(() => {});
};
looking();
"""


def answers(browser: Browser, engine: Engine, url: str, queries: Sequence[Query]) -> list[list[str]]:
    """The sections that the engine shows for each query, in the order of its list."""
    page = browser.new_page()
    page.goto(url + engine.start)
    page.keyboard.press("/")
    page.keyboard.type("warm up")
    page.wait_for_selector(engine.found)
    found = [_answer(page, engine, url, query.text) for query in queries]
    page.close()
    return found


def _answer(page: Page, engine: Engine, url: str, text: str) -> list[str]:
    field = page.locator(engine.field)
    for asked in ("", text):  # emptied first, so that no answer to the query before is taken for one to this
        field.fill(asked)
        field.press("End")  # Material listens to keys, not to the value
        last: list[str] = []
        for _ in range(20):  # until the list stands still
            page.wait_for_timeout(90)
            hrefs = page.locator(engine.found).evaluate_all("all => all.map((one) => one.href)")
            if bool(hrefs) == bool(asked) and hrefs == last:
                break
            last = hrefs
    sections = [re.sub(r"\?[^#]*", "", href).removeprefix(url) for href in last]
    return [section for section in dict.fromkeys(sections) if engine.name == "ours" or "#" in section][:10]


# ---- Scale ----


def scale(browser: Browser, folder: Path, guides: Sequence[int], rounds: int) -> None:
    """Ours over made-up guides: real sentences shuffled, with new rare words as a growing vocabulary brings them."""
    base = folder / "base"
    render.render(ROOT, base)
    library = search.library(load_site(ROOT), base)
    books = [book for book in library.books if book.section != search.MORE]
    print("| guides | sections | words | text, MiB | index built in s | files | all files, MiB | KiB before the first result | ms, median (least, most) |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for count in guides:
        made = replace(library, books=list(_made(books, count)))
        began = time.monotonic()
        shutil.rmtree(base / search.FOLDER)
        (base / search.FOLDER).mkdir()
        for name, content in index.build(made):
            (base / search.FOLDER / name).write_text(content, encoding="utf-8")
        took = time.monotonic() - began
        with serving(base) as server:
            runs = [first_result(browser, ENGINES[0], *server, base, text) for text in TIMED * rounds]
        files = [len(zlib.compress(file.read_bytes(), 6)) for file in (base / search.FOLDER).iterdir()]
        text = sum(len(one.prose) + len(one.code) for book in made.books for one in book.passages)
        spellings = {word for book in made.books for one in book.passages for word in words(one.prose)}
        print(
            f"| {count} | {sum(len(list(book.passages)) for book in made.books)} | {len(spellings)} | {text / 2**20:.1f} | {took:.1f} | {len(files)} | {sum(files) / 2**20:.1f} | {cost(runs)} |",
            flush=True,
        )


def _made(books: Sequence[index.Book], count: int) -> Iterator[index.Book]:
    """The first guides are the real ones; of the others, one word in sixty is new to each ten guides, as in texts of many authors."""
    yield from books[:count]
    chance = random.Random(14)
    sentences = [sentence for book in books for one in book.passages for sentence in one.prose.split(". ")]
    for number in range(len(books), count):
        book = books[number % len(books)]
        change: Callable[[str], str] = partial(re.sub, r"\b[a-z]{6,9}\b", lambda match, n=number: _new(match[0], n, chance))
        made = [replace(one, prose=change(". ".join(chance.choices(sentences, k=one.prose.count(". ") + 1))), heading=change(one.heading)) for one in book.passages]
        yield replace(book, address=f"G{number}/", title=f"{book.title} {number}", passages=made)


def _new(word: str, number: int, chance: random.Random) -> str:
    return word[:3] + f"{chance.randrange(number // 10 * 40 + 40):x}".translate(str.maketrans("0123456789", "ghijklmnop")) + word[3:] if chance.random() < 1 / 15 else word


if __name__ == "__main__":
    raise SystemExit(main())
