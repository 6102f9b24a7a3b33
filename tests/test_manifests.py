"""YAML with a published schema: which documents have one, and what breaks it."""

from __future__ import annotations

import pytest

from guidebook.manifests import problems, schemas

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: orders, creationTimestamp: 2026-11-23T00:00:00Z}
spec:
  replicas: 24
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - name: app
          image: registry.example/orders:1
          env: [{name: SALE, value: "on"}]
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /ready, port: http}}
          resources: {requests: {cpu: 2, memory: 4Gi}, limits: {memory: 4Gi}}
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: orders}
spec:
  podSelector: {}
  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}], ports: [{port: 8080}]}]
"""
ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
"""
ROUTE = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nspec: {anything: [1]}\n"
WORKFLOW = """\
name: test
on: {push: {branches: [main]}}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps: [{run: echo hello}]
"""
COMPOSE = 'services:\n  orders:\n    image: "orders:1"\n    ports: ["8080:8080"]\n'
DEPENDABOT = "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: weekly}\n"


@pytest.mark.parametrize(
    ("code", "schema"),
    [
        (DEPLOYMENT, "kubernetes apps/v1 Deployment"),
        (POLICY, "kubernetes networking.k8s.io/v1 NetworkPolicy"),
        (ROLE, "kubernetes rbac.authorization.k8s.io/v1 Role"),
        (WORKFLOW, "github-workflows"),
        (COMPOSE, "compose-spec"),
        (DEPENDABOT, "dependabot"),
    ],
)
def test_document_is_known_and_fits(code: str, schema: str) -> None:
    """A document is known by what it says of itself, and a right one has no problems."""
    assert schemas(code, "") == [schema]
    assert problems(code, "") == []


@pytest.mark.parametrize("code", [ROUTE, "a: 1\n", "- 1\n", "", "kind: Deployment\n", "apiVersion: 7\nkind: [a]\n", "services: {a: 1}\n"])
def test_document_without_a_schema_is_let_be(code: str) -> None:
    """Custom resources and other YAML have no schema here."""
    assert schemas(code, "") == []
    assert problems(code, "") == []


def test_documents_of_a_stream_are_judged_one_by_one() -> None:
    """Each document of a fence has its own schema."""
    assert schemas(f"{DEPLOYMENT}---\n{ROUTE}---\n{POLICY}", "") == ["kubernetes apps/v1 Deployment", "kubernetes networking.k8s.io/v1 NetworkPolicy"]


def test_title_names_the_schema() -> None:
    """A fence that is titled with a well-known file name is that file."""
    assert schemas("stages: [a]\n", ".gitlab-ci.yml") == ["gitlab-ci"]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message"),
    [
        ("replicas", "replica", 5, 3, "DeploymentSpec has no field `replica`; did you mean `replicas`?"),
        ("replicas: 24", 'replicas: "24"', 5, 3, "`replicas` must be an integer, not a string (`24`)"),
        ("image: registry", "imagePullPolicy: [a]\n          image: registry", 12, 11, "`imagePullPolicy` must be a string, not a list"),
        ('"on"', "on", 13, 30, "`value` must be a string, not true or false (`True`)"),
        ("containerPort: 8080", "name: http", 14, 19, "ContainerPort needs the field `containerPort`"),
        ("cpu: 2", "cpu: 2vCPU", 16, 34, "`2vCPU` is not a quantity such as `500m` or `4Gi`"),
        ("{matchLabels: {app: orders}}", "orders", 6, 3, "`selector` must be a mapping (LabelSelector), not a string"),
    ],
)
def test_broken_manifest_is_found_at_its_line(old: str, new: str, line: int, column: int, message: str) -> None:
    """A wrong, missing or mistyped field is found at its place, and named."""
    assert problems(DEPLOYMENT.replace(old, new, 1), "") == [(line, column, message)]


@pytest.mark.parametrize(
    ("code", "old", "new", "line"),
    [(WORKFLOW, "runs-on: ubuntu-24.04", "timeout: 5", 4), (COMPOSE, "image", "imaeg", 2), (DEPENDABOT, "weekly", "weakly", 5)],
)
def test_broken_configuration_is_found_at_its_line(code: str, old: str, new: str, line: int) -> None:
    """What SchemaStore's schemas refuse is found at its place."""
    broken = code.replace(old, new)
    found = problems(broken, "compose.yaml" if code == COMPOSE else "")

    assert [problem.line for problem in found] == [line], found
