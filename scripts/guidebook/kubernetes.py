"""Kubernetes' own kinds: which fields they have, which of them are required, and of what types.

Read from the sources of the package `lightkube-models`, which are generated from the API's OpenAPI document.
They are read and not imported: importing them needs a whole client.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Steps = tuple[str | int, ...]
Broken = Iterator[tuple[Steps, str]]

# Groups whose module is not named after their first word.
_MODULES = {"": "core", "rbac.authorization.k8s.io": "rbac", "flowcontrol.apiserver.k8s.io": "flowcontrol", "internal.apiserver.k8s.io": "apiserverinternal"}
# Types that have a name of their own there; in JSON they are these.
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "IntOrString": (int, str),
    "Quantity": (int, float, str),
    "Time": (str,),
    "MicroTime": (str,),
    "RawExtension": (dict,),
    "FieldsV1": (dict,),
    "Dict": (dict,),
    "dict": (dict,),
}
# Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_QUANTITY = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_NAMES = {str: "a string", int: "an integer", float: "a number", bool: "true or false", dict: "a mapping", list: "a list", type(None): "nothing"}


@dataclass(frozen=True)
class Field:
    """A field of a kind: its type, and whether it must be there."""

    type: ast.expr
    module: str  # in which the type's name is to be understood
    required: bool


def is_known(manifest: Mapping[Any, Any]) -> bool:
    """Whether this is an object of a kind that Kubernetes itself has, and not of a custom resource."""
    return _fields_of(manifest) is not None


def problems(manifest: Mapping[Any, Any]) -> Broken:
    """(path, message) of everything in the manifest that does not fit its kind."""
    fields = _fields_of(manifest)
    if fields is not None:
        yield from _object(manifest, fields, str(manifest["kind"]), ())


def _fields_of(manifest: Mapping[Any, Any]) -> Mapping[str, Field] | None:
    version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return None
    group, _, version = version.rpartition("/")
    if "." in group and not group.endswith(".k8s.io"):
        return None
    classes = _classes(f"{_MODULES.get(group, group.split('.')[0])}_{version}")
    # `gateway.networking.k8s.io` is a custom resource's group, `networking.k8s.io` is not.
    is_own = group in _MODULES or group.count(".") in (0, 2)
    found = classes.get(kind) if is_own else None
    return found if found and "kind" in found else None


@cache
def _classes(module: str) -> Mapping[str, Mapping[str, Field]]:
    """The classes of one module with their fields; empty if there is no such module."""
    spec = find_spec("lightkube.models") if find_spec("lightkube") else None
    if not spec or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the schemas of Kubernetes need the package lightkube-models, which is in the group `test` of pyproject.toml")
    file = Path(next(iter(spec.submodule_search_locations)), f"{module}.py")
    if not file.is_file():
        return {}
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name: dict(_fields(node, module)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _fields(node: ast.ClassDef, module: str) -> Iterator[tuple[str, Field]]:
    for line in node.body:
        if not (isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and isinstance(line.annotation, ast.Constant)):
            continue
        keywords = {word.arg: word.value for word in line.value.keywords} if isinstance(line.value, ast.Call) else {}
        name = ast.literal_eval(keywords["metadata"])["json"] if "metadata" in keywords else line.target.id
        required = line.value is None or (isinstance(line.value, ast.Call) and "default" not in keywords)
        yield name, Field(ast.parse(str(line.annotation.value), mode="eval").body, module, required)


def _object(value: Any, fields: Mapping[str, Field], kind: str, path: Steps) -> Broken:
    if not isinstance(value, dict):
        yield path, f"{_named(path)} must be a mapping ({kind}), not {_NAMES.get(type(value), value)}"
        return
    for key, child in value.items():
        if key not in fields:
            near = get_close_matches(str(key), fields, n=1)
            yield (*path, key), f"{kind} has no field `{key}`" + (f"; did you mean `{near[0]}`?" if near else "")
        elif kind.endswith("ResourceRequirements") and key in ("limits", "requests"):
            yield from _quantities(child, (*path, key))
        elif child is not None:
            yield from _value(child, fields[key].type, fields[key].module, (*path, key))
    for name, field in fields.items():
        if field.required and value.get(name) is None:
            yield path, f"{kind} needs the field `{name}`"


def _quantities(value: Any, path: Steps) -> Broken:
    """Amounts of resources, which the package leaves untyped."""
    for name, amount in value.items() if isinstance(value, dict) else ():
        if type(amount) not in _PLAIN["Quantity"] or not _QUANTITY.fullmatch(str(amount)):
            yield (*path, name), f"`{amount}` is not a quantity such as `500m` or `4Gi`"


def _value(value: Any, wanted: ast.expr, module: str, path: Steps) -> Broken:
    if isinstance(wanted, ast.Subscript):
        outer = ast.unparse(wanted.value)
        if outer == "Optional":
            yield from _value(value, wanted.slice, module, path)
        elif outer == "List":
            yield from _items(value, list, wanted.slice, module, path)
        elif outer == "Dict" and isinstance(wanted.slice, ast.Tuple):
            yield from _items(value, dict, wanted.slice.elts[1], module, path)
        return
    name = ast.unparse(wanted)
    place, _, name = name.rpartition(".")
    plain = _PLAIN.get(name)
    if plain and (type(value) not in plain):
        yield path, f"{_named(path)} must be {' or '.join(_NAMES[kind] for kind in plain)}, not {_shown(value)}"
    elif not plain and (fields := _classes(place or module).get(name)):
        yield from _object(value, fields, name, path)


def _items(value: Any, kind: type, wanted: ast.expr, module: str, path: Steps) -> Broken:
    if not isinstance(value, kind):
        yield path, f"{_named(path)} must be {_NAMES[kind]}, not {_shown(value)}"
        return
    for key, child in _children(value):
        if child is not None:
            yield from _value(child, wanted, module, (*path, key))


def _children(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _named(path: Steps) -> str:
    return next((f"`{step}`" for step in reversed(path) if isinstance(step, str)), "the document")


def _shown(value: Any) -> str:
    return _NAMES.get(type(value), str(value)) + (f" (`{value}`)" if isinstance(value, (str, int, float, bool)) else "")
