"""YAML with a published schema, validated: Kubernetes' own kinds, GitHub workflows, Compose files and the like.

The schemas come from packages of the test group: `lightkube-models` (the types of Kubernetes' OpenAPI document)
and `check-jsonschema` (a copy of SchemaStore's most used).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from guidebook import kubernetes
from guidebook.languages import Problem

# Schemas by the name of the file that the fence's title gives.
_BY_NAME = {
    r"\.github/workflows/[\w.-]+\.ya?ml\b": "github-workflows",
    r"\.github/dependabot\.ya?ml\b": "dependabot",
    r"\b(?:docker-)?compose[\w.-]*\.ya?ml\b": "compose-spec",
    r"\.gitlab-ci\.ya?ml\b": "gitlab-ci",
    r"\baction\.ya?ml\b": "github-actions",
    r"\.circleci/config\.ya?ml\b": "circle-ci",
    r"\bcloudbuild\.ya?ml\b": "cloudbuild",
    r"\bTaskfile\.ya?ml\b": "taskfile",
    r"\brenovate\.json\b": "renovate",
}


class _Yaml11(yaml.SafeLoader):
    """As Kubernetes reads YAML: `yes` and `on` are booleans. Dates stay texts, unknown tags are of no interest."""


class _Yaml12(_Yaml11):
    """As the others read it: only `true` and `false` are booleans."""


_Yaml11.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in entries if not tag.endswith(":timestamp")] for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _untagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    """The content of `!reference [a, b]` and the like, as if it had no tag."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else node.value


_Yaml11.add_multi_constructor("!", _untagged)
_Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in entries if not tag.endswith(":bool")] for first, entries in _Yaml11.yaml_implicit_resolvers.items()
}
_Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF"))


def schemas(code: str, title: str) -> list[str]:
    """The schema of each document that has one: a name of `check-jsonschema`, or `kubernetes <apiVersion> <kind>`."""
    return [name for name, _, _ in _documents(code, title) if name]


def problems(code: str, title: str) -> list[Problem]:
    """How the documents break their schemas; the code must parse as YAML."""
    found = []
    for name, data, node in _documents(code, title):
        broken = kubernetes.problems(data) if name.startswith("kubernetes ") else _schema_problems(name, data) if name else ()
        for path, message in broken:
            mark = _marked(node, path)
            found.append(Problem(mark.line + 1, mark.column + 1, message))
    return sorted(set(found))


def _documents(code: str, title: str) -> Iterator[tuple[str, Any, yaml.Node]]:
    """(schema or nothing, content, tree) of each document."""
    nodes = [node for node in yaml.compose_all(code, Loader=yaml.SafeLoader) if node]
    as_kubernetes = [data for data in yaml.load_all(code, Loader=_Yaml11) if data is not None]
    as_others = [data for data in yaml.load_all(code, Loader=_Yaml12) if data is not None]
    for node, strict, data in zip(nodes, as_kubernetes, as_others, strict=False):
        if isinstance(strict, dict) and kubernetes.is_known(strict):
            yield f"kubernetes {strict['apiVersion']} {strict['kind']}", strict, node
        else:
            yield _schema_name(data, title), data, node


def _schema_name(data: Any, title: str) -> str:
    named = next((name for pattern, name in _BY_NAME.items() if re.search(pattern, title)), "")
    if named or not isinstance(data, dict):
        return named
    if {"on", "jobs"} <= data.keys():
        return "github-workflows"
    if data.get("version") == 2 and "updates" in data:
        return "dependabot"
    services = data.get("services")
    is_compose = isinstance(services, dict) and all(isinstance(service, dict) and {"image", "build"} & service.keys() for service in services.values())
    return "compose-spec" if services and is_compose else ""


@cache
def _validator(name: str) -> Any:
    from jsonschema.validators import validator_for

    text = (files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{name}.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    return validator_for(schema)(schema)


def _schema_problems(name: str, data: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    from jsonschema.exceptions import best_match

    for error in _validator(name).iter_errors(data):
        best = best_match([error])
        message = best.message if len(best.message) < 200 else f"does not fit the schema's `{best.validator}`"
        yield tuple(best.absolute_path), f"{name}: {message}"


def _marked(node: yaml.Node, path: Sequence[str | int]) -> yaml.Mark:
    """Where the value at `path` stands: its key if it has one; the last place on the way that there is."""
    mark = node.start_mark
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if not pair:
                break
            mark, node = pair[0].start_mark, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.start_mark
    return mark
