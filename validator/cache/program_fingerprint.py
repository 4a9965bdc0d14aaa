"""The fingerprint of the program: a digest that differs between versions of it."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from validator.system.bundled_files import bundled_folder
from validator.system.cache_store import digest
from validator.system.folder_contents import contents_of
from validator.system.installed_packages import PLUGIN_GROUP, installed_metadata, may_have_plugins


def edition(policies: Sequence[str]) -> str | None:
    """Return a digest of everything that decides the findings in a file and their messages.

    It covers the version of Python, the versions of the packages, and the contents of the
    program, its policies and its plugins. None if one of these cannot be read.
    """
    packages = [name for _, name in installed_metadata()]
    if None in packages:
        return None
    try:
        program, given = program_contents(), contents(policies)
        return digest(sys.version, sys.platform, sorted(map(str, packages)), program, given)
    except (OSError, ValueError):
        return None


def program_contents() -> str:
    """Return a digest of this package, its policies and schemas, and the installed plugins.

    Raises OSError or ValueError if one of them cannot be read.
    """
    bundled = (str(bundled_folder(name)) for name in ("policies", "schemas"))
    return contents((str(Path(__file__).parents[1]), *bundled, *_plugins()))


def contents(paths: Iterable[str]) -> str:
    """Return a digest of folders and files.

    Raises OSError or ValueError if one of them cannot be read.
    """
    return digest(*chain.from_iterable(map(contents_of, paths)))


def _plugins() -> Iterator[str]:
    """Yield the folders or files of the installed plugins. Raises ValueError if one is missing.

    They are those of the entry point, and the others that setuptools names in `top_level.txt`: a
    distribution that is installed in editable mode can change without a change of its version.
    """
    if not may_have_plugins():
        return
    from importlib.metadata import entry_points
    from importlib.util import find_spec

    for point in entry_points(group=PLUGIN_GROUP):
        own = point.module.partition(".")[0]
        listed = (point.dist and point.dist.read_text("top_level.txt")) or ""
        for name in dict.fromkeys((own, *listed.split())):
            spec = find_spec(name)
            if spec is not None:
                places: Iterable[str] = spec.submodule_search_locations or [spec.origin or ""]
                yield from places
            elif name == own:
                raise ValueError(point.module)
