"""File names as the platform that hosts the repository knows them: relative to its root."""

import os
from pathlib import Path

from validator.findings.report import Report

_STDIN = "<stdin>"


def repository_path(report: Report, file: str) -> str:
    """Return the name of a file relative to the root of the repository, with `/`.

    A file outside of all roots keeps its name, without a leading `./`.
    """
    name = file.removeprefix("./")
    if file == _STDIN or not report.folder or "\0" in file:
        return name
    for path in _spellings(report.folder, file):
        for root in report.roots:
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
    return name


def _spellings(folder: str, file: str) -> tuple[Path, Path]:
    """Return the absolute path of a file as it is named, and with the links of its folder resolved.

    A link to a file has its own name in the repository.
    """
    path = Path(os.path.normpath(Path(folder, file)))
    return path, Path(os.path.realpath(path.parent), path.name)
