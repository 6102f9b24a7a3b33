"""The process in which the Python of one page runs; `runner` starts it and reads its answers."""

from __future__ import annotations

import contextlib
import io
import json
import linecache
import os
import sys
import traceback
from collections.abc import Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

from guidebook.numbers import evaluate


def as_namespace(value: Any) -> Any:
    """Nested tables as attributes: `shop["orders"]["peak_per_second"]` is `shop.orders.peak_per_second`."""
    if isinstance(value, Mapping):
        return SimpleNamespace(**{key: as_namespace(child) for key, child in value.items()})
    return [as_namespace(child) for child in value] if isinstance(value, list) else value


def serve() -> None:
    """Work comes as JSON on standard input, one JSON line goes out for each block and each formula."""
    work = json.load(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8"))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a block's own processes print must not get among the answers
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    path, text = work["path"], work["text"]
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)
    page = ModuleType("__main__")
    sys.modules["__main__"] = page  # dataclasses and pickle look their names up there
    page.__dict__["shop"] = as_namespace(work["shop"])
    for line, code in work["blocks"]:
        print(json.dumps(_run_block(path, line, code, page.__dict__)), file=answers, flush=True)
    for formula in work["formulas"]:
        print(json.dumps(_run_formula(formula, page.__dict__)), file=answers, flush=True)


def _run_block(path: str, line: int, code: str, namespace: dict[str, Any]) -> tuple[str, str]:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            # The empty lines make every line number that of the page.
            exec(compile("\n" * (line - 1) + code, path, "exec", dont_inherit=True), namespace)
    except BaseException as error:  # a block may also raise SystemExit
        return printed.getvalue(), _told(error, path)
    return printed.getvalue(), ""


def _told(error: BaseException, path: str) -> str:
    """The traceback from the page's own first line on."""
    frame = error.__traceback__
    while frame and frame.tb_frame.f_code.co_filename != path:
        frame = frame.tb_next
    return "".join(traceback.format_exception(type(error), error, frame)).rstrip()


def _run_formula(formula: str, namespace: dict[str, Any]) -> tuple[str, str]:
    try:
        return str(evaluate(formula, namespace)), ""
    except Exception as error:
        return "", f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    serve()
