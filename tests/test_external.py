"""Other people's servers, each kind of trouble once: a server on 127.0.0.1 plays them all."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import Hostile, hostile

from guidebook import external
from guidebook.external import Manners, Turns
from guidebook.fetch import Client, Unsafe
from guidebook.load import load_site
from guidebook.memory import Memory
from guidebook.model import Site
from guidebook.verdict import Asker, Patience

FEW = Manners(at_once=8, per_host=3, pause=0)
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with hostile() as running:
        yield running


def asker(seconds: float = 2.0, slept: list[float] | None = None, **client: object) -> Asker:
    """One that may ask 127.0.0.1, which no option of the command line allows, and that does not wait in earnest."""
    pauses = slept if slept is not None else []
    return Asker(Client(seconds=seconds, loopback=True, **client), Patience(sleep=pauses.append))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ok", "ok"),
        ("/page#there", "ok"),
        ("/page#named", "ok"),
        ("/page#f%C3%BCr", "ok"),
        ("/page#top", "ok"),
        ("/page#:~:text=There", "ok"),
        ("/pdf#page=2", "ok"),
        ("/for-now", "ok"),
        ("/head-refused", "ok"),
        ("/head-lies", "ok"),
        ("/limited", "ok"),
        ("/flaky", "ok"),
        ("/charset#there", "ok"),
        ("/page#missing", "no-fragment"),
        ("/nothing", "dead"),
        ("/gone", "dead"),
        ("/loop", "dead"),
        ("/endless", "dead"),
        ("/to-file", "dead"),
        ("/forbidden", "unknown"),
        ("/robot", "unknown"),
        ("/always-limited", "unknown"),
        ("/broken", "down"),
        ("/hang-up", "down"),
        ("/no-http", "down"),
        ("/not-gzip#x", "down"),
    ],
)
def test_verdict_of(server: Hostile, path: str, kind: str) -> None:
    """A page that is there is ok; bot walls are unknown, not dead; silence is not death at once."""
    assert asker().verdict(server.address + path).kind == kind


@pytest.mark.parametrize(
    ("path", "new"),
    [("/moved", "/ok"), ("/moved-page#there", "/page#there"), ("/moved-for-now", "/for-now")],
)
def test_permanent_redirect_gives_the_new_address(server: Hostile, path: str, new: str) -> None:
    """As far as the redirects are permanent, with the fragment of the link."""
    verdict = asker().verdict(server.address + path)

    assert (verdict.kind, verdict.new) == ("moved", server.address + new)


@pytest.mark.parametrize("path", ["/hang", "/drip#x", "/drip-head", "/flood#x"])
def test_slow_server_is_left_in_time(server: Hostile, path: str) -> None:
    """The time is for the whole request, not from byte to byte."""
    one = Asker(Client(seconds=0.6, loopback=True), Patience(retries=0))
    start = time.monotonic()
    kind = one.verdict(server.address + path).kind

    assert time.monotonic() - start < 20  # these servers go on for half a minute and more
    assert kind in ("down", "unknown")


def test_bomb_stays_small(server: Hostile) -> None:
    """200 kB that become 200 MB are read up to the limit."""
    tracemalloc.start()
    verdict = asker(seconds=20, largest=1_000_000).verdict(server.address + "/bomb#x")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert verdict.kind == "unknown"
    assert most < 50_000_000


@pytest.mark.parametrize("path", ["/to-private", "/to-metadata"])
def test_redirect_to_a_private_address_is_not_followed(server: Hostile, path: str) -> None:
    """Not a byte is sent there; the verdict says why."""
    verdict = asker().verdict(server.address + path)

    assert verdict.kind == "dead"
    assert "not on the public internet" in verdict.detail


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "100.64.0.1", "64:ff9b::a00:1", "224.0.0.1"]
)
def test_name_that_resolves_to_a_private_address_is_not_asked(address: str) -> None:
    """The address that DNS gives is judged, not only the name."""
    client = Client(resolve=lambda host, port: ["93.184.215.14", address])

    with pytest.raises(Unsafe, match="not on the public internet"):
        client.ask("GET", "https://innocent.example.org/")


def test_name_is_looked_up_once(server: Hostile) -> None:
    """Between the judgement and the connection there is no second look-up that could answer differently."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    client = Client(resolve=lambda host, port: next(answers), loopback=True)

    assert client.ask("GET", f"http://name.example.org:{server.server_port}/ok").status == 200


def test_loopback_is_refused_without_the_switch_of_the_tests(server: Hostile) -> None:
    """The command line's own client does not ask the machine that it runs on."""
    before = sum(server.requests.values())
    verdict = external.default_asker(Site(Path(), {})).verdict(server.address + "/secret")

    assert (verdict.kind, sum(server.requests.values())) == ("dead", before)


def test_invalid_certificate_is_dead(tmp_path: Path) -> None:
    """A self-signed certificate is said to be one."""
    with _tls_server(tmp_path) as port:
        verdict = asker().verdict(f"https://127.0.0.1:{port}/")

    assert verdict.kind == "dead"
    assert "certificate" in verdict.detail


def _tls_server(folder: Path):
    from contextlib import contextmanager

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "elsewhere.example.org")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    today = datetime.datetime.now(datetime.UTC)
    signed = made.not_valid_before(today - datetime.timedelta(days=1)).not_valid_after(today + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "both.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )

    @contextmanager
    def running() -> Iterator[int]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "both.pem")
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def serve() -> None:
                try:
                    connection, _ = listening.accept()
                    context.wrap_socket(connection, server_side=True)
                except OSError:
                    return

            threading.Thread(target=serve, daemon=True).start()
            yield listening.getsockname()[1]

    return running()


def test_retry_after_is_obeyed() -> None:
    """The pause is what the server asks for, and not shorter than the backoff."""
    slept: list[float] = []
    with hostile() as server:
        assert asker(slept=slept).verdict(server.address + "/limited").kind == "ok"

    assert slept == [1.0]


def test_retry_after_of_hours_ends_the_questions_to_that_host() -> None:
    """The run is not held up, and the host is not asked again."""
    slept: list[float] = []
    with hostile() as server:
        one = asker(slept=slept)
        kinds = [one.verdict(server.address + path).kind for path in ("/hours", "/ok")]

    assert kinds == ["unknown", "unknown"]
    assert slept == []
    assert server.requests["HEAD", "/ok"] == 0


def test_backoff_grows() -> None:
    """One second, then four."""
    slept: list[float] = []
    with hostile() as server:
        asker(slept=slept).verdict(server.address + "/broken")

    assert slept == [1.0, 4.0]


def test_head_comes_before_get() -> None:
    """The text is only asked for where it is needed: for a fragment, or when HEAD is refused."""
    with hostile() as server:
        for path in ("/ok", "/head-refused", "/page#there"):
            asker().verdict(server.address + path)

    assert dict(server.requests) == {("HEAD", "/ok"): 1, ("HEAD", "/head-refused"): 1, ("GET", "/head-refused"): 1, ("GET", "/page"): 1}


def test_agent_says_who_asks() -> None:
    """With the repository, so that a server's owner can complain."""
    agent = external.default_asker(Site(Path(), {}, config={"repo_url": "https://github.com/example/guides"})).client.agent

    assert agent == "guidebook-link-check/1 (+https://github.com/example/guides)"


def a_site(tmp_path: Path, text: str) -> Site:
    (tmp_path / "docs").mkdir(exist_ok=True)
    (tmp_path / "docs/A.md").write_text(text, encoding="utf-8")
    return load_site(tmp_path)


def urls(server: Hostile, *paths: str) -> list[str]:
    return [server.address + path for path in paths]


def asked(wanted: list[str], file: Path | None = None, now: datetime.datetime = NOW, manners: Manners = FEW) -> Memory:
    memory = Memory.read(file, now)
    one = asker()
    one.turn = Turns(manners.per_host)
    external.ask(wanted, memory, one, manners, lambda done, total: None)
    return memory


def test_host_has_few_requests_at_once() -> None:
    """However many links lead to it."""
    with hostile() as server:
        asked(urls(server, *(f"/slow/{number}" for number in range(9))))

    assert server.most_at_once == 3


def test_memory_spares_questions(tmp_path: Path) -> None:
    """A second run asks about nothing that holds, and about everything that has run out."""
    with hostile() as server:
        wanted = urls(server, "/ok", "/gone")
        for hours, expected in ((0, (1, 2)), (1, (1, 2)), (24, (1, 4)), (24 * 8, (2, 6))):
            asked(wanted, tmp_path / "external.json", NOW + datetime.timedelta(hours=hours))

            assert (server.requests["HEAD", "/ok"], server.requests["HEAD", "/gone"] + server.requests["GET", "/gone"]) == expected


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"http://x": 1}', '{"http://x": {"kind": "odd"}}'])
def test_memory_that_is_nonsense_is_empty(tmp_path: Path, content: str) -> None:
    """A file that was cut off costs a run, nothing else."""
    (tmp_path / "external.json").write_text(content, encoding="utf-8")

    assert Memory.read(tmp_path / "external.json", NOW).entries == {}


def test_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """What was learned before Ctrl+C is in the file."""
    file = tmp_path / "external.json"

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with hostile() as server:
        wanted = urls(server, *(f"/ok/{number}" for number in range(8)))
        memory = Memory.read(file, NOW)
        external.ask(wanted, memory, asker(), Manners(1, 1, 0), stop)
        first = len(json.loads(file.read_text(encoding="utf-8")))
        asked(wanted, file)

    assert 0 < first < 8
    assert sum(server.requests.values()) == 8
    assert len(json.loads(file.read_text(encoding="utf-8"))) == 8


def test_silence_is_a_finding_only_when_it_lasts(tmp_path: Path) -> None:
    """A server that is down once may be back tomorrow."""
    file = tmp_path / "external.json"
    with hostile() as server:
        [url] = urls(server, "/hang-up")
        kinds = [asked([url], file, NOW + datetime.timedelta(hours=hours)).verdict(url).kind for hours in (0, 5, 30)]

    assert kinds == ["unknown", "unknown", "dead"]


def findings(tmp_path: Path, server: Hostile, text: str, api: str = "") -> list[str]:
    site = a_site(tmp_path, text.replace("SERVER", f"http://site.example.net:{server.server_port}"))
    one = asker(resolve=lambda host, port: ["127.0.0.1"])
    found = external.check(site, Memory.read(None, NOW), one, lambda done, total: None, FEW, api)
    return [f"{finding.location} {finding.rule} {finding.help}".replace(f"http://site.example.net:{server.server_port}", "SERVER") for finding in found]


def test_findings_stand_at_every_link(tmp_path: Path, server: Hostile) -> None:
    """With the new address where there is one; nothing for what is unknown."""
    text = "# A\n\n[ok](SERVER/ok) [gone](SERVER/gone)\n\n> [gone again](SERVER/gone) [moved](SERVER/moved) [no](SERVER/page#no) [wall](SERVER/robot)\n"

    assert [line.split(" ")[0].split(":")[1] + " " + " ".join(line.split(" ")[1:]) for line in findings(tmp_path, server, text)] == [
        "3 external-dead ",
        "5 external-dead ",
        "5 external-moved write `SERVER/ok`",
        "5 external-missing-fragment look for the section that it has become",
    ]


def test_dead_link_comes_with_a_copy(tmp_path: Path) -> None:
    """If the archive says that it has one."""

    with hostile() as server:
        answer = json.dumps({"archived_snapshots": {"closest": {"available": True, "url": "http://web.archive.org/web/2020/x"}}}).encode()
        server.RequestHandlerClass._archive = lambda handler, path: handler._send(200, answer, "application/json")  # type: ignore[attr-defined]
        found = findings(tmp_path, server, "# A\n\n[gone](SERVER/gone)\n", f"http://archive.example.net:{server.server_port}/archive?url=")

    assert found == ["docs/A.md:3:1 external-dead a copy is at https://web.archive.org/web/2020/x"]


def test_exception_is_not_asked_about(tmp_path: Path) -> None:
    """An entry for `external` spares the server the question."""
    (tmp_path / ".github").mkdir()
    entry = '[[allow]]\naddress = "https://example.org/*"\nrule = "external"\nreason = "asks programs to stay away"\nexpires = 2099-01-01\n'
    (tmp_path / ".github/links.toml").write_text(entry, encoding="utf-8")
    site = a_site(tmp_path, "# A\n\n[a](https://example.org/a) [b](https://example.com/b) [c](http://localhost/c)\n")

    assert list(external.addresses(site)) == ["https://example.com/b"]


def test_https_that_a_redirect_offers_is_a_repair(tmp_path: Path) -> None:
    """Only the scheme changes, so there is one right answer."""
    site = a_site(tmp_path, "# A\n\n[a](http://example.org/a#b)\n")
    page, link = external.addresses(site)["http://example.org/a#b"][0]
    edit = external._edit(page, link, "https://example.org/a#b")

    assert edit is not None
    assert page.text[: edit.start] + edit.text + page.text[edit.end :] == "# A\n\n[a](https://example.org/a#b)\n"
    assert external._edit(page, link, "https://example.org/home") is None
