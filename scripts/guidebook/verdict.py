"""What one address of another server is worth: redirects followed, tried again where that helps, its fragment looked for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from guidebook.fetch import Client, Reply, Unreachable, Unsafe
from guidebook.rendered import read_html

OK, MOVED, DEAD, NO_FRAGMENT, UNKNOWN, DOWN = "ok", "moved", "dead", "no-fragment", "unknown", "down"
_PERMANENT, _REDIRECTS = (301, 308), (301, 302, 303, 307, 308)
_WALLS = (401, 402, 403, 406, 407, 418, 425, 429, 451, 999)  # the server is there, but does not talk to programs
_AGAIN = (408, 500, 502, 503, 504, 520, 521, 522, 523, 524)
# What scripts make of a fragment, and what stands for lines and views: not in the HTML.
_BY_SCRIPT = re.compile(r"[!/:]|:~:|L\d+(?:[-C]|$)|(?:page|t|xywh|zoom|toolbar)=|diff-|issuecomment-|discussion_r\d|pullrequestreview")


@dataclass(frozen=True)
class Verdict:
    """kind: ok, moved (for good, to `new`), dead, no-fragment, unknown (it is there, but does not say), down (no answer, perhaps for now)."""

    kind: str
    detail: str = ""
    new: str = ""


@dataclass(frozen=True)
class Patience:
    """How often and how long."""

    retries: int = 2
    backoff: float = 1.0  # seconds before the first retry; four times as many before each further one
    longest_wait: float = 60.0  # of a `Retry-After`
    redirects: int = 10
    sleep: Callable[[float], None] = time.sleep


@dataclass
class Asker:
    """Asks about addresses; `turn` is entered around every request, for limits per host."""

    client: Client
    patience: Patience = field(default_factory=Patience)
    turn: Callable[[str], object] | None = None
    asks_later: set[str] = field(default_factory=set)  # hosts that want to be left alone for longer than we wait

    def verdict(self, url: str) -> Verdict:
        """What is to be said about `url`. Never raises for what a server does."""
        address, fragment = urldefrag(url)
        try:
            reply, new = self.follow(address, bool(fragment))
        except Unsafe as error:
            return Verdict(DEAD, str(error))
        except Unreachable as error:
            return Verdict(DEAD if error.final else DOWN, str(error))
        judged = _judge(reply, fragment)
        if judged.kind == OK and new:
            return Verdict(MOVED, "", new + (f"#{fragment}" if fragment and "#" not in new else ""))
        return judged

    def follow(self, url: str, body: bool) -> tuple[Reply, str]:
        """The last reply, and the address that permanent redirects, one after the other from the start, lead to."""
        new, permanent = "", True
        for _ in range(self.patience.redirects + 1):
            reply = self.patiently(url, body)
            place = reply.headers.get("location", "")
            if reply.status not in _REDIRECTS or not place:
                return reply, new
            permanent = permanent and reply.status in _PERMANENT
            url = urldefrag(urljoin(url, place.encode("latin-1", "replace").decode("utf-8", "replace")))[0]
            new = url if permanent else new
        raise Unreachable(f"it redirects more than {self.patience.redirects} times", final=True)

    def patiently(self, url: str, body: bool) -> Reply:
        """The reply to one request, asked again where that may help. Raises Unsafe or Unreachable."""
        if _host(url) in self.asks_later:
            return Reply(429)
        wait = self.patience.backoff
        for tries_left in range(self.patience.retries, -1, -1):
            problem: Unreachable | None = None
            pause = wait
            try:
                reply = self._ask(url, body)
                if reply.status not in (*_AGAIN, 429):
                    return reply
                pause = max(_retry_after(reply), wait)
            except Unreachable as error:
                if error.final or not tries_left:
                    raise
                problem = error
            if not tries_left:
                return reply
            if pause > self.patience.longest_wait:
                self.asks_later.add(_host(url))
                return reply
            self.patience.sleep(pause)
            wait *= 4
        raise problem or Unreachable("no answer")

    def _ask(self, url: str, body: bool) -> Reply:
        """HEAD, and GET where the text is needed or HEAD is refused: many servers answer it wrongly."""
        if not body:
            reply = self._once("HEAD", url)
            if reply.status < 400 or reply.status == 429:
                return reply
        return self._once("GET", url)

    def _once(self, method: str, url: str) -> Reply:
        if self.turn is None:
            return self.client.ask(method, url)
        with self.turn(_host(url)):  # type: ignore[attr-defined]
            return self.client.ask(method, url)


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _retry_after(reply: Reply) -> float:
    """Seconds, from a number or a date. Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after"""
    value = reply.headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value[:9])
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return 0.0


def _judge(reply: Reply, fragment: str) -> Verdict:
    status = reply.status
    if status in _WALLS:
        return Verdict(UNKNOWN, f"it answers programs with {status}")
    if status in _AGAIN or status >= 500:
        return Verdict(DOWN, f"it answers {status}")
    if status >= 400 or status < 200:
        return Verdict(DEAD, f"it answers {status}")
    if not fragment or _BY_SCRIPT.match(fragment) or "html" not in reply.headers.get("content-type", "text/html"):
        return Verdict(OK)
    return _fragment(reply, fragment)


def _fragment(reply: Reply, fragment: str) -> Verdict:
    ids = read_html("", reply.text).ids
    names = {fragment, unquote(fragment), f"user-content-{unquote(fragment)}", f"user-content-{unquote(fragment).lower()}"}
    if names & ids or unquote(fragment).lower() in ("top", ""):
        return Verdict(OK)
    if not reply.whole:
        return Verdict(UNKNOWN, "the page is too large to look for the fragment")
    return (
        Verdict(NO_FRAGMENT, f"the page has no `#{fragment}`") if len(ids) > 3 or len(reply.text) < 20_000 else Verdict(UNKNOWN, "the page is made by a script")
    )
