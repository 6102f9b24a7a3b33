"""What somebody typed cannot be done: said in a line with its cure, exit status 2."""

from __future__ import annotations


class Misuse(Exception):
    """`help` says what to type instead."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help
