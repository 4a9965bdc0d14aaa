"""What is installed beside this package, found faster than importlib.metadata can say it."""

import os
import sys
from collections.abc import Iterator

PROJECT = "tenantlint"
"""The name of the pluggy project and of the entry point group of installed packages."""

_METADATA = (".dist-info", ".egg-info", ".egg")


def distributions() -> Iterator[tuple[str, str | None]]:
    """Yield the folders in which packages may be, and the names of their metadata in them.

    The names hold the versions. Without a name, the folder is an archive that hides them.
    """
    for folder in sys.path:
        try:
            names = [entry.name for entry in os.scandir(folder or ".")]
        except NotADirectoryError:
            yield folder, None
        except OSError:
            continue
        else:
            yield from ((folder, name) for name in names if name.endswith(_METADATA))


def may_have_plugins() -> bool:
    """Tell whether an installed package may have our entry points.

    To ask importlib.metadata takes longer than to check a file, so this looks for the group's
    name in the files where it would have to stand.
    """
    group = f"[{PROJECT}]".encode()
    for folder, name in distributions():
        if name is None:
            return True  # only importlib.metadata sees into an archive
        for inner in ("entry_points.txt", "EGG-INFO/entry_points.txt"):
            try:
                with open(os.path.join(folder, name, inner), "rb") as file:
                    if group in file.read():
                        return True
            except OSError:
                continue
    return False
