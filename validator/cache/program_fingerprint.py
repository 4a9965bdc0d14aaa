"""The fingerprint of the program: a digest that differs between versions of it."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from validator.system.bundled_files import bundled_folder
from validator.system.cache_store import digest
from validator.system.installed_packages import PLUGIN_GROUP, installed_metadata, may_have_plugins

# A larger folder is probably not a folder of policies, and reading it takes longer than a run.
MAX_BYTES = 20_000_000


def edition(policies: Sequence[str]) -> str | None:
    """Return a digest of everything that decides the findings in a file and their messages.

    It covers the version of Python, the versions of the packages, and the contents of the
    program, its policies and its plugins. None if one of these cannot be read.
    """
    packages = [name for _, name in installed_metadata()]
    if None in packages:
        return None
    try:
        return digest(sys.version, sys.platform, sorted(map(str, packages)), contents(policies))
    except (OSError, ValueError):
        return None


def contents(policies: Sequence[str]) -> str:
    """Return a digest of this package, the given policy folders and files, and installed plugins.

    Raises OSError or ValueError if one of them cannot be read.
    """
    own = (str(Path(__file__).parents[1]), str(bundled_folder("policies")))
    parts: list[object] = []
    for folder in (*own, str(bundled_folder("schemas")), *policies, *_plugins()):
        parts += _contents(folder)
    return digest(*parts)


def _plugins() -> Iterator[str]:
    """Yield the folders or files of the installed plugins. Raises ValueError if one is missing."""
    if not may_have_plugins():
        return
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    for point in entry_points(group=PLUGIN_GROUP):
        spec = find_spec(point.module.partition(".")[0])
        if spec is None:
            raise ValueError(point.module)
        places: Iterable[str] = spec.submodule_search_locations or [spec.origin or ""]
        yield from places


def _contents(path: str) -> Iterator[object]:
    """Yield the names and bytes of all files in a folder, or the bytes of a single file."""
    if stat.S_ISREG(os.stat(path).st_mode):
        yield _read(path, MAX_BYTES)
        return
    left = MAX_BYTES
    for root, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", ".git"))
        for name in sorted(files):
            file = os.path.join(root, name)
            if stat.S_ISREG(os.stat(file).st_mode):
                data = _read(file, left)
                left -= len(data)
                yield file[len(path) :]
                yield data


def _read(path: str, most: int) -> bytes:
    with open(path, "rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise ValueError(path)
    return data
