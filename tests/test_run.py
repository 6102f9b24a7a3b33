"""What `scripts/run.py` promises, on small checkouts with real environments, real locks and a real pip; nothing is downloaded."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from frontdoor import chromium, pip
from frontdoor.environment import python_of
from frontdoor.lock import ALL
from frontdoor.mutex import exclusive
from frontdoor.step import run_step

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "scripts" / "run.py"
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and shell scripts as POSIX has them")
HIDEABLE = pytest.mark.skipif(sys.platform == "darwin", reason="a browser in /Applications cannot be hidden")

# What the stand-ins for build.py and pytest do: say how they were called.
TELL = """
import json, os, sys
print(json.dumps({"words": sys.argv[1:], "cwd": os.getcwd(), "prefix": sys.prefix, "env": dict(os.environ)}))
"""
BUILD = f"import shelf\n{TELL}\nsys.exit(7 if 'fail' in sys.argv else 0)\n"
PLAYWRIGHT = """
import os, pathlib, sys
if not os.environ.get("STUB_DOWNLOAD"):
    sys.exit("Failed to download Chrome for Testing")
browser = pathlib.Path(os.environ["STUB_DOWNLOAD"])
browser.write_text("#!/bin/sh\\necho Chromium 1\\n")
browser.chmod(0o755)
"""
PLAYWRIGHT_API = """
import contextlib, os, types
@contextlib.contextmanager
def sync_playwright():
    yield types.SimpleNamespace(chromium=types.SimpleNamespace(executable_path=os.environ.get("STUB_DOWNLOAD", "nowhere")))
"""


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """Write a wheel; return the line that locks it."""
    info = f"{name}-{version}.dist-info"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    about = {f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", f"{info}/WHEEL": tags}
    record = [f"{path},sha256={_record_hash(text)},{len(text)}" for path, text in {**files, **about}.items()]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in {**files, **about, f"{info}/RECORD": "\n".join([*record, f"{info}/RECORD,,", ""])}.items():
            archive.writestr(place, text)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _record_hash(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Result:
    """How a run ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict:
        """How the stand-in for the task was called."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Checkout:
    """A small repository: the real front door, tiny locks, a build.py that says how it was called."""

    root: Path
    env: dict[str, str] = field(repr=False)

    @property
    def venv(self) -> Path:
        """Its environment."""
        return self.root / ".venv"

    def lock(self, name: str) -> Path:
        """A lock of it."""
        return self.root / "scripts" / name

    def stamp(self, group: str) -> Path:
        """The file that says that a lock is installed."""
        return self.venv / f"guidebook-{group}.stamp"

    def command(self, *words: str, python: str | Path = sys.executable) -> list[str]:
        """The words that start it."""
        return [str(python), str(self.root / "scripts" / "run.py"), *words]

    def run(self, *words: str, python: str | Path = sys.executable, cwd: Path | None = None, **env: str) -> Result:
        """Run a task to its end."""
        return self.finish(self.start(*words, python=python, cwd=cwd, **env))

    def start(self, *words: str, python: str | Path = sys.executable, cwd: Path | None = None, **env: str) -> subprocess.Popen[str]:
        """Start a task, in a group of processes of its own."""
        return subprocess.Popen(
            self.command(*words, python=python),
            cwd=cwd or self.root,
            env={**self.env, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name == "posix",
        )

    @staticmethod
    def finish(process: subprocess.Popen[str]) -> Result:
        """Wait for the end; whatever a run says, it is never a traceback."""
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in out + err
        return Result(process.returncode, out, err)

    def __truediv__(self, path: str) -> Path:
        return self.root / path


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The lines that lock the wheels of the small repositories, and `folder`, where the wheels are."""
    folder = tmp_path_factory.mktemp("wheels")
    stage = {"pytest.py": TELL, "playwright/__main__.py": PLAYWRIGHT, "playwright/sync_api.py": PLAYWRIGHT_API}
    uv = {"uv/__main__.py": "import sys\nprint(*sys.argv[1:])\n"}
    return {
        "folder": str(folder),
        "shelf": wheel(folder, "shelf", "1.0", {"shelf.py": "VERSION = 1\n"}),
        "shelf 2": wheel(folder, "shelf", "2.0", {"shelf.py": "VERSION = 2\n"}),
        "stage": wheel(folder, "stage", "1.0", stage),
        "bench": wheel(folder, "bench", "1.0", {"bench.py": ""}),
        "uv": wheel(folder, "uv", "1.0", uv),
    }


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory, wheels: dict[str, str]) -> Callable[[], Checkout]:
    """Makes checkouts without an environment, in directories whose names have spaces and more than ASCII."""
    browser = tmp_path_factory.mktemp("browser") / "chrome"
    browser.write_text("#!/bin/sh\necho Chromium 1\n", encoding="utf-8")
    browser.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "GUIDEBOOK_", "CHROME", "PYTHON"))}
    env |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels["folder"], "CHROME": str(browser)}

    def make() -> Checkout:
        checkout = Checkout(tmp_path_factory.mktemp("a checkout") / "guides für alle", env)
        shutil.copytree(RUN.parent / "frontdoor", checkout / "scripts/frontdoor", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(RUN, checkout / "scripts/run.py")
        (checkout / "scripts/build.py").write_text(BUILD, encoding="utf-8")
        for lock, name in zip(ALL, ("shelf", "stage", "bench"), strict=True):
            checkout.lock(lock.file).write_text(wheels[name], encoding="utf-8")
        return checkout

    return make


@pytest.fixture(scope="session")
def first_run(fresh: Callable[[], Checkout]) -> tuple[Checkout, Result]:
    """A checkout after its first run, and what that said. Not to be changed: see `ready`."""
    checkout = fresh()
    return checkout, checkout.run("check", "--format", "github")


@pytest.fixture
def ready(first_run: tuple[Checkout, Result], tmp_path: Path) -> Checkout:
    """A copy of a checkout whose environment holds the packages of the site."""
    checkout, _ = first_run
    shutil.copytree(checkout.root, tmp_path / "ready", symlinks=True)
    return Checkout(tmp_path / "ready", checkout.env)


def wait_for(condition: Callable[[], object]) -> None:
    """Until it holds, at most half a minute."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


# The command line


def test_source_is_parsed_by_every_python():
    """An old Python has to get as far as the message for it: no syntax that Python 2.7 lacks."""
    modern = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match, ast.YieldFrom, ast.Nonlocal)
    tree = ast.parse(RUN.read_text(encoding="ascii"))
    for node in ast.walk(tree):
        assert not isinstance(node, modern)
        assert not (isinstance(node, ast.FunctionDef) and (node.returns or node.args.kwonlyargs))
        assert not (isinstance(node, ast.arg) and node.annotation)
        assert not (isinstance(node, ast.Raise) and node.cause)
        assert not (isinstance(node, (ast.List, ast.Tuple, ast.Set)) and any(isinstance(part, ast.Starred) for part in node.elts))
        assert not (isinstance(node, ast.Dict) and None in node.keys)


def test_old_python_is_told_which_one_is_needed(fresh):
    """The version is looked at before anything else is imported."""
    checkout = fresh()
    shutil.rmtree(checkout / "scripts/frontdoor")
    pretend = "import runpy, sys; sys.version_info = (3, 9, 6); runpy.run_path(sys.argv[1], run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", pretend, str(checkout / "scripts/run.py")], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("error: this is Python 3.9, the site needs 3.11 or newer\n  help: install one")


def test_help_lists_the_tasks(fresh):
    """On stdout, with exit code 0."""
    result = fresh().run("--help")
    assert result.code == 0
    assert re.findall(r"^  (\w+) ", result.out, re.MULTILINE) == ["serve", "check", "build", "sync", "new", "freshness", "offline", "pdf", "test", "hook", "lock"]


def test_task_knows_where_it_was_asked_for(ready):
    """`check FILE` names a file from there, though the task runs in the root."""
    folder = ready.root / "docs" / "labs"
    folder.mkdir(parents=True)
    told = ready.run("check", "a.py", cwd=folder).told
    assert (Path(told["cwd"]), Path(told["env"]["GUIDEBOOK_FROM"])) == (ready.root.resolve(), folder.resolve())


def test_no_task_is_misuse(fresh):
    """The tasks are listed, on stderr."""
    result = fresh().run()
    assert (result.code, result.out) == (2, "")
    assert "  serve     check, render and serve the site" in result.err


def test_unknown_task_is_misuse(fresh):
    """The nearest task is offered, nothing is installed."""
    checkout = fresh()
    result = checkout.run("biuld")
    assert result.code == 2
    assert result.err.startswith("error: there is no task `biuld`, did you mean `build`?\n")
    assert not checkout.venv.exists()


# The first run


def test_first_run_installs_the_packages_of_the_site_only(first_run):
    """A preview does not wait for the packages of tests and labs."""
    checkout, result = first_run
    assert result.code == 0, result.err
    assert checkout.stamp("site").is_file()
    assert not checkout.stamp("test").exists() and not checkout.stamp("labs").exists()


def test_first_run_says_what_takes_so_long(first_run):
    """Progress is on stderr, one line a step, and how long it takes; pip's own words and warnings are not shown."""
    lines = first_run[1].err.splitlines()
    assert lines[0].startswith("Making a Python environment in ") and lines[0].endswith(" ...")
    assert lines[2] == "Installing the packages of the site; the first time this takes about half a minute ..."
    assert [bool(re.fullmatch(r"  done in \d+ s", line)) for line in lines] == [False, True, False, True]


def test_task_runs_in_the_environment(first_run):
    """With the words that follow its name, in the root of the repository."""
    checkout, result = first_run
    assert result.told["words"] == ["check", "--format", "github"]
    assert Path(result.told["prefix"]).samefile(checkout.venv)
    assert Path(result.told["cwd"]).samefile(checkout.root)


def test_task_is_spared_notices_and_code_pages(ready):
    """No notices of MkDocs and pip; UTF-8 on Windows as well; nothing from the caller's PYTHONPATH."""
    env = ready.run("check", PYTHONPATH=str(ready.root)).told["env"]
    assert env["NO_MKDOCS_2_WARNING"] == env["PYTHONUTF8"] == env["PIP_DISABLE_PIP_VERSION_CHECK"] == "1"
    assert "PYTHONPATH" not in env


def test_exit_code_is_that_of_the_task(ready):
    """Findings are 1, misuse is 2: CI can tell."""
    assert ready.run("check", "fail").code == 7


# Later runs


def test_later_run_is_silent_and_needs_no_network(ready):
    """From any directory; nothing of ours is said."""
    result = ready.run("check", cwd=Path(ready.root.anchor), PIP_FIND_LINKS="nowhere")
    assert (result.code, result.err) == (0, "")


def test_later_run_starts_within_a_second(ready):
    """The best of three, since this machine may be busy."""
    took = []
    for _ in range(3):
        started = time.perf_counter()
        ready.run("check")
        took.append(time.perf_counter() - started)
    assert min(took) < 1


def test_changed_lock_is_installed(ready, wheels):
    """The environment follows the lock, as after a git pull."""
    ready.lock("requirements.txt").write_text(wheels["shelf 2"], encoding="utf-8")
    assert "Installing the packages of the site" in ready.run("check").err
    shown = subprocess.run([python_of(ready.venv), "-c", "import shelf; print(shelf.VERSION)"], capture_output=True, text=True)
    assert shown.stdout.strip() == "2"


def test_lock_with_windows_line_ends_is_the_same_lock(ready):
    """git may end lines either way."""
    lock = ready.lock("requirements.txt")
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    assert ready.run("check").err == ""


def test_guidebook_venv_names_another_place(ready, tmp_path):
    """For a checkout that cannot be written to, or several checkouts with one environment."""
    ready.venv.rename(tmp_path / "elsewhere")
    result = ready.run("check", GUIDEBOOK_VENV=str(tmp_path / "elsewhere"))
    assert Path(result.told["prefix"]).samefile(tmp_path / "elsewhere")
    assert result.err == "" and not ready.venv.exists()


def test_activated_environment_is_updated_in_place(ready):
    """Who works in an activated `.venv` says the same two commands."""
    ready.stamp("site").unlink()
    result = ready.run("check", python=python_of(ready.venv))
    assert "Making" not in result.err and "Installing" in result.err
    assert Path(result.told["prefix"]).samefile(ready.venv)


# What goes wrong


def kill(process: subprocess.Popen[str]) -> None:
    """As when a laptop is switched off: no clean-up in any process."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
    process.communicate()


def test_environment_that_was_cut_short_is_made_again(fresh):
    """Killed while Python's own part of it was being made."""
    checkout = fresh()
    process = checkout.start("check")
    wait_for((checkout.venv / "pyvenv.cfg").is_file)
    kill(process)
    assert not checkout.stamp("site").exists()
    result = checkout.run("check")
    assert result.code == 0, result.err


def test_installation_that_was_cut_short_is_repeated(ready):
    """pip would take a package without RECORD for installed; its files may not be there."""
    ready.stamp("site").unlink()
    for path in [*ready.venv.rglob("shelf.py"), *ready.venv.rglob("shelf-1.0.dist-info/RECORD")]:
        path.unlink()
    result = ready.run("check")
    assert result.code == 0, result.err


def test_removal_that_was_cut_short_is_repeated(ready):
    """A package whose RECORD names files that are gone is not taken for installed either."""
    ready.stamp("site").unlink()
    next(ready.venv.rglob("shelf.py")).unlink()
    result = ready.run("check")
    assert result.code == 0, result.err


def test_environment_of_a_removed_python_is_made_again(ready):
    """After the system's Python was upgraded, what the environment was made from is gone."""
    settings = ready.venv / "pyvenv.cfg"
    settings.write_text(re.sub(r"home = .*", "home = /gone", settings.read_text(encoding="utf-8")), encoding="utf-8")
    result = ready.run("check")
    assert result.code == 0, result.err
    assert result.err.startswith("Making a Python environment")


def test_directory_that_is_no_environment_is_left_alone(ready, tmp_path):
    """A slip in GUIDEBOOK_VENV must not cost anybody their files."""
    precious = tmp_path / "home" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("years of work", encoding="utf-8")
    result = ready.run("check", GUIDEBOOK_VENV=str(precious.parent))
    assert result.code == 2
    assert "is there, but is no virtual environment\n  help: put this right, or name another place" in result.err
    assert precious.read_text(encoding="utf-8") == "years of work"


def test_place_that_cannot_be_written_is_named(ready, tmp_path):
    """As on a read-only medium."""
    (tmp_path / "file").touch()
    result = ready.run("check", GUIDEBOOK_VENV=str(tmp_path / "file" / "venv"))
    assert result.code == 2
    assert result.err.startswith(f"error: cannot write to {tmp_path / 'file' / 'venv'}: ")
    assert "\n  help: make it writable, or name another place in GUIDEBOOK_VENV\n" in result.err


def test_python_without_ensurepip_is_told_the_package(fresh):
    """Debian's Python is in two packages."""
    checkout = fresh()
    pretend = "import runpy, sys; sys.modules['ensurepip'] = None; del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')"
    command = [sys.executable, "-c", pretend, str(checkout / "scripts/run.py"), "check"]
    env = {**checkout.env, "PYTHONPATH": str(checkout / "scripts"), "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "has no ensurepip" in done.stderr and "`sudo apt install python3-venv`" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_network_is_told(ready, wheels):
    """pip's retries are not shown, its error is, and that only the first run needs the network."""
    ready.lock("requirements.txt").write_text(wheels["shelf 2"], encoding="utf-8")
    nowhere = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    result = ready.run("check", **nowhere)
    assert result.code == 2
    assert "error: pip could not install the packages of the site\n  ERROR: " in result.err
    assert "  help: the first run needs the network, later ones do not" in result.err
    assert "Retrying" not in result.err
    assert not ready.stamp("site").exists()


def test_package_without_a_wheel_for_this_system_is_left_out(ready, wheels):
    """Only one that the site can do without, and the loss is told: an old glibc must not cost the preview."""
    ready.lock("requirements.txt").write_text("merman==99 --hash=sha256:" + "0" * 64 + "\n" + wheels["shelf"], encoding="utf-8")
    result = ready.run("check")
    assert result.code == 0, result.err
    assert "There is no merman for this system, so diagrams are shown as their source; installing the rest" in result.err
    assert ready.run("check").err == ""


def test_other_bytes_than_locked_are_not_installed(ready, wheels):
    """Every file has its hash in the lock."""
    ready.lock("requirements.txt").write_text(wheels["shelf 2"][:-10] + "0123456789"[:9] + "\n", encoding="utf-8")
    result = ready.run("check")
    assert result.code == 2
    assert "  help: a download is not what the lock names" in result.err


def test_failure_of_pip_is_kept_whole(ready):
    """The last lines are shown, the rest is in a file."""
    ready.lock("requirements.txt").write_text("nonsuch==1 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    result = ready.run("check")
    assert f"  help: all that pip said is in {ready.venv / 'guidebook-pip.log'}" in result.err
    assert "nonsuch" in (ready.venv / "guidebook-pip.log").read_text(encoding="utf-8")


def test_noise_of_pip_is_not_shown():
    """Only errors, where there are any."""
    output = "WARNING: Location 'x' is ignored\nCollecting y\nERROR: no y\n[notice] A new release of pip is available\n"
    assert pip.tail(output) == "  ERROR: no y"


def test_python_newer_than_the_locks_is_told():
    """Wheels for a new Python come later than the Python."""
    assert pip.advice("ERROR: no wheel", version=(3, 15)).startswith("the locks are for Python 3.11 to 3.14, and this is 3.15")


def test_part_of_a_checkout_is_told(ready):
    """A download without its locks cannot work; one without .git does, as all of these."""
    ready.lock("requirements.txt").unlink()
    result = ready.run("check")
    assert result.code == 2
    assert result.err.endswith("is missing\n  help: this is not a whole copy of the repository: clone it again\n")


def test_second_run_waits_for_the_first(ready):
    """Two installations at once would write over each other."""
    ready.stamp("site").unlink()
    with exclusive(ready.venv):
        process = ready.start("check")
        assert process.stderr
        assert process.stderr.readline().startswith("Another run is at work in ")
    assert ready.finish(process).code == 0


@POSIX
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interruption_is_no_traceback(fresh, number, code):
    """Ctrl-C while the environment is made, and the end that a CI system gives."""
    process = fresh().start("check")
    assert process.stderr
    assert process.stderr.readline().startswith("Making a Python environment")
    os.killpg(process.pid, number)
    assert Checkout.finish(process).code == code


def test_step_ends_with_the_run():
    """What was started is ended; it does not go on writing into the environment."""

    def interrupted(line: str) -> str:
        raise SystemExit(line)

    started = time.monotonic()
    with pytest.raises(SystemExit, match="begun"):
        run_step("Sleeping", [sys.executable, "-c", "import time; print('begun'); time.sleep(60)"], os.environ, interrupted)
    assert time.monotonic() - started < 30


# The tests' part: all locks, and a browser


@pytest.fixture
def without_browser(ready: Checkout, tmp_path: Path) -> Checkout:
    """A checkout on a machine on which no browser and no package manager are found."""
    (tmp_path / "bin").mkdir()
    nowhere = dict.fromkeys(("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA", "HOME", "PATH"), str(tmp_path / "bin"))
    return Checkout(ready.root, {**ready.env, **nowhere, "CHROME": ""})


def test_test_installs_all_locks_and_hands_its_words_to_pytest(ready):
    """The browser that was found is in CHROME."""
    result = ready.run("test", "-k", "raft", "--record")
    assert result.told["words"] == ["-k", "raft", "--record"]
    assert result.told["env"]["CHROME"] == ready.env["CHROME"]
    assert all(ready.stamp(lock.group).is_file() for lock in ALL)


@POSIX
def test_browser_that_does_not_start_is_told(ready):
    """What CHROME names is taken at its word: nothing else is tried."""
    result = ready.run("test", CHROME="/bin/false")
    assert result.code == 2
    assert "error: CHROME is /bin/false, which does not start" in result.err


@HIDEABLE
def test_missing_browser_is_downloaded_once(without_browser, tmp_path):
    """Playwright's, which the next run finds again."""
    browser = str(tmp_path / "downloaded")
    first = without_browser.run("test", STUB_DOWNLOAD=browser)
    assert "Downloading a browser for the tests" in first.err
    assert first.told["env"]["CHROME"] == browser
    assert without_browser.run("test").err == ""


@HIDEABLE
def test_no_browser_at_all_is_told_and_fails(without_browser):
    """Never a silent skip: exit code 2, what was tried, and what to do."""
    result = without_browser.run("test")
    assert (result.code, result.out) == (2, "")
    assert "error: the tests need a browser, and none was found" in result.err
    assert "Failed to download Chrome for Testing" in result.err
    assert "  help: install Chrome or Chromium, or name one in CHROME" in result.err


@POSIX
def test_root_gets_the_browser_of_the_system(tmp_path, monkeypatch):
    """apt-get installs chromium where Playwright's browser cannot be had."""
    apt = tmp_path / "apt-get"
    apt.write_text(f"#!/bin/sh\n[ $1 = install ] && /bin/ln -s /bin/echo {tmp_path}/chromium\n", encoding="utf-8")
    apt.chmod(0o755)
    monkeypatch.setattr(chromium, "is_root", lambda: True)
    assert chromium.fetch(Path("/bin/false"), {"PATH": str(tmp_path)}) == tmp_path / "chromium"


@pytest.mark.parametrize(
    ("platform", "environ", "place"),
    [
        ("darwin", {}, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("darwin", {"HOME": "/Users/ada"}, "/Users/ada/Applications/Chromium.app/Contents/MacOS/Chromium"),
        ("win32", {"PROGRAMFILES": "C:/Program Files"}, "C:/Program Files/Google/Chrome/Application/chrome.exe"),
        ("win32", {"LOCALAPPDATA": "C:/ada"}, "C:/ada/Chromium/Application/chrome.exe"),
    ],
)
def test_browser_is_looked_for_where_the_system_installs_it(platform, environ, place):
    """Neither macOS nor Windows puts it on PATH."""
    assert Path(place) in chromium.candidates({"PATH": "", **environ}, platform)


# Locks, and what CI runs


def test_lock_resolves_each_lock_in_agreement_with_the_earlier(fresh, wheels):
    """With a uv of its own, for all systems, and with the words that follow."""
    result = fresh().run("lock", "--upgrade")
    calls = result.out.splitlines()
    assert result.code == 0, result.err
    assert [re.search(r"--group (\w+) --output-file scripts/(\S+)", call).groups() for call in calls] == [
        ("site", "requirements.txt"),
        ("test", "requirements-test.txt"),
        ("labs", "requirements-labs.txt"),
    ]
    assert calls[2].endswith("--upgrade -c scripts/requirements.txt -c scripts/requirements-test.txt")
    assert all("--universal --python-version 3.11 --generate-hashes" in call for call in calls)


@pytest.mark.parametrize("lock", ALL, ids=lambda lock: lock.file)
def test_everything_locked_has_a_hash(lock):
    """pip refuses a lock in which one is missing; better to see it here."""
    requirements = re.split(r"\n(?=\S)", lock.path.read_text(encoding="utf-8").strip())
    assert [line for line in requirements if not line.startswith("#") and "--hash=sha256:" not in line] == []
    assert len(lock.packages) > 5


def test_locks_agree():
    """One environment holds all three: a package has the same pins wherever it stands."""
    pins: dict[str, set[str]] = {}
    for lock in ALL:
        text = lock.path.read_text(encoding="utf-8")
        for name in lock.packages:
            pins.setdefault(name, set()).add(" ".join(sorted(re.findall(rf"^{re.escape(name)}==(\S+)", text, re.MULTILINE))))
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


def git(checkout: Checkout, *words: str) -> subprocess.CompletedProcess[str]:
    """git with a name of its own and nobody's settings."""
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
    environ = {**checkout.env, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(command, cwd=checkout.root, env=environ, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture
def hooked(fresh):
    """A checkout under git, with the hook, and a build.py that says how it was called and fails."""
    checkout = fresh()
    git(checkout, "init", "--quiet")
    (checkout.root / "scripts/build.py").write_text("import sys\nprint('build', *sys.argv[1:])\nsys.exit(1)\n", encoding="utf-8")
    git(checkout, "add", "scripts/build.py")
    assert checkout.run("hook").code == 0
    return checkout


def test_hook_checks_what_is_committed(hooked):
    """A finding stops the commit."""
    done = git(hooked, "commit", "--message", "A change")
    assert done.returncode != 0
    assert "build check --staged" in done.stdout + done.stderr


def test_hook_is_taken_away(hooked):
    """After that, git commits without asking."""
    assert hooked.run("hook", "--remove").code == 0
    assert git(hooked, "commit", "--message", "A change").returncode == 0


def test_hook_of_somebody_else_stays(fresh):
    """A checkout has one hook of a kind; ours gives way, and says what to add."""
    checkout = fresh()
    git(checkout, "init", "--quiet")
    theirs = checkout.root / ".git/hooks/pre-commit"
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("#!/bin/sh\n", encoding="utf-8")
    for words in (["hook"], ["hook", "--remove"]):
        result = checkout.run(*words)
        assert result.code == 2
        assert "is a hook already\n  help: add the line" in result.err
    assert theirs.read_text(encoding="utf-8") == "#!/bin/sh\n"


def test_hook_needs_a_git_checkout(fresh):
    """An unpacked archive has no hooks."""
    result = fresh().run("hook")
    assert result.code == 2
    assert "is not a git checkout\n  help: " in result.err


def test_ci_calls_what_the_readme_says():
    """What is green at a desk is green in CI: the same commands, and nothing else."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [line for line in script.splitlines() if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["python3 scripts/run.py test", "python3 scripts/run.py build"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(command in readme for command in commands)


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(path):
    """A tag can be moved; the version stands in a comment, where Dependabot reads it."""
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert used
    assert [use for use in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/(workflows|actions)/\S+", use)] == []
