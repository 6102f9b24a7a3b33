"""Measure the search against its peers in one run: relevance over the query sets, bytes and time before the first result.

    python scripts/bench_search.py                        ours, Material's default (lunr), Pagefind where it is installed (PyPI, npm)
    python scripts/bench_search.py --scale 14 140 1400    ours alone, over made-up sites of so many guides

Bytes are those of the search's own files, as a server sends them with gzip -6; the time is from the first key to the first section
in view, in Chromium with the processor slowed down four times (workers are not), from a server on this machine.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
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

ROOT = Path(__file__).resolve().parent.parent
TIMED = ("encryption", "circuit breaker", "kafka partition", "raft leader election")
RUNS = 3
_PAGEFIND = """
<!doctype html><title>Pagefind</title><input autofocus><ol></ol><script type="module">
const list = document.querySelector("ol");
document.querySelector("input").addEventListener("input", async (event) => {
  const pagefind = await import("/pagefind/pagefind.js");
  const { results } = await pagefind.search(event.target.value);
  const data = await Promise.all(results.slice(0, 5).map((one) => one.data()));
  const sections = data.flatMap((one) => one.sub_results.toSorted((a, b) => b.locations.length - a.locations.length).slice(0, 3));
  list.replaceChildren(...sections.map((one) => Object.assign(document.createElement("a"), { href: one.url, textContent: one.title })));
  list.dataset.query = event.target.value;
});
</script>
"""


@dataclass(frozen=True)
class Engine:
    """A search in a browser: where it starts, how its field is reached, what a found section looks like, which files are its own."""

    name: str
    start: str
    reach: str  # a key, or nothing where the field has the focus
    found: str
    own: str  # pattern of the paths


ENGINES = (
    Engine("ours", "GitOps/", "/", "dialog.search [role=option]", r"^(assets/)?search/"),
    Engine("Material (lunr)", "GitOps/", "/", ".md-search-result__link", r"^search/|workers/search"),
    Engine("Pagefind API", "pagefind.html", "", "ol a", r"^pagefind/"),
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
    parser.add_argument("--scale", type=int, nargs="+", metavar="GUIDES", help="measure ours alone, over made-up sites of so many guides")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        executable = chromium.find() or Path(playwright.chromium.executable_path)
        with playwright.chromium.launch(executable_path=executable, chromium_sandbox=not chromium.is_root()) as browser:
            task = partial(scale, guides=options.scale) if options.scale else compare
            task(browser, Path(folder))
    return 0


def compare(browser: Browser, folder: Path) -> None:
    """Ours and its peers over the real guides and the query sets."""
    own, material = folder / "own", folder / "material"
    for finding in [*render.render(ROOT, own), *with_lunr(folder, material)]:
        print(finding, file=sys.stderr)
    sites = {"ours": own, "Material (lunr)": material}
    if pagefind(own):
        sites["Pagefind API"] = own
    queries = asking.queries(ROOT / "tests" / "search")
    print("| engine | queries | success@1 | success@3 | MRR@10 | held back: success@3 | MRR@10 | nothing found | KiB before the first result | ms, median (least, most) |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for engine in ENGINES:
        if engine.name not in sites:
            print(f"| {engine.name} | not installed |")
            continue
        with serving(sites[engine.name]) as (url, asked):
            sizes, times = first_results(browser, engine, url, asked, sites[engine.name])
            tops = answers(browser, engine, url, queries)
        held = [(query, top) for query, top in zip(queries, tops, strict=True) if query.held_back]
        everything, half = asking.score(queries, tops), asking.score([query for query, _ in held], [top for _, top in held])
        print(
            f"| {engine.name} | {everything.queries} | {everything.first:.3f} | {everything.three:.3f} | {everything.reciprocal:.3f} | {half.three:.3f} | {half.reciprocal:.3f} "
            f"| {sum(not top for top in tops)} | {statistics.median(sizes) / 1024:.0f} ({min(sizes) / 1024:.0f}–{max(sizes) / 1024:.0f}) "
            f"| {statistics.median(times):.0f} ({min(times):.0f}–{max(times):.0f}) |",
            flush=True,
        )


def with_lunr(folder: Path, out: Path) -> list[object]:
    """The same guides with the theme's own search, its own templates and no scripts of ours."""
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    config = re.sub(r"^hooks:.*\n|^  (?:custom_dir|favicon):.*\n|^extra_css:.*\n|^extra_javascript:\n(?:  .*\n)+", "", config, flags=re.MULTILINE)
    config = config.replace("plugins:\n", "plugins:\n  - search\n").replace("docs_dir: docs", f"docs_dir: {ROOT / 'docs'}")
    (folder / "lunr").mkdir()
    (folder / "lunr" / "mkdocs.yml").write_text(config, encoding="utf-8")
    return list(render.render(folder / "lunr", out))


def pagefind(site: Path) -> bool:
    """Index the site with Pagefind, if it is installed."""
    for command in ([sys.executable, "-m", "pagefind"], [shutil.which("pagefind") or "", ""][:1], ["npx", "--no-install", "pagefind"]):
        if command[0] and shutil.which(command[0]):
            done = subprocess.run([*command, "--site", str(site), "--root-selector", "article"], capture_output=True, cwd=Path.cwd(), check=False)
            if done.returncode == 0:
                (site / "pagefind.html").write_text(_PAGEFIND, encoding="utf-8")
                return True
    return False


def first_results(browser: Browser, engine: Engine, url: str, asked: list[str], folder: Path) -> tuple[list[int], list[float]]:
    """For each timed query, in a fresh profile: bytes of the search's files, and milliseconds from the first key."""
    sizes, times = [], []
    for text in TIMED * RUNS:
        context = browser.new_context()
        page = context.new_page()
        asked.clear()
        page.goto(url + engine.start)
        page.wait_for_timeout(2000)
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
        if engine.reach:
            page.keyboard.press(engine.reach)
        page.evaluate(_STOPWATCH, engine.found)
        page.keyboard.type(text)
        page.wait_for_function("window.until", timeout=60_000)
        times.append(page.evaluate("window.until - window.since"))
        own = {path for path in asked if re.search(engine.own, path)}
        sizes.append(sum(len(zlib.compress((folder / path).read_bytes(), 6)) for path in own))
        context.close()
    return sizes, times


_STOPWATCH = """(found) => {
  addEventListener("keydown", () => (window.since ??= performance.now()), true);
  const look = () => { if (window.since && document.querySelector(found)) window.until ??= performance.now(); else requestAnimationFrame(look); };
  look();
}"""


def answers(browser: Browser, engine: Engine, url: str, queries: Sequence[Query]) -> list[list[str]]:
    """The sections that the engine shows for each query, in the order of its list."""
    page = browser.new_page()
    page.goto(url + engine.start)
    page.wait_for_timeout(1500)
    if engine.reach:
        page.keyboard.press(engine.reach)
    page.keyboard.type("warm up")
    page.wait_for_selector(engine.found)
    return [_answer(page, engine, url, query.text) for query in queries]


def _answer(page: Page, engine: Engine, url: str, text: str) -> list[str]:
    field = page.locator("input[name=query]" if "Material" in engine.name else "dialog input.search-input" if engine.name == "ours" else "input")
    field.fill(text)
    field.press("End")  # Material listens to keys, not to the value
    last: list[str] = []
    for _ in range(10):  # until the list stands still
        page.wait_for_timeout(90)
        hrefs = page.locator(engine.found).evaluate_all("all => all.map((one) => one.href)")
        if hrefs and hrefs == last:
            break
        last = hrefs
    sections = [re.sub(r"\?[^#]*", "", href).removeprefix(url) for href in last]
    return [section for section in dict.fromkeys(sections) if engine.name == "ours" or "#" in section][:10]


# ---- Scale ----


def scale(browser: Browser, folder: Path, guides: Sequence[int]) -> None:
    """Ours over made-up guides: real sentences shuffled, with new rare words as a growing vocabulary brings them."""
    base = folder / "base"
    render.render(ROOT, base)
    site = load_site(ROOT)
    books = [book for book in search.books(site, base) if book.section != search.MORE]
    entries = [search.entry(site, term) for term in site.terms]
    print("| guides | sections | text, MiB | index built in s | index.js, KiB | all files, MiB | KiB before the first result | ms, median (least, most) |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for count in guides:
        made = list(_made(books, count))
        began = time.monotonic()
        shutil.rmtree(base / search.FOLDER)
        (base / search.FOLDER).mkdir()
        for name, content in index.build(made, entries):
            (base / search.FOLDER / name).write_text(content, encoding="utf-8")
        took = time.monotonic() - began
        with serving(base) as (url, asked):
            sizes, times = first_results(browser, ENGINES[0], url, asked, base)
        files = [len(zlib.compress(file.read_bytes(), 6)) for file in (base / search.FOLDER).iterdir()]
        first = len(zlib.compress((base / search.FOLDER / "index.js").read_bytes(), 6))
        text = sum(len(one.prose) + len(one.code) for book in made for one in book.passages)
        print(
            f"| {count} | {sum(len(book.passages) for book in made)} | {text / 2**20:.1f} | {took:.1f} | {first / 1024:.0f} | {sum(files) / 2**20:.1f} "
            f"| {statistics.median(sizes) / 1024:.0f} ({min(sizes) / 1024:.0f}–{max(sizes) / 1024:.0f}) | {statistics.median(times):.0f} ({min(times):.0f}–{max(times):.0f}) |",
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
