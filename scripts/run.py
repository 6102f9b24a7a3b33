#!/usr/bin/env python3
"""The front door: make `.venv` hold what the locks say, then run a task in it.

Every Python must be able to parse this file, or an old one could not say that it is too old:
so no annotations and no f-strings here. The modern code stands in `frontdoor/`, which is standard library only.
"""

from __future__ import print_function

import os
import sys

OLDEST = (3, 11)

if sys.version_info[:2] < OLDEST:
    sys.stderr.write(
        "error: this is Python %d.%d, the site needs 3.11 or newer\n" % tuple(sys.version_info[:2])
        + "  help: install one from https://www.python.org/downloads/ or your system's packages, and name it:"
        + " `python3.13 scripts/run.py ...`\n"
    )
    sys.exit(2)

import difflib
import signal
import subprocess

from frontdoor import chromium, environment, hook, relock
from frontdoor.lock import ALL, ROOT, SITE
from frontdoor.step import Problem, say

TASKS = {
    "serve": "check, render and serve the site; reloads on save",
    "check": "look for mistakes in the Markdown, without rendering; `check FILE ...`, `check --changed`",
    "build": "check, render and judge the site; the result is in site/",
    "sync": "write what a machine can: statistics, mirrored lab code",
    "new": "begin a guide, a lab, a rule or a term: `new term \"Fencing token\"`",
    "freshness": "per guide: age, sources, what is tested, the weakest section",
    "offline": "build, and pack the site for reading from the disk, into dist/",
    "pdf": "build, and print each guide and the whole book, into dist/; `pdf GitOps` only that",
    "test": "all tests; extra words go to pytest",
    "hook": "let git check each commit first; `hook --remove` undoes it",
    "lock": "resolve the locks in scripts/ again; extra words go to uv (`--upgrade`)",
}


def usage():
    """The tasks, one a line."""
    lines = ["usage: python3 scripts/run.py <task> ...", ""]
    return "\n".join(lines + ["  %-9s %s" % task for task in TASKS.items()])


def task_command(task, words):
    """Make ready what the task needs; return the command and the environment to run it in."""
    environ = environment.for_children(os.environ)
    if task == "test":
        python = environment.prepare(ALL)
        browser = chromium.provide(python, environ)
        return [str(python), "-m", "pytest"] + words, dict(environ, CHROME=str(browser))
    if task == "pdf":
        browser = chromium.find(environ) or chromium.provide(environment.prepare(ALL), environ)
        environ = dict(environ, CHROME=str(browser))
    python = environment.prepare([SITE])
    return [str(python), str(ROOT / "scripts" / "build.py"), task] + words, dict(environ, GUIDEBOOK_FROM=os.getcwd())


def hand_over(command, environ):
    """Let the command take the place of this process, in the root of the repository; return its exit code.

    Where a process can be replaced it is, so that signals and exit codes need no translation.
    """
    os.chdir(str(ROOT))
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(command[0], command, environ)
    child = subprocess.Popen(command, env=environ)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            pass  # the child has had the Ctrl-C as well; it decides


def main(words):
    """Run the task that the words name. Exit code: the task's own, 2 for misuse or a machine that lacks something."""
    if not words:
        say(usage())
        return 2
    if words[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    if words[0] not in TASKS:
        near = difflib.get_close_matches(words[0], TASKS, 1)
        say("error: there is no task `%s`" % words[0] + (", did you mean `%s`?" % near[0] if near else ""))
        say("\n" + usage())
        return 2
    if words[0] == "lock":
        return relock.resolve(words[1:])
    if words[0] == "hook":
        return hook.install(words[1:])
    return hand_over(*task_command(words[0], words[1:]))


def enter(words):
    """`main`, with everything that a user can put right said in a line instead of a traceback."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a step under way is ended as well
    try:
        return main(words)
    except Problem as problem:
        say("error: %s\n  help: %s" % (problem, problem.help))
        return 2
    except OSError as error:
        say("error: %s\n  help: put this right, then run the same command again" % error)
        return 2
    except KeyboardInterrupt:
        say("\ninterrupted; the same command goes on from here")
        return 130


if __name__ == "__main__":
    sys.exit(enter(sys.argv[1:]))
