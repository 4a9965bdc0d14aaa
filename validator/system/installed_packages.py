"""Find the installed packages faster than importlib.metadata."""

import os
import sys
from collections.abc import Iterator

PLUGIN_GROUP = "tenantlint"
"""The name of the pluggy project and of the entry point group for plugin packages."""

_METADATA_ENDINGS = (".dist-info", ".egg-info", ".egg")


def installed_metadata() -> Iterator[tuple[str, str | None]]:
    """Yield the metadata of each installed package: a folder in `sys.path` and a name in it.

    The name contains the version. It is None if the entry of `sys.path` is an archive.
    """
    for folder in sys.path:
        try:
            names = [entry.name for entry in os.scandir(folder or ".")]
        except NotADirectoryError:
            yield folder, None
        except OSError:
            continue
        else:
            yield from ((folder, name) for name in names if name.endswith(_METADATA_ENDINGS))


def may_have_plugins() -> bool:
    """Return whether an installed package may have entry points in PLUGIN_GROUP.

    importlib.metadata takes longer than the check of a file, so this function searches the entry
    point files for the name of the group.
    """
    group = f"[{PLUGIN_GROUP}]".encode()
    for folder, name in installed_metadata():
        if name is None:
            return True  # only importlib.metadata can read an archive
        for inner in ("entry_points.txt", "EGG-INFO/entry_points.txt"):
            try:
                with open(os.path.join(folder, name, inner), "rb") as file:
                    if group in file.read():
                        return True
            except OSError:
                continue
    return False
