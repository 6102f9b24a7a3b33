"""Links to other people's servers: asked politely, remembered, and judged. Never part of the check of a commit."""

from __future__ import annotations

import datetime
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from guidebook.allowances import passing
from guidebook.cache import FOLDER
from guidebook.checks.addresses import outward
from guidebook.fetch import Client, Unreachable, Unsafe
from guidebook.hosts import is_private
from guidebook.memory import Memory
from guidebook.model import Diagnostic, Edit, Link, Page, Site
from guidebook.verdict import DEAD, MOVED, NO_FRAGMENT, OK, UNKNOWN, Asker, Patience, Verdict

ARCHIVE = "https://archive.org/wayback/available?url="  # Source: https://archive.org/help/wayback_api.php
Progress = Callable[[int, int], None]


class Turns:
    """At most `at_once` requests to a host at the same time, wherever a redirect comes from."""

    def __init__(self, at_once: int) -> None:
        self._lock = threading.Lock()
        self._hosts: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(at_once))

    @contextmanager
    def __call__(self, host: str) -> Iterator[None]:
        with self._lock:
            turn = self._hosts[host]
        with turn:
            yield


@dataclass(frozen=True)
class Manners:
    """How many requests: `at_once` in all, `per_host` to one host, `pause` seconds between two of a queue to it."""

    at_once: int = 24
    per_host: int = 2
    pause: float = 0.25


def addresses(site: Site) -> dict[str, list[tuple[Page, Link]]]:
    """Every web address with the links that name it, but those that an exception lets pass and those that nobody outside can reach."""
    found: dict[str, list[tuple[Page, Link]]] = defaultdict(list)
    for page, link, parts in outward(site):
        if parts.scheme in ("http", "https") and parts.hostname and not is_private(parts.hostname) and not any(passing(site, "external", link.target)):
            found[link.target].append((page, link))
    return dict(found)


def ask(urls: list[str], memory: Memory, asker: Asker, manners: Manners, progress: Progress) -> None:
    """Ask about every address whose verdict has run out; one queue a host, so that a slow one holds up nobody else."""
    queues: dict[str, deque[str]] = defaultdict(deque)
    for url in urls:
        if not memory.fresh(url):
            queues[urlsplit(url).netloc.lower()].append(url)
    total, done, lock = sum(map(len, queues.values())), 0, threading.Lock()
    stopped = threading.Event()

    def work(queue: deque[str]) -> None:
        nonlocal done
        while not stopped.is_set():
            try:
                url = queue.popleft()
            except IndexError:
                return
            verdict = asker.verdict(url)
            with lock:
                memory.learn(url, verdict)
                done += 1
                progress(done, total)
                if not done % 25:
                    memory.write()
            asker.patience.sleep(manners.pause)

    pool = ThreadPoolExecutor(manners.at_once, thread_name_prefix="links")
    try:
        wait([pool.submit(work, queue) for queue in queues.values() for _ in range(min(manners.per_host, len(queue)))])
    finally:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)
        with lock:
            memory.write()


def archived(client: Client, url: str, api: str = ARCHIVE) -> str:
    """The address of a copy that the archive has, or nothing, also if it does not answer."""
    try:
        reply = client.ask("GET", api + quote(url, safe=""))
        closest = json.loads(reply.text or "{}").get("archived_snapshots", {}).get("closest", {})
        return str(closest.get("url", "")).replace("http://", "https://", 1) if closest.get("available") else ""
    except (Unsafe, Unreachable, ValueError, AttributeError):
        return ""


def check(site: Site, memory: Memory, asker: Asker, progress: Progress, manners: Manners = Manners(), api: str = ARCHIVE) -> list[Diagnostic]:
    """Every finding about other people's servers."""
    wanted = addresses(site)
    ask(sorted(wanted), memory, asker, manners, progress)
    return sorted(finding for url, links in wanted.items() for finding in _findings(url, links, memory, asker.client, api))


def _findings(url: str, links: list[tuple[Page, Link]], memory: Memory, client: Client, api: str) -> Iterator[Diagnostic]:
    verdict = memory.verdict(url)
    if verdict.kind in (OK, UNKNOWN):
        return
    help_text = _help(url, verdict, memory, client, api)
    for page, link in links:
        if verdict.kind == MOVED:
            yield Diagnostic(link.location, f"`{url}` has moved for good", help_text, _edit(page, link, verdict.new), "external-moved")
        elif verdict.kind == NO_FRAGMENT:
            yield Diagnostic(link.location, f"`{url}`: {verdict.detail}", help_text, rule="external-missing-fragment")
        else:
            yield Diagnostic(link.location, f"`{url}` is dead: {verdict.detail}", help_text, rule="external-dead")


def _help(url: str, verdict: Verdict, memory: Memory, client: Client, api: str) -> str:
    if verdict.kind == MOVED:
        return f"write `{verdict.new}`"
    if verdict.kind != DEAD:
        return "look for the section that it has become"
    entry = memory.entries[url]
    if "archived" not in entry and api:
        entry["archived"] = archived(client, url, api)
        memory.write()
    return f"a copy is at {entry['archived']}" if entry.get("archived") else ""


def _edit(page: Page, link: Link, new: str) -> Edit | None:
    """One answer is right where only the scheme changes; another address may be another page."""
    same = link.target.partition("#")[0].replace("http://", "https://", 1).rstrip("/") == new.partition("#")[0].rstrip("/")
    return Edit(page.path, *link.span, link.target.replace("http://", "https://", 1)) if same and link.span else None


def default_asker(site: Site) -> Asker:
    """As the command line asks: with the name of the repository, so that a server's owner knows whom to write to."""
    about = f" (+{repo})" if isinstance(repo := site.config.get("repo_url"), str) and repo else ""
    manners = Manners()
    return Asker(Client(agent=f"guidebook-link-check/1{about}"), Patience(), Turns(manners.per_host))


def memory_of(root: Path) -> Memory:
    """The memory of a checkout."""
    return Memory.read(root / FOLDER / "external.json", datetime.datetime.now(datetime.UTC))
