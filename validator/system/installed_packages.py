"""The installed packages, found faster than by importlib.metadata."""

import os
import sys
from collections.abc import Iterator

PLUGIN_GROUP = "tenantlint"
"""The name of the pluggy project, and of the entry point group of plugin packages."""

_METADATA_ENDINGS = (".dist-info", ".egg-info", ".egg")


def installed_metadata() -> Iterator[tuple[str, str | None]]:
    """Yield the metadata of the installed packages: a folder of `sys.path` and a name in it.

    The names contain the versions. The name is None if the entry of `sys.path` is an archive.
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
    """Tell whether an installed package may have entry points in PLUGIN_GROUP.

    importlib.metadata takes longer to ask than a file takes to check. So this searches the files
    of entry points for the name of the group.
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
