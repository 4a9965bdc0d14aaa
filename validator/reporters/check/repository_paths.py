"""Converts file names to paths relative to the root of the repository."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from validator.findings.report import Report
from validator.reporters.check.remarks import Remark

_STDIN = "<stdin>"


def repository_path(report: Report, file: str) -> str:
    """Return the name of a file relative to the root of the repository, with `/`.

    A file outside all roots keeps its name, without a leading `./`.
    """
    return _path_below(report.folder, tuple(report.roots), file)


def remark_path(report: Report, remark: Remark) -> str:
    """Return the path of the file that a remark names, or `.` for the root."""
    file = next((file for file in report.files if remark.text.startswith(f"{file}:")), None)
    return "." if file is None else repository_path(report, file)


# Cached because a file can have many findings.
@lru_cache(maxsize=10_000)
def _path_below(folder: str, roots: tuple[str, ...], file: str) -> str:
    name = file.removeprefix("./")
    if file == _STDIN or not folder or "\0" in file:
        return name
    for path in _spellings(folder, file):
        for root in roots:
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
    return name


def _spellings(folder: str, file: str) -> Iterator[Path]:
    """Yield the absolute path of a file, first as named, then with its folder's links resolved.

    The last part is not resolved, because a link to a file has its own name in the repository.
    """
    path = Path(os.path.normpath(Path(folder, file)))
    yield path
    yield Path(os.path.realpath(path.parent), path.name)
