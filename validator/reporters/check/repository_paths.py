"""Converts file names to paths relative to the root of the repository."""

import os
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from validator.findings.report import Report
from validator.findings.wording import STDIN_NAME
from validator.reporters.check.remarks import Remark


def repository_path(report: Report, file: str) -> str:
    """Return the name of a file relative to the root of the repository, with `/`.

    A file outside all roots keeps its name, without a leading `./`.
    """
    if file == STDIN_NAME or not report.folder or "\0" in file:
        return file.removeprefix("./")
    parent, name = os.path.split(file)
    below = _path_below(report.folder, tuple(report.roots), parent)
    return file.removeprefix("./") if below is None else f"{below}{name}"


def remark_paths(report: Report) -> Callable[[Remark], str]:
    """Return a function that returns the path of the file that a remark names, or `.`, the root."""
    files = frozenset(report.files)

    def path_of(remark: Remark) -> str:
        parts = remark.text.split(":")[:-1]
        # The name of a file can contain colons, too.
        names = accumulate(parts, lambda before, part: f"{before}:{part}")
        file = next((name for name in names if name in files), None)
        return "." if file is None else repository_path(report, file)

    return path_of


# Cached because the files of a run are in few folders.
@lru_cache(maxsize=10_000)
def _path_below(folder: str, roots: tuple[str, ...], parent: str) -> str | None:
    """Return the path of a parent folder relative to a root, with `/` at its end if it is below.

    None if it is outside all roots. Its links are resolved, because git has no files below a link,
    unless they lead outside. A link to a file is never resolved, because it has its own name in the
    repository.
    """
    path = Path(folder, parent)
    for spelling in (os.path.realpath(path), os.path.normpath(path)):
        for root in roots:
            if Path(spelling).is_relative_to(root):
                below = Path(spelling).relative_to(root).as_posix()
                return "" if below == "." else f"{below}/"
    return None
