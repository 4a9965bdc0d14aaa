"""Decide which named files a search of the working folder would take."""

import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Literal

from validator.project.file_patterns import FilePatterns, file_matcher
from validator.project.git_ignored import GitIgnored, git_ignored
from validator.project.repository import is_in_tree, tree_root

_Place = Literal["inside", "excluded", "left out", "linked outside", "elsewhere"]
"""How a search of the working folder treats a named file: it takes only `inside`."""


class WorkingFolder:
    """The working folder, to decide which named files a search of it would take."""

    def __init__(self, patterns: FilePatterns) -> None:
        self._folder = Path(os.path.realpath(os.curdir))
        self._patterns = patterns

    @cached_property
    def _belongs(self) -> Callable[[str], bool | None]:
        return file_matcher(os.curdir, self._patterns)

    @cached_property
    def _belongs_by_default(self) -> Callable[[str], bool | None]:
        return file_matcher(os.curdir, self._patterns._replace(include=None))

    @cached_property
    def _ignored(self) -> GitIgnored:
        return git_ignored(self._folder)

    @cached_property
    def _root(self) -> Path:
        return tree_root(self._folder, self._patterns.base.resolve())

    @property
    def refusal(self) -> str:
        """Why git did not list the files that it ignores; empty if it did."""
        return self._ignored.refusal

    def place_of(self, path: str) -> _Place:
        """Return how a search treats a file."""
        folder, base_name = os.path.split(path)
        real = Path(os.path.realpath(folder), base_name)
        if not real.is_relative_to(self._folder):
            return "elsewhere"
        name = real.relative_to(self._folder).as_posix()
        belonging = self._belongs(name)
        is_left_out = belonging is False and self._belongs_by_default(name) is True
        if (belonging is False and not is_left_out) or is_ignored(name, self._ignored.names):
            return "elsewhere"
        if belonging is not True:
            return "left out" if is_left_out else "excluded"
        if real.is_symlink() and not is_in_tree(str(real), self._root):
            return "linked outside"
        return "inside"


def is_ignored(name: str, ignored: frozenset[str]) -> bool:
    """Return whether a file or one of its folders is among the names that git ignores."""
    parts = name.split("/")
    parents = ("/".join(parts[:number]) + "/" for number in range(1, len(parts)))
    return name in ignored or not ignored.isdisjoint(parents)
