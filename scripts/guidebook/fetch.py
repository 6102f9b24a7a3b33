"""One request to somebody else's server, which may be hostile: bounded in time and size, and never to a private address.

Why not lychee (0.24.2, measured against `tests/hostile.py`): with `--exclude-all-private` it still asks a name that resolves to a
loopback address and follows redirects to one; it reads a body without bound (200 kB of gzip took 604 MB, an endless page 3.6 GB);
a `Retry-After` of two hours holds up the whole run; a 503 is not tried again; a second link to a page that has moved loses the new address.
The address has to be judged between name resolution and connection, so the safe part cannot be put around it.
"""

from __future__ import annotations

import codecs
import http.client
import io
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urlsplit

from guidebook.hosts import is_public

Resolver = Callable[[str, int], list[str]]


class Unsafe(Exception):
    """The address is not on the public internet, or not one that may be asked."""


class Unreachable(Exception):
    """No answer: no such host, no connection, no HTTP, or not in time. `final` if another try would not help."""

    def __init__(self, problem: str, final: bool = False) -> None:
        super().__init__(problem)
        self.final = final


@dataclass(frozen=True)
class Reply:
    """What a server said to one request; redirects are not followed. `whole` is false if the text was cut off."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    whole: bool = True


def lookup(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order in which to try them. Raises Unreachable."""
    try:
        return list(dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except socket.gaierror as error:
        raise Unreachable(f"there is no host `{host}`", final=error.errno == socket.EAI_NONAME) from None
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"`{host}` is not the name of a host: {error}", final=True) from None


@dataclass(frozen=True)
class Client:
    """How to ask. `loopback` is for tests, whose server has no other address; no option of the command line sets it."""

    agent: str = "guidebook-link-check/1"
    seconds: float = 20.0  # for everything: name, connection, handshake, headers and body
    largest: int = 8_000_000  # bytes of a body, after decompression
    resolve: Resolver = lookup
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    loopback: bool = False

    def ask(self, method: str, url: str) -> Reply:
        """The reply to one request. Raises Unsafe or Unreachable."""
        end = time.monotonic() + self.seconds
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").encode("idna").decode("ascii")
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except (ValueError, UnicodeError):
            raise Unreachable("this is not an address", final=True) from None
        if parts.scheme not in ("http", "https") or not host:
            raise Unsafe(f"`{parts.scheme}:` is not followed")
        with self._connect(host, port, parts.scheme == "https", end) as connection:
            try:
                connection.settimeout(max(end - time.monotonic(), 0.001))
                connection.sendall(self._request(method, parts, host))
                return self._read(method, connection, end)
            except (TimeoutError, http.client.HTTPException, OSError, ValueError, zlib.error) as error:
                raise Unreachable(_said(error)) from None

    def _connect(self, host: str, port: int, tls: bool, end: float) -> socket.socket:
        """A connection to an address that was looked up once, judged, and is then used as it is."""
        addresses = self.resolve(host, port)
        for address in addresses:
            number = ipaddress.ip_address(address.partition("%")[0])
            if not is_public(number) and not (self.loopback and number.is_loopback):
                raise Unsafe(f"`{host}` is {address}, which is not on the public internet")
        problem: Exception = Unreachable(f"`{host}` has no address")
        for address in addresses:
            connection = None
            try:
                connection = socket.create_connection((address, port), timeout=max(end - time.monotonic(), 0.001))
                return self.tls.wrap_socket(connection, server_hostname=host) if tls else connection
            except ssl.SSLCertVerificationError as error:
                problem = Unreachable(f"its certificate is not valid: {error.verify_message}", final=True)
            except (OSError, ValueError) as error:
                problem = Unreachable(_said(error))
            if connection:
                connection.close()
        raise problem

    def _request(self, method: str, parts: SplitResult, host: str) -> bytes:
        target = quote(parts.path or "/", safe="/~!$&'()*+,;=:@%") + (f"?{quote(parts.query, safe='/~!$&()*+,;=:@%?')}" if parts.query else "")
        name = f"[{host}]" if ":" in host else host
        lines = [f"{method} {target} HTTP/1.1", f"Host: {name}" + (f":{parts.port}" if parts.port else ""), f"User-Agent: {self.agent}"]
        return "\r\n".join([*lines, "Accept: text/html,*/*;q=0.8", "Accept-Encoding: gzip", "Connection: close", "", ""]).encode("ascii", "replace")

    def _read(self, method: str, connection: socket.socket, end: float) -> Reply:
        response = http.client.HTTPResponse(_Once(connection, end), method=method)  # type: ignore[arg-type]
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        readable = any(kind in headers.get("content-type", "text/html") for kind in ("html", "json"))
        if method == "HEAD" or not readable or response.status >= 300:
            return Reply(response.status, headers)
        data, whole = _body(response, headers.get("content-encoding", "").lower(), self.largest)
        return Reply(response.status, headers, data.decode(_charset(headers.get("content-type", "")), "replace"), whole)


class _Once(io.RawIOBase):
    """The bytes of a connection until a moment, not so many seconds after the last byte: a server that drips does not hold us."""

    def __init__(self, connection: socket.socket, end: float) -> None:
        self.connection, self.end = connection, end

    def makefile(self, mode: str) -> io.BufferedReader:
        """What `http.client` asks a socket for."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)
        return self.connection.recv_into(buffer)


def _body(response: http.client.HTTPResponse, encoding: str, largest: int) -> tuple[bytes, bool]:
    """At most `largest` bytes, decompressed as they come, and whether that was all."""
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in ("gzip", "x-gzip", "deflate") else None
    data = bytearray()
    while len(data) <= largest:
        try:
            part = response.read(65536)
        except http.client.IncompleteRead as error:
            part = error.partial
            if not part:
                return bytes(data), False
        if not part:
            return bytes(data), True
        data += unpack.decompress(part, largest + 1 - len(data)) if unpack else part
    return bytes(data[:largest]), False


def _charset(kind: str) -> str:
    """The named encoding if Python has it and it is one of text."""
    name = kind.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    try:
        return name if name and codecs.lookup(name)._is_text_encoding else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, zlib.error):
        return "its compressed text cannot be read"
    return (
        f"it does not speak HTTP ({type(error).__name__})"
        if isinstance(error, http.client.HTTPException | ValueError)
        else f"no connection ({error.strerror or error})"
    )  # type: ignore[attr-defined]
