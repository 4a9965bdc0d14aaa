"""The per-file settings that apply to a file."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from validator.project.config import PerFile
from validator.system.file_kind import is_link


class FormerPath(str):
    """The absolute path that a file had at an older revision, without links.

    There can be a link at that path now.
    """

    __slots__ = ()


def per_file_matcher(
    per_file: Sequence[PerFile],
    folder: Path,
    cwd: Path,
    real_folder: Callable[[str], str] = os.path.realpath,
) -> Callable[[str], tuple[int, ...]]:
    """Return a function that returns the numbers of the settings that apply to a file.

    The patterns are relative to `folder`, the names of files to `cwd`. A file is where its links
    lead to; a FormerPath is taken as it is. `real_folder` resolves the links of a folder. Raises
    PatternError.
    """
    if not per_file:
        return lambda _: ()
    from validator.project.patterns import pattern_matcher

    matchers = [pattern_matcher(item.files) for item in per_file]
    base = os.path.realpath(folder)

    def matching(file: str) -> tuple[int, ...]:
        path = os.path.join(cwd, file)
        parent, base_name = os.path.split(path)
        if isinstance(file, FormerPath):
            real = Path(file)
        elif is_link(path):
            real = Path(os.path.realpath(path))
        else:
            real = Path(real_folder(parent), base_name)
        name = real.relative_to(base).as_posix() if real.is_relative_to(base) else file
        return tuple([number for number, matches in enumerate(matchers) if matches(name)])

    return matching
